import { parseDid } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A DID that nobody has: one of 2^120. */
export function unknownDid(): Did {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return parseDid(`did:plc:${Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('')}`);
}
