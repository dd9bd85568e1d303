import { hash } from 'node:crypto';

/** SHA-256 of `bytes`, 32 bytes, synchronously (FIPS 180-4). */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** Resolves when the fastest implementation is in place; here it always is. */
export const sha256Ready: Promise<void> = Promise.resolve();
