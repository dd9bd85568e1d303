import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 of bytes that come one after the other, and are too many to be held. */
export interface Sha256Stream {
  update(bytes: Uint8Array): unknown;
  /** Once, at the end: 32 bytes. */
  digest(): Uint8Array;
}

/** Begins one, the same in browsers and in Node. */
export function sha256Stream(): Sha256Stream {
  return sha256.create();
}
