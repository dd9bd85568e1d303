/** A key of IndexedDB. */
export type Key = number | string | Date | ArrayBuffer | ArrayBufferView | readonly Key[];

/** The order of keys: numbers, dates, texts, bytes, arrays. */
export function compareKeys(a: Key, b: Key): number {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindA !== kindB) return kindA - kindB;
  if (Array.isArray(a)) return compareArrays(a as readonly Key[], b as readonly Key[]);
  if (kindA === 3) return compareArrays([...bytesOf(a)], [...bytesOf(b)]);
  const [x, y] = [a as number | string, b as number | string];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** @throws DOMException DataError for what is no key */
export function checkKey(key: unknown): Key {
  if (kindOf(key) === -1 || Number.isNaN(key)) throw new DOMException('This is no key.', 'DataError');
  if (Array.isArray(key)) key.forEach(checkKey);
  return key as Key;
}

function kindOf(key: unknown): number {
  if (typeof key === 'number') return 0;
  if (key instanceof Date) return 1;
  if (typeof key === 'string') return 2;
  if (key instanceof ArrayBuffer || ArrayBuffer.isView(key)) return 3;
  return Array.isArray(key) ? 4 : -1;
}

function compareArrays(a: readonly Key[], b: readonly Key[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareKeys(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function bytesOf(key: Key): Uint8Array {
  if (ArrayBuffer.isView(key)) return new Uint8Array(key.buffer, key.byteOffset, key.byteLength);
  return new Uint8Array(key as ArrayBuffer);
}

/** As IDBKeyRange. */
export class KeyRange {
  readonly lower: Key | undefined;
  readonly upper: Key | undefined;
  readonly lowerOpen: boolean;
  readonly upperOpen: boolean;

  private constructor(lower: Key | undefined, upper: Key | undefined, lowerOpen: boolean, upperOpen: boolean) {
    this.lower = lower;
    this.upper = upper;
    this.lowerOpen = lowerOpen;
    this.upperOpen = upperOpen;
  }

  static only(key: Key): KeyRange {
    return new KeyRange(checkKey(key), key, false, false);
  }

  static lowerBound(lower: Key, open = false): KeyRange {
    return new KeyRange(checkKey(lower), undefined, open, true);
  }

  static upperBound(upper: Key, open = false): KeyRange {
    return new KeyRange(undefined, checkKey(upper), true, open);
  }

  static bound(lower: Key, upper: Key, lowerOpen = false, upperOpen = false): KeyRange {
    const order = compareKeys(checkKey(lower), checkKey(upper));
    if (order > 0 || (order === 0 && (lowerOpen || upperOpen))) throw new DOMException('The range is empty.', 'DataError');
    return new KeyRange(lower, upper, lowerOpen, upperOpen);
  }

  /** The range that a method was given: a range, a key, or nothing for all. */
  static from(given: KeyRange | Key | null | undefined): KeyRange {
    if (given instanceof KeyRange) return given;
    return given === null || given === undefined ? new KeyRange(undefined, undefined, true, true) : KeyRange.only(given);
  }

  includes(key: Key): boolean {
    return !this.isBefore(key) && !this.isAfter(key);
  }

  /** Whether the key stands before the range. */
  isBefore(key: Key): boolean {
    if (this.lower === undefined) return false;
    const order = compareKeys(key, this.lower);
    return order < 0 || (order === 0 && this.lowerOpen);
  }

  /** Whether the key stands after the range. */
  isAfter(key: Key): boolean {
    if (this.upper === undefined) return false;
    const order = compareKeys(key, this.upper);
    return order > 0 || (order === 0 && this.upperOpen);
  }
}
