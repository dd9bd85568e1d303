import { openDB } from 'idb';
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import { StoreError } from '../../pds/index.ts';
import { SCHEMA_VERSION, upgrade } from './schema.ts';
import type { HouseSchema } from './schema.ts';
import { isFull, isLoss, storeFault } from './store-fault.ts';

type Tables = StoreNames<HouseSchema>[];

export type Reading = IDBPTransaction<HouseSchema, Tables, 'readonly'>;
export type Writing = IDBPTransaction<HouseSchema, Tables, 'readwrite'>;

/**
 * The database of a house. A connection can be lost at any time: it is opened again, and what ran is run once more.
 * It gives way at once to a newer version of Holdfast in another tab.
 */
export class Connection {
  readonly #name: string;
  #db: Promise<IDBPDatabase<HouseSchema>> | undefined;
  #isClosed = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Reads from one state of these tables. `work` waits for nothing but requests of the transaction. */
  read<Result>(tables: Tables, work: (transaction: Reading) => Promise<Result>): Promise<Result> {
    return this.#twice((db) => run(db.transaction(tables), work));
  }

  /**
   * All or nothing, and durable when it resolves. `work` waits for nothing but requests of the transaction. `again` says
   * that the connection was lost during an earlier run, which may have been committed all the same.
   */
  write<Result>(tables: Tables, work: (transaction: Writing, again: boolean) => Promise<Result>): Promise<Result> {
    return this.#twice((db, again) => run(
      db.transaction(tables, 'readwrite', { durability: 'strict' }),
      (transaction: Writing) => work(transaction, again),
    ));
  }

  /** @throws StoreError StoreNewer, StoreClosed */
  async open(): Promise<void> {
    await this.#twice(async () => undefined);
  }

  /** What was begun ends; what comes later is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const db = await this.#db?.catch(() => undefined);
    if (db !== undefined) await closeAfterAll(db);
  }

  async #twice<Result>(work: (db: IDBPDatabase<HouseSchema>, again: boolean) => Promise<Result>): Promise<Result> {
    const first = this.#connect();
    try {
      return await work(await first, false);
    } catch (error) {
      if (!isLoss(error)) throw storeFault(error);
      this.#lose(first);
    }
    try {
      return await work(await this.#connect(), true);
    } catch (error) {
      throw storeFault(error);
    }
  }

  #connect(): Promise<IDBPDatabase<HouseSchema>> {
    if (this.#isClosed) return Promise.reject(new StoreError('StoreClosed', 'This house was closed'));
    if (this.#db !== undefined) return this.#db;
    const opening = openDB<HouseSchema>(this.#name, SCHEMA_VERSION, {
      upgrade: (db, from) => upgrade(db, from),
      blocking: () => this.#lose(opening),
      terminated: () => this.#lose(opening),
    });
    return (this.#db = opening);
  }

  /** Lets go of a connection, unless another has taken its place; what still runs on it ends. */
  #lose(lost: Promise<IDBPDatabase<HouseSchema>>): void {
    if (this.#db === lost) this.#db = undefined;
    lost.then(closeAfterAll).catch(() => undefined);
  }
}

interface Ending {
  readonly db: IDBPDatabase<HouseSchema>;
  readonly done: Promise<void>;
  abort(): void;
}

/** Ends of transactions that run. */
const endings = new WeakMap<IDBPDatabase<HouseSchema>, Set<Promise<unknown>>>();

/** In WebKit an abort that is under way when its database is closed is told to nobody: who waits for it would wait for ever. */
async function closeAfterAll(db: IDBPDatabase<HouseSchema>): Promise<void> {
  await Promise.all(endings.get(db) ?? []);
  db.close();
}

async function run<Transaction extends Ending, Result>(
  transaction: Transaction, work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const ended = transaction.done.then(() => undefined, (error: unknown) => error);
  const running = endings.get(transaction.db) ?? new Set();
  endings.set(transaction.db, running.add(ended));
  void ended.then(() => running.delete(ended));
  let result: Result;
  try {
    result = await work(transaction);
  } catch (error) {
    abort(transaction);
    // A full disk may say so on the transaction only.
    const reason = await ended;
    throw isFull(reason) ? reason : error;
  }
  const reason = await ended;
  if (reason !== undefined) throw reason;
  return result;
}

function abort(transaction: Ending): void {
  try {
    transaction.abort();
  } catch {
    // The failure that led here has ended it already.
  }
}
