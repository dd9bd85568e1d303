import { sha256 as portable } from '@noble/hashes/sha2.js';

let implementation: (bytes: Uint8Array) => Uint8Array = portable;

/** SHA-256 of `bytes`, 32 bytes, synchronously (FIPS 180-4). */
export function sha256(bytes: Uint8Array): Uint8Array {
  return implementation(bytes);
}

/** As `sha256`, written into `target` from `offset` on. */
export function sha256Into(target: Uint8Array, offset: number, bytes: Uint8Array): void {
  target.set(implementation(bytes), offset);
}

/**
 * Resolves when the fastest implementation is in place. Hashing works before: WebAssembly is four times as fast on
 * blocks of a repository, but is loaded beside the rest, compiles asynchronously and needs `'wasm-unsafe-eval'` where a
 * policy is sent.
 */
export const sha256Ready: Promise<void> = import('./sha256-wasm.ts').then(({ createSHA256 }) => createSHA256()).then(
  (hasher) => {
    implementation = (bytes) => hasher.init().update(bytes).digest('binary');
  },
  () => undefined,
);
