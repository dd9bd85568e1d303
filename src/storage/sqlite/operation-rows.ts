import type { SeenOperation, WatchedLog } from '../../mirroring/index.ts';
import type { AccountRow } from './account-rows.ts';
import type { Database } from './database.ts';

interface SeenRow {
  readonly cid: string;
  readonly body: Uint8Array;
  readonly created_at: number;
  readonly nullified: number;
  readonly seen_at: number;
  readonly shown: number;
}

/** The table of operations of DIDs: those that a directory has shown, and those that houses have claimed. */
export class OperationRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  log({ id, looked_at: lookedAt }: AccountRow): WatchedLog {
    const seen = this.#database.all<SeenRow>('SELECT * FROM operation WHERE account = ? AND body IS NOT NULL ORDER BY created_at, cid', id);
    const claimed = this.#database.all<{ cid: string }>('SELECT cid FROM operation WHERE account = ? AND claimed = 1 ORDER BY cid', id);
    return {
      ...(lookedAt !== null && { lookedAt }), claimed: claimed.map(({ cid }) => cid),
      operations: seen.map(({ cid, body, created_at, nullified, seen_at, shown }) => ({
        cid, body: new Uint8Array(body), createdAt: created_at, nullified: nullified === 1, seenAt: seen_at, isShown: shown === 1,
      })),
    };
  }

  see(account: number, operations: readonly SeenOperation[], now: number): void {
    this.#database.run('UPDATE account SET looked_at = ? WHERE id = ?', now, account);
    this.#database.run('UPDATE operation SET shown = 0 WHERE account = ?', account);
    for (const { cid, body, createdAt, nullified } of operations) {
      this.#database.run(`
        INSERT INTO operation (account, cid, body, created_at, nullified, seen_at, shown) VALUES (?, ?, ?, ?, ?, ?, 1)
        ON CONFLICT (account, cid) DO UPDATE SET body = excluded.body, created_at = excluded.created_at, nullified = excluded.nullified,
          seen_at = coalesce(seen_at, excluded.seen_at), shown = 1
      `, account, cid, body, createdAt, nullified ? 1 : 0, now);
    }
  }

  claim(account: number, cids: readonly string[]): void {
    for (const cid of cids) {
      this.#database.run(`
        INSERT INTO operation (account, cid, claimed) VALUES (?, ?, 1) ON CONFLICT (account, cid) DO UPDATE SET claimed = 1
      `, account, cid);
    }
  }

  removeOf(account: number): void {
    this.#database.run('DELETE FROM operation WHERE account = ?', account);
  }
}
