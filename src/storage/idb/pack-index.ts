import type { Cid } from '../../protocol/index.ts';
import type { OwnBytes } from './schema.ts';

/** Eight bytes of the digest, then the position: number of the row and offset in it, two bytes each. */
const ENTRY = 12;
/** Where the digest begins in a CID. */
const DIGEST = 4;
const FIRST_ENTRIES = 1024;

/** Entries in a row of `indexes`. */
const PART = 5000 * ENTRY;
/** A position has no room for more. */
export const MAX_ROWS = 65_536;

/** Collects the index of a pack: twelve bytes a block while it grows, sixteen while it is sorted. */
export class IndexBuilder {
  #bytes = new Uint8Array(FIRST_ENTRIES * ENTRY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(cid: Cid, row: number, offset: number): void {
    const start = this.#count * ENTRY;
    if (start === this.#bytes.length) {
      const grown = new Uint8Array(start * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(cid.bytes.subarray(DIGEST, DIGEST + 8), start);
    new DataView(this.#bytes.buffer).setUint32(start + 8, row * 65_536 + offset);
    this.#count++;
  }

  /** The entries in their order, in parts that fit a row each. */
  *parts(): Generator<OwnBytes> {
    const view = new DataView(this.#bytes.buffer);
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index * ENTRY).sort(
      (a, b) => view.getUint32(a) - view.getUint32(b) || view.getUint32(a + 4) - view.getUint32(b + 4),
    );
    for (let first = 0; first < this.#count; first += PART / ENTRY) {
      const slice = order.subarray(first, first + PART / ENTRY);
      const part = new Uint8Array(slice.length * ENTRY);
      slice.forEach((start, index) => part.set(this.#bytes.subarray(start, start + ENTRY), index * ENTRY));
      yield part;
    }
  }
}

/** Where a block lies in its pack. */
export interface Position {
  readonly row: number;
  readonly offset: number;
}

/** The index of one pack, in memory. */
export class PackIndex {
  readonly #view: DataView;
  readonly count: number;

  /** @param parts as they were stored, in their order */
  constructor(parts: readonly Uint8Array[]) {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    this.#view = new DataView(bytes.buffer);
    this.count = Math.floor(bytes.length / ENTRY);
  }

  /** Where blocks are whose digest begins like this one's: none, the block, or seldom others too. */
  find(cid: Cid): Position[] {
    const wanted = new DataView(cid.bytes.buffer, cid.bytes.byteOffset + DIGEST);
    const [high, low] = [wanted.getUint32(0), wanted.getUint32(4)];
    let first = 0;
    for (let last = this.count; first < last;) {
      const middle = (first + last) >>> 1;
      if (this.#compare(middle, high, low) < 0) first = middle + 1;
      else last = middle;
    }
    const found: Position[] = [];
    for (; first < this.count && this.#compare(first, high, low) === 0; first++) {
      const position = this.#view.getUint32(first * ENTRY + 8);
      found.push({ row: Math.floor(position / 65_536), offset: position % 65_536 });
    }
    return found;
  }

  #compare(entry: number, high: number, low: number): number {
    return this.#view.getUint32(entry * ENTRY) - high || this.#view.getUint32(entry * ENTRY + 4) - low;
  }
}
