import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { MirrorStoreError } from '../../mirroring/index.ts';
import { MIGRATIONS } from './schema.ts';
import { storeFault } from './store-fault.ts';

/** Moments at which a test may throw, or end the process. */
export const STORE_POINTS = [
  'begun', 'blocks', 'references', 'head', 'event', 'committing', 'committed', 'copied', 'adopted', 'blob-written', 'blob-linked', 'part-written',
] as const;
export type StorePoint = (typeof STORE_POINTS)[number];

/** A wish that waits for the next transaction, and whom to tell what came of it. */
interface Wish {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tables that a database of a mirror has had from the first version on. */
const OURS = ['account', 'copy', 'block', 'event', 'log'];
/** How long to wait for another process that writes, in milliseconds. */
const BUSY_MS = 5_000;
/** So long, in milliseconds, wishes are granted in one transaction before others have their turn. */
const STRETCH_MS = 20;
/** Of a copy. */
const PAGES_AT_A_TIME = 2_000;

/**
 * A connection to the database of a mirror, and the only file that knows how that is opened and asked. Synchronous:
 * nothing of another caller comes between the statements of a transaction. What is committed survives the end of the power.
 * @throws MirrorStoreError from every method: StorageFull, StoreDamaged
 */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #onPoint: (point: StorePoint) => void;
  readonly #wishes: Wish[] = [];

