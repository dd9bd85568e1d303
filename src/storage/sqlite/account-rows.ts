import { readCid } from '../../protocol/index.ts';
import type { Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import { MirrorStoreError } from '../../mirroring/index.ts';
import type { AccountTerms, CopyAccount, CopyDetails, CopyHead, CopyStatus, StoppedStatus } from '../../mirroring/index.ts';
import type { Database } from './database.ts';
import { termsOf } from './invitation-rows.ts';
import type { TermsColumns } from './invitation-rows.ts';

/** An account as it is stored. */
export interface AccountRow extends TermsColumns {
  readonly id: number;
  readonly did: Did;
  readonly handle: Handle | null;
  readonly host_id: number;
  /** Its name. */
  readonly host: string | null;
  readonly status: CopyStatus;
  readonly created_at: number;
  readonly copy: number | null;
  readonly head_cid: Uint8Array | null;
  readonly head_rev: Tid | null;
  readonly head_data: Uint8Array | null;
  readonly told_seq: number | null;
  readonly told_time: number | null;
  readonly signing_key: string | null;
  readonly bytes: number;
  /** When the log of its DID was seen last. */
  readonly looked_at: number | null;
  readonly kept_until: number | null;
  readonly held: StoppedStatus | null;
  /** Of those that were suspended before this was noted it is 0: nobody comes back whom the operator may have barred. */
  readonly is_over: number;
  readonly primary_url: string | null;
  readonly primary_key: string | null;
}

/** A commit that an account is now at, and what came with it. */
export interface NewHead {
  readonly head: CopyHead;
  readonly signingKey: string;
  readonly copy: number;
  /** Bytes of the living blocks. */
  readonly bytes: number;
}

const SELECT = 'SELECT account.*, host.name AS host FROM account JOIN host ON host.id = account.host_id';

/** The tables of accounts and of their collections. */
export class AccountRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Deleted ones too. */
  row(did: Did): AccountRow | undefined {
    return this.#database.one(`${SELECT} WHERE did = ?`, did);
  }

  /** @throws MirrorStoreError AccountMissing */
  living(did: Did): AccountRow {
    const row = this.row(did);
    if (row === undefined || row.status === 'deleted') throw new MirrorStoreError('AccountMissing', 'This mirror has no such account', { did });
    return row;
  }

  named(handle: Handle): AccountRow | undefined {
    return this.#database.one(`${SELECT} WHERE handle = ?`, handle);
  }

  page(after: string, limit: number): AccountRow[] {
    return this.#database.all(`${SELECT} WHERE did > ? ORDER BY did LIMIT ?`, after, limit);
  }

  /** Of one host name. */
  pageUnder(host: string, after: string, limit: number): AccountRow[] {
    return this.#database.all(`${SELECT} WHERE host_id = (SELECT id FROM host WHERE name = ?) AND did > ? ORDER BY did LIMIT ?`, host, after, limit);
  }

  /** How many of each host have each status; what nobody has is left out. */
  counts(): { readonly host_id: number; readonly status: CopyStatus; readonly count: number }[] {
    return this.#database.all('SELECT host_id, status, count(*) AS count FROM account GROUP BY host_id, status');
  }

  /** The account that a row tells of. */
  account(row: AccountRow): CopyAccount {
    const { id, did, handle, host, status, head_cid, head_rev, head_data, told_seq, told_time, signing_key, held, is_over, primary_url, primary_key } = row;
    const collections = this.#database.all<{ name: Nsid; records: number }>('SELECT name, records FROM collection WHERE account = ?', id);
    return {
      did, status, createdAt: row.created_at, bytes: row.bytes, terms: termsOf(row, row.kept_until),
      collections: new Map(collections.map(({ name, records }) => [name, records])),
      ...(handle !== null && { handle }), ...(host !== null && { host }),
      ...(head_cid !== null && { head: { cid: readCid(head_cid), rev: head_rev!, data: readCid(head_data!) } }),
      ...(told_seq !== null && { told: { seq: told_seq, time: told_time! } }),
      ...(signing_key !== null && { signingKey: signing_key }), ...(held !== null && { held }),
      ...(is_over === 1 && { isOver: true }),
      ...(primary_url !== null && { primary: { url: primary_url, key: primary_key! } }),
    };
  }

  /** A new account, or a deleted one anew, on the terms that it had. @param host where it is left out, the one that it had, or the first */
  add(did: Did, { handle, host }: { readonly handle?: Handle; readonly host?: number }, now: number): void {
    this.#checkFree(did, handle);
    this.#database.run(`
      INSERT INTO account (did, host_id, handle, status, created_at)
        VALUES (?1, coalesce(?2, (SELECT host_id FROM account WHERE did = ?1), 1), ?3, 'pairing', ?4)
      ON CONFLICT (did) DO UPDATE SET host_id = excluded.host_id, handle = excluded.handle, status = excluded.status, created_at = excluded.created_at,
        head_cid = NULL, head_rev = NULL, head_data = NULL, told_seq = NULL, told_time = NULL, signing_key = NULL, held = NULL, is_over = 0,
        primary_url = NULL, primary_key = NULL
    `, did, host ?? null, handle ?? null, now);
  }

  change({ id, did, handle, status, signing_key, created_at, is_over, primary_url, primary_key }: AccountRow, details: Partial<Omit<CopyDetails, 'host'>>, host: number): void {
    this.#checkFree(did, details.handle);
    const primary = 'primary' in details ? details.primary : primary_url === null ? undefined : { url: primary_url, key: primary_key! };
    this.#database.run(
      'UPDATE account SET host_id = ?, handle = ?, status = ?, signing_key = ?, created_at = ?, is_over = ?, primary_url = ?, primary_key = ? WHERE id = ?',
      host, 'handle' in details ? details.handle ?? null : handle, details.status ?? status, details.signingKey ?? signing_key, details.createdAt ?? created_at,
      details.status === undefined ? is_over : details.isOver === true ? 1 : 0, primary?.url ?? null, primary?.key ?? null, id,
    );
  }

  let(id: number, { repoBytes, blobBytes, writesPerHour, until }: AccountTerms): void {
    this.#database.run(
      'UPDATE account SET repo_quota = ?, blob_quota = ?, hourly_writes = ?, kept_until = ? WHERE id = ?',
      repoBytes ?? null, blobBytes ?? null, writesPerHour ?? null, until ?? null, id,
    );
  }

  lead(id: number, { head, signingKey, copy, bytes }: NewHead): void {
    this.#database.run(`
      UPDATE account SET copy = ?, head_cid = ?, head_rev = ?, head_data = ?, told_seq = NULL, told_time = NULL, signing_key = ?, bytes = ?
      WHERE id = ?
    `, copy, head.cid.bytes, head.rev, head.data.bytes, signingKey, bytes, id);
  }

  /** The first event that tells of the head is the one that counts. */
  told(id: number, head: CopyHead['cid'], seq: number, time: number): void {
    this.#database.run(
      'UPDATE account SET told_seq = ?, told_time = ? WHERE id = ? AND head_cid = ? AND told_seq IS NULL', seq, time, id, head.bytes,
    );
  }

  /** What told of the head is in the log no more, or counts no more. */
  untell(id: number): void {
    this.#database.run('UPDATE account SET told_seq = NULL, told_time = NULL WHERE id = ?', id);
  }

  grow(id: number, grown: ReadonlyMap<Nsid, number>): void {
    for (const [name, records] of grown) {
      this.#database.run(`
        INSERT INTO collection (account, name, records) VALUES (?, ?, ?)
        ON CONFLICT (account, name) DO UPDATE SET records = records + excluded.records
      `, id, name, records);
      if (records <= 0) this.#database.run('DELETE FROM collection WHERE account = ? AND name = ? AND records <= 0', id, name);
    }
  }

  clearCollections(id: number): void {
    this.#database.run('DELETE FROM collection WHERE account = ?', id);
  }

  /** @param isKnown whether its head stays */
  bury(id: number, isKnown: boolean): void {
    this.clearCollections(id);
    if (!isKnown) this.#database.run('UPDATE account SET head_cid = NULL, head_rev = NULL, head_data = NULL, signing_key = NULL WHERE id = ?', id);
    this.#database.run(`
      UPDATE account SET held = iif(status IN ('suspended', 'takendown'), status, NULL), handle = NULL, status = 'deleted', copy = NULL, told_seq = NULL, told_time = NULL, bytes = 0, looked_at = NULL WHERE id = ?
    `, id);
  }

  /** Of one that was deleted. */
  release(did: Did): void {
    this.#database.run('UPDATE account SET held = NULL, is_over = 0 WHERE did = ?', did);
  }

  #checkFree(did: Did, handle: Handle | undefined): void {
    const other = handle === undefined ? undefined : this.named(handle);
    if (other !== undefined && other.did !== did) {
      throw new MirrorStoreError('HandleTaken', 'Another account of this mirror has that handle', { handle: handle! });
    }
  }
}
