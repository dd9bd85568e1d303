import { isDid } from './did.ts';
import type { Did } from './did.ts';
import { InvalidSyntaxError } from './errors.ts';
import { isHandle } from './handle.ts';
import type { Handle } from './handle.ts';

/** What names an account: its DID or its handle. */
export type AtIdentifier = Did | Handle;

/** Whether the text is a DID or a handle; no text is both. */
export function isAtIdentifier(text: string): text is AtIdentifier {
  return isDid(text) || isHandle(text);
}

/** @throws InvalidSyntaxError */
export function parseAtIdentifier(text: string): AtIdentifier {
  if (!isAtIdentifier(text)) throw new InvalidSyntaxError('DID or handle', text);
  return text;
}
