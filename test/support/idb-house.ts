// What the cases of a house in IndexedDB share.
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { HoldfastError } from '../../src/protocol/index.ts';
import type { Cid } from '../../src/protocol/index.ts';
import { Repository, repositoryBlocks } from '../../src/repo/index.ts';
import type { BlockReader } from '../../src/repo/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import type { House } from '../../src/storage/idb/index.ts';

/** One case; `house` is new, and `name` the name of its database. */
export interface HouseCase {
  readonly name: string;
  run(house: House, name: string): Promise<void>;
}

export const JOURNAL = { caller: 'owner', request: 'r1', body: Uint8Array.of(1), status: 200, answer: 'x' };

export async function withHouse(name: string, work: (house: House) => Promise<void>, now?: () => number): Promise<void> {
  const house = await openHouse(name, now && { now });
  await work(house).finally(() => house.close());
}

/** Walks everything the head leads to, every hash checked; how many records. */
export async function recordCount(reader: BlockReader, head: Cid): Promise<number> {
  const { commit, tree } = await Repository.open(reader, head);
  for await (const run of repositoryBlocks(reader, commit, commit.data)) ok(run.length > 0, 'an empty run');
  let count = 0;
  for await (const { key } of tree.entries()) count += key === '' ? 0 : 1;
  return count;
}

/** Changes one byte of the first row of a table behind the back of the house; gives what changes it back. */
export async function flip<Row>(name: string, table: string, bytesOf: (row: Row) => Uint8Array, at: number): Promise<() => Promise<void>> {
  const turn = async (): Promise<void> => {
    const db: IDBPDatabase = await openDB(name);
    const [key] = await db.getAllKeys(table);
    const row: Row = await db.get(table, key!);
    bytesOf(row)[at]! ^= 0x55;
    await db.put(table, row, key);
    db.close();
  };
  await turn();
  return turn;
}

export async function rawKeys(name: string, table: string): Promise<readonly (readonly [string, string])[]> {
  const db = await openDB(name);
  const keys = await db.getAllKeys(table);
  db.close();
  return keys as unknown as readonly (readonly [string, string])[];
}

export async function rawRows<Row>(name: string, table: string): Promise<readonly Row[]> {
  const db = await openDB(name);
  const rows: Row[] = await db.getAll(table);
  db.close();
  return rows;
}

/** Takes every row of a table away, behind the back of the house. */
export async function clear(name: string, table: string): Promise<void> {
  const db = await openDB(name);
  await db.clear(table);
  db.close();
}

/** While `work` runs, a transaction that puts into this table is aborted by the browser, with this error or without one. */
export async function failing(table: string, error: string | undefined, work: () => Promise<void>): Promise<void> {
  const { put, add } = IDBObjectStore.prototype;
  let failures = 0;
  const broken = (method: typeof put) => function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
    const request = method.apply(this, args);
    const { transaction } = this;
    if (this.name === table) {
      failures++;
      // A browser does so between two tasks.
      queueMicrotask(() => {
        transaction.abort();
        if (error !== undefined) Object.defineProperty(transaction, 'error', { value: new DOMException('planted', error) });
      });
    }
    return request;
  };
  Object.assign(IDBObjectStore.prototype, { put: broken(put), add: broken(add) });
  try {
    await work();
  } finally {
    Object.assign(IDBObjectStore.prototype, { put, add });
  }
  ok(failures > 0, 'nothing was put there');
}

/** The next transaction that writes is lost: before it begins, or its end is, though it was committed. */
export async function losing(when: 'before' | 'after', work: () => Promise<unknown>): Promise<void> {
  const { transaction } = IDBDatabase.prototype;
  let losses = 0;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
    if (args[1] === 'readwrite' && losses++ === 0) {
      if (when === 'before') throw new DOMException('planted', 'InvalidStateError');
      const begun = transaction.apply(this, args);
      const listen = begun.addEventListener.bind(begun);
      // Who listens for the end hears that it was aborted.
      begun.addEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
        listen(type === 'complete' ? 'never' : type === 'abort' ? 'complete' : type, listener);
      };
      return begun;
    }
    return transaction.apply(this, args);
  };
  try {
    await work();
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  ok(losses > 1, 'nothing was tried again');
}

export async function fault(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'nothing', codeOf);
}

export function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : String(error);
}

export function ok(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export function same<Value extends string | number | boolean | undefined | Uint8Array | object>(actual: Value, expected: Value): void {
  ok(Object.is(actual, expected), `expected ${String(expected)}, got ${String(actual)}`);
}