  /**
   * Opens the database, makes it where there is none, and brings it to the present version.
   * @throws MirrorStoreError StoreNewer, StoreForeign; nothing of it is changed then
   * @param isToRead neither makes nor changes it
   */
  constructor(file: string, onPoint: (point: StorePoint) => void = () => undefined, isToRead = false) {
    this.#onPoint = onPoint;
    this.#sqlite = new DatabaseSync(file, { timeout: BUSY_MS, readOnly: isToRead });
    try {
      this.#exec('PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536');
      this.#version();
      if (isToRead) return;
      this.#exec(`
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON;
        PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;
      `);
      this.#migrate();
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  /**
   * One that is there, to read it; nothing of it is changed.
   * @param older whether it may be of a version before this one
   * @throws MirrorStoreError StoreMissing, StoreNewer, StoreOlder, StoreForeign, StoreDamaged
   */
  static toRead(file: string, { older = false } = {}): Database {
    if (!existsSync(file)) throw new MirrorStoreError('StoreMissing', `There is no database of a mirror at ${file}; nothing was changed`);
    const database = new Database(file, undefined, true);
    const version = database.#version();
    if (version === MIGRATIONS.length || (older && version > 0)) return database;
    database.close();
    throw version === 0 ? foreign() : new MirrorStoreError(
      'StoreOlder', 'The database was written by an older version of Holdfast; it was left as it is. A mirror that starts with it brings it up to date, and so does restore', { version },
    );
  }

  get isOpen(): boolean {
    return this.#sqlite.isOpen;
  }

  one<Row>(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#ask(sql, (statement) => statement.get(...values)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.#ask(sql, (statement) => statement.all(...values)) as Row[];
  }

  /** As `all`, with the values of a row in the order of their columns: to name them costs as much as to read them. */
  allValues<Values extends readonly unknown[]>(sql: string, ...values: readonly SQLInputValue[]): Values[] {
    return this.#ask(sql, (statement) => {
      statement.setReturnArrays(true);
      return statement.all(...values);
    }) as unknown as Values[];
  }

  /** Takes rows until `take` says no. */
  each<Row>(sql: string, values: readonly SQLInputValue[], take: (row: Row) => boolean): void {
    this.#ask(sql, (statement) => {
      for (const row of statement.iterate(...values)) if (!take(row as Row)) break;
    });
  }

  /** As `each`, with the values as `allValues` has them. */
  eachValues<Values extends readonly unknown[]>(sql: string, values: readonly SQLInputValue[], take: (row: Values) => boolean): void {
    this.#ask(sql, (statement) => {
      statement.setReturnArrays(true);
      for (const row of statement.iterate(...values)) if (!take(row as unknown as Values)) break;
    });
  }

  /** @returns how many rows it changed */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#ask(sql, (statement) => statement.run(...values)).changes);
  }

  /** Does all of the work durably, or, where it throws, none of it. Others who write wait meanwhile, in other processes too. */
  transaction<Result>(work: () => Result): Result {
    this.run('BEGIN IMMEDIATE');
    try {
      this.point('begun');
      const result = work();
      this.point('committing');
      this.run('COMMIT');
      this.point('committed');
      return result;
    } finally {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
    }
  }

  /** The same, in one transaction with what else is asked for in this turn of the event loop: each wish is done or not by itself. */
  shared<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#wishes.push({ work, resolve: (result) => resolve(result as Result), reject });
      if (this.#wishes.length === 1) setImmediate(() => this.#grant());
    });
  }

  /** Reads more than one row under one lock of the file: taking and leaving it costs more than a row does. */
  together<Result>(read: () => Result): Result {
    if (this.#sqlite.isTransaction) return read();
    this.run('BEGIN');
    try {
      const result = read();
      this.run('COMMIT');
      return result;
    } finally {
      // Where it threw; SQLite itself may have ended it already.
      if (this.#sqlite.isOpen && this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
    }
  }

  /** Runs work that sees the database as it is now, whoever writes meanwhile. One at a time. */
  async atOneMoment<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#exec('BEGIN');
    try {
      // A moment begins with what is read first.
      this.one('SELECT last_seq FROM log');
      return await work();
    } finally {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
    }
  }

  /** What SQLite finds wrong, so many lines at most. Reads the whole file. */
  damage(most: number): readonly string[] {
    const lines = this.all<{ integrity_check: string }>(`PRAGMA integrity_check(${most})`).map(({ integrity_check: line }) => line);
    const orphans = this.all<{ table: string; parent: string }>('PRAGMA foreign_key_check').map(({ table, parent }) => `a row of ${table} names one of ${parent} that is not there`);
    return [...lines.filter((line) => line !== 'ok'), ...orphans].slice(0, most);
  }

  /**
   * Copies what the moment holds into one file that needs no other beside it.
   * @param onPages hears how many pages are left
   */
  async copyTo(file: string, onPages: (left: number, of: number) => void): Promise<void> {
    try {
      await backup(this.#sqlite, file, { rate: PAGES_AT_A_TIME, progress: ({ remainingPages, totalPages }) => onPages(remainingPages, totalPages) });
      const copy = new DatabaseSync(file);
      try {
        copy.exec('PRAGMA journal_mode = DELETE');
      } finally {
        copy.close();
      }
    } catch (error) {
      throw storeFault(error);
    }
  }

  /** Says how far the work has come, for tests. */
  point(name: StorePoint): void {
    this.#onPoint(name);
  }

  close(): void {
    if (this.#sqlite.isOpen) this.#sqlite.close();
  }

  #ask<Result>(sql: string, use: (statement: StatementSync) => Result): Result {
    try {
      let statement = this.#statements.get(sql);
      if (statement === undefined) this.#statements.set(sql, statement = this.#sqlite.prepare(sql));
      return use(statement);
    } catch (error) {
      throw storeFault(error);
    }
  }

  #grant(): void {
    const begun = performance.now();
    const granted: Wish[] = [];
    const next = (): Wish => {
      const wish = this.#wishes.shift()!;
      granted.push(wish);
      return wish;
    };
    try {
      const answers = this.transaction(() => {
        if (this.#wishes.length === 1) return [this.#alone(next())];
        const done: (() => void)[] = [];
        do done.push(this.#apart(next())); while (this.#wishes.length > 0 && performance.now() - begun < STRETCH_MS);
        return done;
      });
      for (const answer of answers) answer();
    } catch (error) {
      // None of it was begun where the transaction itself was not to be had.
      for (const { reject } of granted.length > 0 ? granted : this.#wishes.splice(0)) reject(error);
    }
    if (this.#wishes.length > 0) setImmediate(() => this.#grant());
  }

  #alone({ work, resolve }: Wish): () => void {
    const result = work();
    return () => resolve(result);
  }

  #apart(wish: Wish): () => void {
    this.run('SAVEPOINT wish');
    try {
      return this.#alone(wish);
    } catch (error) {
      // On a full disk SQLite may have given up all of it.
      if (!this.#sqlite.isTransaction) throw error;
      this.#exec('ROLLBACK TO wish');
      return () => wish.reject(error);
    } finally {
      if (this.#sqlite.isTransaction) this.run('RELEASE wish');
    }
  }

  #exec(sql: string): void {
    try {
      this.#sqlite.exec(sql);
    } catch (error) {
      throw storeFault(error);
    }
  }

  /** 0 where it is empty. @throws MirrorStoreError StoreNewer, StoreForeign */
  #version(): number {
    const { version, tables, ours } = this.one<{ version: number; tables: number; ours: number }>(`
      SELECT user_version AS version, (SELECT count(*) FROM sqlite_schema) AS tables,
        (SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (${OURS.map((name) => `'${name}'`).join()})) AS ours
      FROM pragma_user_version
    `)!;
    if (ours < OURS.length && (version !== 0 || tables > 0)) throw foreign();
    if (version <= MIGRATIONS.length) return version;
    throw new MirrorStoreError('StoreNewer', 'The database was written by a newer version of Holdfast; it was left as it is', { version });
  }

  #migrate(): void {
    this.transaction(() => {
      const version = this.#version();
      for (const migration of MIGRATIONS.slice(version)) this.#exec(migration);
      this.#exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    });
  }
}

function foreign(): MirrorStoreError {
  return new MirrorStoreError('StoreForeign', 'The database is not one of a mirror; it was left as it is');
}
