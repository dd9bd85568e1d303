import { compareKeys } from './keys.ts';
import type { Key, KeyRange } from './keys.ts';

/** A row, or an entry of an index, which has a key of its own beside that of its row. */
export interface Entry {
  readonly key: Key;
  readonly primaryKey: Key;
  readonly value: unknown;
}

/** Takes back one change. */
export type Undo = () => void;

/** The rows of a table, by key. */
export class Rows {
  readonly name: string;
  readonly indexes = new Map<string, string | readonly string[]>();
  readonly #rows: Entry[] = [];

  constructor(name: string) {
    this.name = name;
  }

  put(key: Key, value: unknown): Undo {
    const at = this.#place(key);
    const before = this.#rows[at];
    const isThere = before !== undefined && compareKeys(before.key, key) === 0;
    this.#rows.splice(at, isThere ? 1 : 0, { key, primaryKey: key, value });
    return () => {
      const place = this.#place(key);
      this.#rows.splice(place, 1, ...(isThere ? [before] : []));
    };
  }

  delete(range: KeyRange): Undo {
    const first = this.#first(range);
    let end = first;
    while (end < this.#rows.length && !range.isAfter(this.#rows[end]!.key)) end++;
    const gone = this.#rows.splice(first, end - first);
    return () => {
      if (gone.length > 0) this.#rows.splice(this.#place(gone[0]!.key), 0, ...gone);
    };
  }

  has(key: Key): boolean {
    const row = this.#rows[this.#place(key)];
    return row !== undefined && compareKeys(row.key, key) === 0;
  }

  /** Those in the range, in order; no more than `limit`. */
  in(range: KeyRange, limit = Infinity): Entry[] {
    const found: Entry[] = [];
    for (let at = this.#first(range); at < this.#rows.length && found.length < limit; at++) {
      const row = this.#rows[at]!;
      if (range.isAfter(row.key)) break;
      found.push(row);
    }
    return found;
  }

  /** Entries of an index in the range, in order. */
  inIndex(index: string, range: KeyRange): Entry[] {
    const path = this.indexes.get(index)!;
    const found: Entry[] = [];
    for (const row of this.#rows) {
      const key = keyAt(row.value, path);
      if (key !== undefined && range.includes(key)) found.push({ ...row, key });
    }
    return found.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.primaryKey, b.primaryKey));
  }

  #first(range: KeyRange): number {
    let at = range.lower === undefined ? 0 : this.#place(range.lower);
    while (at < this.#rows.length && range.isBefore(this.#rows[at]!.key)) at++;
    return at;
  }

  /** Of the first row whose key is not less. */
  #place(key: Key): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.#rows[middle]!.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyAt(value: unknown, path: string | readonly string[]): Key | undefined {
  const field = (name: string): Key | undefined => (value as Readonly<Record<string, Key | undefined>>)[name];
  if (typeof path === 'string') return field(path);
  const keys = path.map(field);
  return keys.includes(undefined) ? undefined : keys as Key[];
}
