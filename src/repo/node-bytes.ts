const SLAB_BYTES = 8_192;
const LARGE_BYTES = SLAB_BYTES / 4;

let slab = new Uint8Array(SLAB_BYTES);
let used = 0;

/**
 * Room for the bytes of a new node, as long as asked for. Small ones share a buffer: one of its own lies outside of the heap,
 * and takes longer to make and to collect than the node to hash. What is kept of a node keeps its neighbours, 8 KB at most.
 */
export function nodeBytes(length: number): Uint8Array {
  if (length > LARGE_BYTES) return new Uint8Array(length);
  if (used + length > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  return slab.subarray(used, (used += length));
}
