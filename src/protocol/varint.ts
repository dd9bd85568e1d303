import { HoldfastError } from './errors.ts';

/** An unsigned LEB128 integer that is truncated, longer than needed, or beyond 2^53 − 1. */
export class VarintError extends HoldfastError<'InvalidVarint'> {
  constructor(reason: 'not-minimal' | 'out-of-range', offset: number) {
    super('InvalidVarint', `Not a valid variable-length integer (${reason}) at byte ${offset}`, { reason, offset });
  }
}

/** A varint as read: its value and how many bytes it took. */
export interface Varint {
  readonly value: number;
  readonly size: number;
}

/**
 * Reads the varint that begins at `offset`; `undefined` when `bytes` ends inside it.
 * Only the shortest form is accepted, and values up to 2^53 − 1 (at most 8 bytes).
 * @throws VarintError https://github.com/multiformats/unsigned-varint
 */
export function readVarint(bytes: Uint8Array, offset: number, end = bytes.length): Varint | undefined {
  let value = 0;
  let scale = 1;
  for (let size = 1; offset + size <= end; size++) {
    const byte = bytes[offset + size - 1]!;
    value += (byte & 0x7f) * scale;
    if (value > Number.MAX_SAFE_INTEGER) throw new VarintError('out-of-range', offset);
    if (byte < 0x80) {
      if (byte === 0 && size > 1) throw new VarintError('not-minimal', offset);
      return { value, size };
    }
    if (size === 8) throw new VarintError('out-of-range', offset);
    scale *= 0x80;
  }
  return undefined;
}

/** How many bytes the shortest varint of `value` takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes the shortest varint of `value` (0 … 2^53 − 1) at `offset` and returns the offset behind it. */
export function writeVarint(value: number, into: Uint8Array, offset: number): number {
  let rest = value;
  let at = offset;
  while (rest >= 0x80) {
    into[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[at++] = rest;
  return at;
}
