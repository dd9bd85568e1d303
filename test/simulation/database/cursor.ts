import { copyOf } from './copy.ts';
import { Request } from './events.ts';
import { compareKeys } from './keys.ts';
import type { Key, KeyRange } from './keys.ts';
import type { Entry } from './rows.ts';
import type { Transaction } from './transaction.ts';

export type Direction = 'next' | 'prev';

interface Walked {
  readonly transaction: Transaction;
  entries(range: KeyRange): Entry[];
}

/** As IDBCursor over keys; it goes on from its place whatever has changed meanwhile. */
export class Cursor {
  readonly source: Walked;
  readonly direction: Direction;
  readonly request: Request;
  readonly #range: KeyRange;
  #entry: Entry | undefined;
  #isAsked = false;

  constructor(source: Walked, range: KeyRange, direction: Direction) {
    this.source = source;
    this.direction = direction;
    this.#range = range;
    this.request = new Request(source, source.transaction);
  }

  get key(): Key {
    return this.#entry!.key;
  }

  get primaryKey(): Key {
    return this.#entry!.primaryKey;
  }

  protected get stored(): unknown {
    return this.#entry!.value;
  }

  open(): Request {
    return this.#ask(() => true);
  }

  continue(key?: Key): void {
    const [sign, { key: at, primaryKey }] = [this.direction === 'next' ? 1 : -1, this.#entry!];
    if (key !== undefined && sign * compareKeys(key, at) <= 0) throw new DOMException('That lies behind.', 'DataError');
    this.#goOn((entry) => (key === undefined
      ? sign * (compareKeys(entry.key, at) || compareKeys(entry.primaryKey, primaryKey)) > 0
      : sign * compareKeys(entry.key, key) >= 0));
  }

  // The package idb looks for these; no house uses them.
  advance(): void {
    throw new DOMException('This is not simulated.', 'NotSupportedError');
  }

  continuePrimaryKey(): void {
    throw new DOMException('This is not simulated.', 'NotSupportedError');
  }

  #goOn(fits: (entry: Entry) => boolean): void {
    if (this.#isAsked) throw new DOMException('The cursor is on its way.', 'InvalidStateError');
    this.source.transaction.checkActive();
    this.request.ask();
    this.#ask(fits);
  }

  #ask(fits: (entry: Entry) => boolean): Request {
    const request = this.source.transaction.ask(this.source, () => {
      this.#isAsked = false;
      const entries = this.source.entries(this.#range);
      this.#entry = this.direction === 'next' ? entries.find(fits) : entries.findLast(fits);
      return this.#entry === undefined ? null : this;
    }, this.request);
    this.#isAsked = true;
    return request;
  }
}

/** As IDBCursorWithValue. */
export class CursorWithValue extends Cursor {
  get value(): unknown {
    return copyOf(this.stored);
  }
}
