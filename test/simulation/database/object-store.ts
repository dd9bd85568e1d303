import { copyOf } from './copy.ts';
import { Cursor, CursorWithValue } from './cursor.ts';
import type { Direction } from './cursor.ts';
import type { Request } from './events.ts';
import { checkKey, KeyRange } from './keys.ts';
import type { Key } from './keys.ts';
import type { Entry, Rows } from './rows.ts';
import type { Transaction } from './transaction.ts';

type Given = KeyRange | Key | null | undefined;

/** What tables and indexes have in common. */
abstract class Source {
  readonly name: string;
  readonly transaction: Transaction;

  constructor(name: string, transaction: Transaction) {
    this.name = name;
    this.transaction = transaction;
  }

  abstract entries(range: KeyRange, limit?: number): Entry[];

  get(given: Given): Request {
    return this.#ask(given, (range) => copyOf(this.entries(range, 1)[0]?.value));
  }

  getKey(given: Given): Request {
    return this.#ask(given, (range) => this.entries(range, 1)[0]?.primaryKey);
  }

  getAll(given?: Given, count = Infinity): Request {
    return this.#ask(given, (range) => this.entries(range, count || Infinity).slice(0, count || Infinity).map(({ value }) => copyOf(value)));
  }

  getAllKeys(given?: Given, count = Infinity): Request {
    return this.#ask(given, (range) => this.entries(range, count || Infinity).slice(0, count || Infinity).map(({ primaryKey }) => primaryKey));
  }

  count(given?: Given): Request {
    return this.#ask(given, (range) => this.entries(range).length);
  }

  openCursor(given?: Given, direction: Direction = 'next'): Request {
    return new CursorWithValue(this, KeyRange.from(given), direction).open();
  }

  openKeyCursor(given?: Given, direction: Direction = 'next'): Request {
    return new Cursor(this, KeyRange.from(given), direction).open();
  }

  #ask(given: Given, work: (range: KeyRange) => unknown): Request {
    const range = KeyRange.from(given);
    return this.transaction.ask(this, () => work(range));
  }
}

/** As IDBObjectStore, with keys apart from values. */
export class ObjectStore extends Source {
  readonly #rows: Rows;

  constructor(transaction: Transaction, rows: Rows) {
    super(rows.name, transaction);
    this.#rows = rows;
  }

  get indexNames(): readonly string[] {
    return [...this.#rows.indexes.keys()];
  }

  entries(range: KeyRange, limit?: number): Entry[] {
    return this.#rows.in(range, limit);
  }

  put(value: unknown, key: Key): Request {
    return this.#write(value, key, false);
  }

  add(value: unknown, key: Key): Request {
    return this.#write(value, key, true);
  }

  delete(given: KeyRange | Key): Request {
    this.transaction.checkActive(true);
    const range = KeyRange.from(given);
    return this.transaction.ask(this, () => this.transaction.changed(this.#rows.delete(range)));
  }

  clear(): Request {
    this.transaction.checkActive(true);
    return this.transaction.ask(this, () => this.transaction.changed(this.#rows.delete(KeyRange.from(undefined))));
  }

  index(name: string): Index {
    if (!this.#rows.indexes.has(name)) throw new DOMException(`There is no index ${name}.`, 'NotFoundError');
    return new Index(name, this, this.#rows);
  }

  createIndex(name: string, path: string | readonly string[]): Index {
    if (this.transaction.mode !== 'versionchange') throw new DOMException('Only an upgrade does so.', 'InvalidStateError');
    this.#rows.indexes.set(name, path);
    this.transaction.changed(() => this.#rows.indexes.delete(name));
    return new Index(name, this, this.#rows);
  }

  #write(value: unknown, key: Key, isNew: boolean): Request {
    const { transaction } = this;
    transaction.checkActive(true);
    const [place, copy] = [copyOf(checkKey(key)) as Key, copyOf(value)];
    return transaction.ask(this, () => {
      const fault = transaction.db.database.faults.takePut();
      if (fault !== undefined) throw fault;
      if (isNew && this.#rows.has(place)) throw new DOMException('That key is taken.', 'ConstraintError');
      transaction.changed(this.#rows.put(place, copy));
      return key;
    });
  }
}

/** As IDBIndex. */
export class Index extends Source {
  readonly objectStore: ObjectStore;
  readonly #rows: Rows;

  constructor(name: string, store: ObjectStore, rows: Rows) {
    super(name, store.transaction);
    this.objectStore = store;
    this.#rows = rows;
  }

  entries(range: KeyRange): Entry[] {
    return this.#rows.inIndex(this.name, range);
  }
}
