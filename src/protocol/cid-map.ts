import { CID_SIZE } from './cid.ts';
import type { Cid } from './cid.ts';

interface Slot<Value> {
  readonly cid: Cid;
  value: Value;
  readonly next: Slot<Value> | undefined;
}

/** A map from CIDs, compared by their bytes. No text form is made, which would cost more than hashing the block. */
export class CidMap<Value> {
  readonly #slots = new Map<number, Slot<Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(cid: Cid): Value | undefined {
    let slot = this.#slots.get(cid.hash);
    while (slot !== undefined && !slot.cid.equals(cid)) slot = slot.next;
    return slot?.value;
  }

  has(cid: Cid): boolean {
    let slot = this.#slots.get(cid.hash);
    while (slot !== undefined && !slot.cid.equals(cid)) slot = slot.next;
    return slot !== undefined;
  }

  set(cid: Cid, value: Value): this {
    const first = this.#slots.get(cid.hash);
    for (let slot = first; slot !== undefined; slot = slot.next) {
      if (slot.cid.equals(cid)) {
        slot.value = value;
        return this;
      }
    }
    this.#slots.set(cid.hash, { cid, value, next: first });
    this.#size++;
    return this;
  }

  delete(cid: Cid): boolean {
    const first = this.#slots.get(cid.hash);
    let kept: Slot<Value> | undefined;
    let found = false;
    for (let slot = first; slot !== undefined; slot = slot.next) {
      if (slot.cid.equals(cid)) found = true;
      else kept = { cid: slot.cid, value: slot.value, next: kept };
    }
    if (!found) return false;
    if (kept === undefined) this.#slots.delete(cid.hash);
    else this.#slots.set(cid.hash, kept);
    this.#size--;
    return true;
  }

  clear(): void {
    this.#slots.clear();
    this.#size = 0;
  }

  *entries(): Generator<[Cid, Value]> {
    for (const first of this.#slots.values()) {
      for (let slot: Slot<Value> | undefined = first; slot !== undefined; slot = slot.next) yield [slot.cid, slot.value];
    }
  }

  *keys(): Generator<Cid> {
    for (const [cid] of this.entries()) yield cid;
  }

  *values(): Generator<Value> {
    for (const [, value] of this.entries()) yield value;
  }
}

// Room is made with the first CID: many sets stay empty.
const FIRST_ROOM = 64;
const NO_BYTES = new Uint8Array(0);
const NO_TABLE = Int32Array.of(-1);

/** A growing set of CIDs in flat arrays: about 45 bytes each and no object, for the millions that a walk has seen. */
export class CidSet {
  #bytes = NO_BYTES;
  #table = NO_TABLE;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(cid: Cid): boolean {
    return this.#table[this.#find(cid)]! >= 0;
  }

  /** Adds `cid`; false when it was there already. */
  add(cid: Cid): boolean {
    let place = this.#find(cid);
    if (this.#table[place]! >= 0) return false;
    const start = this.#size * CID_SIZE;
    if (start === this.#bytes.length) {
      this.#grow();
      place = this.#find(cid);
    }
    const { bytes } = cid;
    for (let i = 0; i < CID_SIZE; i++) this.#bytes[start + i] = bytes[i]!;
    this.#table[place] = this.#size++;
    return true;
  }

  #find(cid: Cid): number {
    const mask = this.#table.length - 1;
    let place = cid.hash & mask;
    for (let index = this.#table[place]!; index >= 0; index = this.#table[place]!) {
      if (this.#holds(index * CID_SIZE, cid.bytes)) return place;
      place = (place + 1) & mask;
    }
    return place;
  }

  #holds(start: number, bytes: Uint8Array): boolean {
    for (let i = 1; i < CID_SIZE; i++) if (this.#bytes[start + i] !== bytes[i]) return false;
    return true;
  }

  #grow(): void {
    const bytes = new Uint8Array(Math.max(FIRST_ROOM * CID_SIZE, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#table = new Int32Array(Math.max(FIRST_ROOM * 2, this.#table.length * 2)).fill(-1);
    const mask = this.#table.length - 1;
    for (let index = 0; index < this.#size; index++) {
      const at = index * CID_SIZE;
      const hash = ((bytes[at + 4]! << 22) | (bytes[at + 5]! << 14) | (bytes[at + 6]! << 6) | (bytes[at + 7]! >> 2)) & 0x3fffffff;
      let place = hash & mask;
      while (this.#table[place]! >= 0) place = (place + 1) & mask;
      this.#table[place] = index;
    }
  }
}
