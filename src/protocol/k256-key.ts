import { base58btc } from 'multiformats/bases/base58';
import { parseDidKey } from './did-key.ts';
import type { Signer } from './signer.ts';

/** The varint of the multicodec secp256k1-priv (0x1301). */
const PRIVATE_PREFIX = [0x81, 0x26];
const SIZE = 32;
/** More than any form of a key has; decoding base58 takes time by the square of the length. */
const MAX_LENGTH = 80;

/**
 * The bytes of a private K-256 key as servers hand it out: 64 hex digits, or a multikey in base58. Undefined for anything else.
 * Whether they are a scalar of the curve, `createK256Signer` says.
 */
export function readPrivateK256(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (/^(?:0x)?[0-9a-f]{64}$/i.test(trimmed)) return Uint8Array.from(trimmed.slice(-2 * SIZE).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  if (!trimmed.startsWith('z') || trimmed.length > MAX_LENGTH) return undefined;
  try {
    const bytes = base58btc.decode(trimmed);
    const isK256 = bytes.length === PRIVATE_PREFIX.length + SIZE && PRIVATE_PREFIX.every((byte, index) => bytes[index] === byte);
    const key = isK256 ? bytes.slice(PRIVATE_PREFIX.length) : undefined;
    bytes.fill(0);
    return key;
  } catch {
    return undefined;
  }
}

/**
 * Signs with a private K-256 key, which WebCrypto does not know: a library does, which is loaded when it is first asked for. The bytes
 * stay the caller's: once they are wiped, the signer signs no more. Undefined where they are no key of the curve.
 */
export async function createK256Signer(key: Uint8Array): Promise<Signer | undefined> {
  const { Secp256k1Keypair } = await import('@atproto/crypto');
  try {
    const pair = await Secp256k1Keypair.import(key);
    return { publicKey: parseDidKey(pair.did()), sign: (message) => pair.sign(message) };
  } catch {
    // What a library says of a key that it does not take may hold it.
    return undefined;
  }
}
