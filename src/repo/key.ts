import { sha256 } from '../protocol/index.ts';

/** Keys of the tree take at most this many bytes. */
export const MAX_KEY_BYTES = 1024;

const scratch = new Uint8Array(MAX_KEY_BYTES);

/**
 * The layer of the tree that `key` (ASCII) belongs to: half the count of leading zero bits of its SHA-256, 0 for three
 * keys of four (https://atproto.com/specs/repository#mst-structure).
 */
export function keyLayer(key: string): number {
  const { length } = key;
  for (let i = 0; i < length; i++) scratch[i] = key.charCodeAt(i);
  const digest = sha256(scratch.subarray(0, length));
  let layer = 0;
  for (const byte of digest) {
    if (byte === 0) {
      layer += 4;
      continue;
    }
    return layer + (byte < 4 ? 3 : byte < 16 ? 2 : byte < 64 ? 1 : 0);
  }
  return layer;
}

// A-Z a-z 0-9 . - _ : ~
const isKeyByte = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:~') isKeyByte[char.charCodeAt(0)] = 1;

/**
 * Whether `key` can stand in a tree: two parts with a slash between, of `A-Z a-z 0-9 . - _ : ~`, at most 1024 bytes.
 * Whether the parts are a collection and a record key is for the syntax of the protocol to say.
 */
export function isTreeKey(key: string): boolean {
  const { length } = key;
  if (length < 3 || length > MAX_KEY_BYTES) return false;
  let slash = -1;
  for (let i = 0; i < length; i++) {
    const code = key.charCodeAt(i);
    if (code === 47) {
      if (slash >= 0) return false;
      slash = i;
    } else if (isKeyByte[code] !== 1) {
      return false;
    }
  }
  return slash > 0 && slash < length - 1;
}
