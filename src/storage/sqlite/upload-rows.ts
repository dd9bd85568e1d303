import type { Database } from './database.ts';

/** A blob that comes in parts: with another size it is another one. */
export interface UploadKey {
  readonly account: number;
  readonly cid: string;
  readonly size: number;
}

/** The table of blobs that have not come whole. Their bytes are in files aside. */
export class UploadRows {
  /** Whether some may have gone since this was set to false: their files are loose. What ended before this start has left may be so too. */
  haveGone = true;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Bytes that are here durably; undefined where nothing was begun. */
  held({ account, cid, size }: UploadKey): number | undefined {
    return this.#database.one<{ held: number }>('SELECT held FROM upload WHERE account = ? AND cid = ? AND size = ?', account, cid, size)?.held;
  }

  /** The one of a blob that has come furthest. */
  furthest(account: number, cid: string): UploadKey | undefined {
    const row = this.#database.one<UploadKey>('SELECT account, cid, size FROM upload WHERE account = ? AND cid = ? ORDER BY held DESC LIMIT 1', account, cid);
    return row && { ...row };
  }

  /** Those of an account, the one that has stood still longest first. */
  of(account: number): UploadKey[] {
    return this.#database.all<UploadKey>('SELECT account, cid, size FROM upload WHERE account = ? ORDER BY touched_at, cid, size', account).map((row) => ({ ...row }));
  }

  /** Begins one, which takes the room of the whole blob from now on. */
  begin({ account, cid, size }: UploadKey, now: number): void {
    this.#database.run('INSERT INTO upload (account, cid, size, touched_at) VALUES (?, ?, ?, ?)', account, cid, size, now);
  }

  /** @returns false where it was let go of meanwhile */
  note({ account, cid, size }: UploadKey, held: number, now: number): boolean {
    return this.#database.run('UPDATE upload SET held = ?, touched_at = ? WHERE account = ? AND cid = ? AND size = ?', held, now, account, cid, size) > 0;
  }

  remove({ account, cid, size }: UploadKey): void {
    this.#delete('account = ? AND cid = ? AND size = ?', account, cid, size);
  }

  /** Of a blob that has come whole. */
  removeBlob(account: number, cid: string): void {
    this.#delete('account = ? AND cid = ?', account, cid);
  }

  removeOf(account: number): void {
    this.#delete('account = ?', account);
  }

  /** Lets go of those of which nothing has come since `latest`; how many. */
  collect(account: number, latest: number): number {
    return this.#delete('account = ? AND touched_at <= ?', account, latest);
  }
  #delete(where: string, ...values: readonly (string | number)[]): number {
    const count = this.#database.run(`DELETE FROM upload WHERE ${where}`, ...values);
    if (count > 0) this.haveGone = true;
    return count;
  }
}
