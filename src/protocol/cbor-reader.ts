import { isCidAt, CID_SIZE } from './cid.ts';
import { HoldfastError } from './errors.ts';

/**
 * The limits of the data model on one block (https://atproto.com/guides/data-validation). Depth counts containers:
 * `{}` is 1.
 */
export const CBOR_LIMITS = { depth: 32, containerSize: 131_072, keyBytes: 8_192 } as const;

/** Why bytes are not canonical DAG-CBOR of the atproto data model. */
export type CborFault =
  | 'truncated' | 'trailing' | 'not-minimal' | 'indefinite' | 'reserved' | 'float' | 'simple' | 'tag' | 'cid'
  | 'integer-range' | 'key-type' | 'key-order' | 'duplicate-key' | 'utf8' | 'depth' | 'container-size' | 'key-size';

/** Bytes that are not canonical DAG-CBOR of the atproto data model, with the one reason and where it stands. */
export class CborError extends HoldfastError<'InvalidCbor'> {
  readonly reason: CborFault;

  constructor(reason: CborFault, offset: number) {
    super('InvalidCbor', `Not canonical DAG-CBOR (${reason}) at byte ${offset}`, { reason, offset });
    this.reason = reason;
  }
}

export const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

/** The grammar of canonical DAG-CBOR, item by item; decoder and validator are two uses of it. */
export class CborReader {
  readonly bytes: Uint8Array;
  offset: number;
  /** Major type of the head read last. */
  major = 0;
  /** Its argument: a number, a length, a count. */
  argument = 0;
  #depth = 0;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** Reads one head: shortest form only, nothing indefinite, integers within ±(2^53 − 1), no float, one tag. */
  head(): void {
    const { bytes } = this;
    const at = this.offset;
    if (at >= bytes.length) throw new CborError('truncated', at);
    const first = bytes[at]!;
    const info = first & 0x1f;
    this.major = first >> 5;
    if (this.major === MAJOR.simple) {
      if (info === 20 || info === 21 || info === 22) {
        this.argument = info;
        this.offset = at + 1;
        return;
      }
      throw new CborError(info >= 25 && info <= 27 ? 'float' : info === 31 ? 'indefinite' : 'simple', at);
    }
    if (info < 24) {
      this.argument = info;
      this.offset = at + 1;
    } else {
      this.#longArgument(info, at);
    }
    if (this.major === MAJOR.negative && this.argument === Number.MAX_SAFE_INTEGER) {
      throw new CborError('integer-range', at);
    }
  }

  #longArgument(info: number, at: number): void {
    if (info > 27) throw new CborError(info === 31 ? 'indefinite' : 'reserved', at);
    const size = 1 << (info - 24);
    const { bytes } = this;
    if (at + 1 + size > bytes.length) throw new CborError('truncated', at);
    let value = 0;
    for (let i = 1; i <= size; i++) value = value * 256 + bytes[at + i]!;
    const least = info === 24 ? 24 : info === 25 ? 0x100 : info === 26 ? 0x1_0000 : 0x1_0000_0000;
    if (value < least) throw new CborError('not-minimal', at);
    if (value > Number.MAX_SAFE_INTEGER) throw new CborError(this.major < 2 ? 'integer-range' : 'truncated', at);
    this.argument = value;
    this.offset = at + 1 + size;
  }

  /** Takes `length` bytes and returns where they begin. */
  take(length: number): number {
    const start = this.offset;
    if (length > this.bytes.length - start) throw new CborError('truncated', start);
    this.offset = start + length;
    return start;
  }

  /** Enters an array or map of `argument` items. An item takes at least one byte, so no count can outrun the input. */
  enter(): void {
    const at = this.offset - 1;
    if (++this.#depth > CBOR_LIMITS.depth) throw new CborError('depth', at);
    if (this.argument > CBOR_LIMITS.containerSize) throw new CborError('container-size', at);
    if (this.argument > this.bytes.length - this.offset) throw new CborError('truncated', at);
  }

  leave(): void {
    this.#depth--;
  }

  /** Reads the head of a map key behind the key at `[previous, previousEnd)`; keys ascend by length, then by bytes. */
  key(previous: number, previousEnd: number): number {
    const at = this.offset;
    this.head();
    if (this.major !== MAJOR.text) throw new CborError('key-type', at);
    const length = this.argument;
    if (length > CBOR_LIMITS.keyBytes) throw new CborError('key-size', at);
    const start = this.take(length);
    if (previous >= 0) {
      const before = previousEnd - previous;
      if (before > length) throw new CborError('key-order', at);
      if (before === length) this.#ascends(previous, start, length, at);
    }
    return start;
  }

  #ascends(a: number, b: number, length: number, at: number): void {
    const { bytes } = this;
    for (let i = 0; i < length; i++) {
      const difference = bytes[b + i]! - bytes[a + i]!;
      if (difference > 0) return;
      if (difference < 0) throw new CborError('key-order', at);
    }
    throw new CborError('duplicate-key', at);
  }

  /** Reads what follows tag 42: a byte string of 0x00 and a CID of the protocol. Returns where the CID begins. */
  cid(): number {
    const at = this.offset;
    if (this.argument !== 42) throw new CborError('tag', at - 1);
    this.head();
    if (this.major !== MAJOR.bytes || this.argument !== CID_SIZE + 1) throw new CborError('cid', at);
    const start = this.take(CID_SIZE + 1);
    if (this.bytes[start] !== 0 || !isCidAt(this.bytes, start + 1)) throw new CborError('cid', at);
    return start + 1;
  }

  /** Nothing may follow the one item of a block. */
  end(): void {
    if (this.offset !== this.bytes.length) throw new CborError('trailing', this.offset);
  }
}
