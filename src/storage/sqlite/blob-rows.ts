import { parseCid } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import type { BlobInfo } from '../../pds/index.ts';
import type { CopyRow } from './block-rows.ts';
import type { Database } from './database.ts';

interface BlobRow {
  readonly cid: string;
  readonly mime_type: string;
  readonly size: number;
  readonly created_at: number;
}

/** The tables of blobs, and of the records that name them. Bytes are in files. */
export class BlobRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  info(account: number, cid: string): BlobInfo | undefined {
    const row = this.#database.one<BlobRow>('SELECT cid, mime_type, size, created_at FROM blob WHERE account = ? AND cid = ?', account, cid);
    return row && infoFrom(row);
  }

  infoOf(did: Did, cid: string): BlobInfo | undefined {
    const row = this.#database.one<BlobRow>(`
      SELECT cid, mime_type, size, blob.created_at FROM account JOIN blob ON blob.account = account.id WHERE did = ? AND cid = ?
    `, did, cid);
    return row && infoFrom(row);
  }

  /** Whether a record of the account names it. */
  isNamedOf(did: Did, cid: string): boolean {
    return this.#database.one('SELECT 1 FROM account JOIN reference ON reference.copy = account.copy WHERE did = ? AND cid = ? LIMIT 1', did, cid) !== undefined;
  }

  /** Those that have not come whole count whole. */
  usage(account: number): { readonly blobs: number; readonly bytes: number } {
    return { ...this.#database.one<{ blobs: number; bytes: number }>(`
      SELECT count(*) AS blobs, coalesce(sum(size), 0) AS bytes
      FROM (SELECT size FROM blob WHERE account = ?1 UNION ALL SELECT size FROM upload WHERE account = ?1)
    `, account)! };
  }

  /** Bytes of its room that an account has given to one blob, whole or in parts. */
  sizeOf(account: number, cid: string): number {
    return this.#database.one<{ bytes: number }>(`
      SELECT coalesce(sum(size), 0) AS bytes
      FROM (SELECT size FROM blob WHERE account = ?1 AND cid = ?2 UNION ALL SELECT size FROM upload WHERE account = ?1 AND cid = ?2)
    `, account, cid)!.bytes;
  }

  /** Of all accounts; what two have counts twice. Those that have not come whole are left out. */
  total(): { readonly count: number; readonly bytes: number } {
    return { ...this.#database.one<{ count: number; bytes: number }>('SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM blob')! };
  }

  page(account: number, after: string, limit: number): { readonly cid: Cid; readonly size: number }[] {
    const rows = this.#database.all<{ cid: string; size: number }>('SELECT cid, size FROM blob WHERE account = ? AND cid > ? ORDER BY cid LIMIT ?', account, after, limit);
    return rows.map(({ cid, size }) => ({ cid: parseCid(cid), size }));
  }

  /** Which blobs the records of a copy name. */
  references(copy: number): { readonly path: string; readonly cid: string }[] {
    return this.#database.all('SELECT path, cid FROM reference WHERE copy = ? ORDER BY path, cid', copy);
  }

  put(account: number, { cid, mimeType, size, createdAt }: BlobInfo): void {
    this.#database.run(`
      INSERT INTO blob (account, cid, mime_type, size, created_at, temporary_since) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
      ON CONFLICT (account, cid) DO UPDATE SET mime_type = ?3, size = ?4, created_at = ?5, temporary_since = ?5
    `, account, cid.toString(), mimeType, size, createdAt);
  }

  isNamed(copy: number, cid: string): boolean {
    return this.#database.one('SELECT 1 FROM reference WHERE copy = ? AND cid = ? LIMIT 1', copy, cid) !== undefined;
  }

  namedBy(copy: number, cid: string): string | undefined {
    return this.#database.one<{ path: string | null }>('SELECT min(path) AS path FROM reference WHERE copy = ? AND cid = ?', copy, cid)?.path ?? undefined;
  }

  list({ id, adopted }: CopyRow, { limit, after = '', since = '' }: { readonly limit: number; readonly after?: string; readonly since?: string }): Cid[] {
    return this.#database.all<{ cid: string }>(`
      SELECT DISTINCT cid FROM reference WHERE copy = ?1 AND cid > ?2 AND (came > ?3 OR (came = '' AND ?4 > ?3)) ORDER BY cid LIMIT ?5
    `, id, after, since, adopted, limit).map(({ cid }) => parseCid(cid));
  }

  /** What the records at these paths name from now on; a blob that loses its last record is temporary from now on. */
  refer(copy: { readonly id: number; readonly account: number }, blobs: ReadonlyMap<string, readonly Cid[]>, came: Tid, now: number): void {
    const lost = new Set<string>();
    for (const [path, cids] of blobs) {
      const gone = this.#database.all<{ cid: string }>('DELETE FROM reference WHERE copy = ? AND path = ? RETURNING cid', copy.id, path);
      for (const { cid } of gone) lost.add(cid);
      for (const cid of cids) {
        this.#database.run('INSERT INTO reference (copy, cid, path, came) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', copy.id, cid.toString(), path, came);
      }
    }
    for (const cid of lost) {
      if (this.isNamed(copy.id, cid)) continue;
      this.#database.run('UPDATE blob SET temporary_since = ? WHERE account = ? AND cid = ?', now, copy.account, cid);
    }
  }

  /** @param before the copy that this one is to replace: a reference that it has keeps its rev */
  referStaged(copy: number, blobs: ReadonlyMap<string, readonly Cid[]>, before: CopyRow | undefined): void {
    for (const [path, cids] of blobs) {
      for (const cid of cids) {
        this.#database.run(`
          INSERT INTO reference (copy, cid, path, came) VALUES (
            ?1, ?2, ?3, coalesce((SELECT CASE came WHEN '' THEN ?5 ELSE came END FROM reference WHERE copy = ?4 AND cid = ?2 AND path = ?3), '')
          ) ON CONFLICT DO NOTHING
        `, copy, cid.toString(), path, before?.id ?? null, before?.adopted ?? '');
      }
    }
  }

  /** One copy takes the place of another: what only the old one named is temporary from now on. */
  hand(account: number, from: number, to: number, now: number): void {
    this.#database.run(`
      UPDATE blob SET temporary_since = ?1 WHERE account = ?2
        AND cid IN (SELECT cid FROM reference WHERE copy = ?3) AND cid NOT IN (SELECT cid FROM reference WHERE copy = ?4)
    `, now, account, from, to);
  }

  /** Deletes rows of blobs that no record has named since `latest`; how many. Their files are loose then. */
  collect(account: number, copy: number, latest: number): number {
    return this.#loosen(this.#database.all<{ cid: string }>(`
      DELETE FROM blob WHERE account = ? AND temporary_since <= ? AND cid NOT IN (SELECT cid FROM reference WHERE copy = ?) RETURNING cid
    `, account, latest, copy));
  }

  removeOf(account: number): void {
    this.#loosen(this.#database.all<{ cid: string }>('DELETE FROM blob WHERE account = ? RETURNING cid', account));
  }

  /** One of the files of which perhaps no row tells any more. */
  loose(): string | undefined {
    return this.#database.one<{ cid: string }>('SELECT cid FROM loose_file LIMIT 1')?.cid;
  }

  settle(cid: string): void {
    this.#database.run('DELETE FROM loose_file WHERE cid = ?', cid);
  }

  /** Whether any account has the blob. */
  isKept(cid: string): boolean {
    return this.#database.one('SELECT 1 FROM blob WHERE cid = ? LIMIT 1', cid) !== undefined;
  }
  #loosen(rows: readonly { readonly cid: string }[]): number {
    for (const { cid } of rows) this.#database.run('INSERT INTO loose_file (cid) VALUES (?) ON CONFLICT DO NOTHING', cid);
    return rows.length;
  }
}

function infoFrom({ cid, mime_type, size, created_at }: BlobRow): BlobInfo {
  return { cid: parseCid(cid), mimeType: mime_type, size, createdAt: created_at };
}
