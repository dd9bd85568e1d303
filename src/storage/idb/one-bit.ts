/** Bytes that may be hashed to put one row right: half a second, about. */
const MOST_HASHED = 400_000_000;

/**
 * Finds the one bit that was turned over, by trying them all: a hash fits no other. Undefined where it is not one bit, or
 * where there are too many to try.
 * @param isRight says whether these are the bytes that were stored; the same array every time
 */
export function withoutFlippedBit(bytes: Uint8Array, isRight: (bytes: Uint8Array<ArrayBuffer>) => boolean): Uint8Array<ArrayBuffer> | undefined {
  if (bytes.length * bytes.length * 8 > MOST_HASHED) return undefined;
  const tried = new Uint8Array(bytes);
  for (let bit = 0; bit < tried.length * 8; bit++) {
    tried[bit >> 3]! ^= 1 << (bit & 7);
    if (isRight(tried)) return tried;
    tried[bit >> 3]! ^= 1 << (bit & 7);
  }
  return undefined;
}

/** How many bits differ; infinitely many where the lengths do. */
export function bitsApart(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  let count = 0;
  for (let at = 0; at < a.length; at++) for (let rest = a[at]! ^ b[at]!; rest > 0; rest &= rest - 1) count++;
  return count;
}
