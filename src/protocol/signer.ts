import type { PublicKey } from './did-key.ts';

/** Whoever holds a signing key; the key itself need never be seen. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** Signs the SHA-256 of `message`: 64 bytes, r and s, with a low s (https://atproto.com/specs/cryptography). */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
