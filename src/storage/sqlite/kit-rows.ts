import type { SealedKit, SealedKitKind } from '../../mirroring/index.ts';
import type { Database } from './database.ts';

interface KitRow {
  readonly kind: SealedKitKind;
  readonly file: Uint8Array;
  readonly stored_at: number;
  readonly came_from: string | null;
}

/** The table of sealed kits. */
export class KitRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(account: number): SealedKit[] {
    const rows = this.#database.all<KitRow>('SELECT kind, file, stored_at, came_from FROM kit WHERE account = ? ORDER BY kind', account);
    return rows.map(({ kind, file, stored_at, came_from }) => ({
      kind, file: new Uint8Array(file), storedAt: stored_at, ...(came_from !== null && { cameFrom: came_from }),
    }));
  }

  put(account: number, { kind, file, signingKey, cameFrom }: Omit<SealedKit, 'storedAt'> & { readonly signingKey: string }, now: number): void {
    this.#database.run(`
      INSERT INTO kit (account, kind, file, signing_key, stored_at, came_from) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (account, kind) DO UPDATE SET
        file = excluded.file, signing_key = excluded.signing_key, stored_at = excluded.stored_at, came_from = excluded.came_from
    `, account, kind, file, signingKey, now, cameFrom ?? null);
  }

  /** Whoever gave them, they are of this mirror from now on. */
  own(account: number): void {
    this.#database.run('UPDATE kit SET came_from = NULL WHERE account = ?', account);
  }

  remove(account: number, kind: SealedKitKind): void {
    this.#database.run('DELETE FROM kit WHERE account = ? AND kind = ?', account, kind);
  }

  /** Those of other keys than the one that signs the account now. */
  removeOthers(account: number, signingKey: string): void {
    this.#database.run('DELETE FROM kit WHERE account = ? AND signing_key <> ?', account, signingKey);
  }

  removeOf(account: number): void {
    this.#database.run('DELETE FROM kit WHERE account = ?', account);
  }
}
