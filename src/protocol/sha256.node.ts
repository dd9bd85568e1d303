import { hash } from 'node:crypto';

const DIGEST_SIZE = 32;

/** SHA-256 of `bytes`, 32 bytes, synchronously (FIPS 180-4). */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(DIGEST_SIZE);
  sha256Into(digest, 0, bytes);
  return digest;
}

/** As `sha256`, written into `target` from `offset` on. */
export function sha256Into(target: Uint8Array, offset: number, bytes: Uint8Array): void {
  // By way of text: Node makes a buffer outside of its heap for each digest, which takes longer than to hash a block.
  const text = hash('sha256', bytes, 'latin1');
  for (let i = 0; i < DIGEST_SIZE; i++) target[offset + i] = text.charCodeAt(i);
}

/** Resolves when the fastest implementation is in place; here it always is. */
export const sha256Ready: Promise<void> = Promise.resolve();
