import type { Did } from '../../protocol/index.ts';
import type { AccountTerms, Invitation, NewInvitation } from '../../mirroring/index.ts';
import type { Database } from './database.ts';

interface InvitationRow extends TermsColumns {
  readonly id: number;
  readonly code: string;
  readonly note: string;
  readonly days: number | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly used_by: Did | null;
  readonly used_at: number | null;
}

/** What invitations and accounts have alike. */
export interface TermsColumns {
  readonly repo_quota: number | null;
  readonly blob_quota: number | null;
  readonly hourly_writes: number | null;
}

/** The terms that columns tell of. */
export function termsOf({ repo_quota, blob_quota, hourly_writes }: TermsColumns, until: number | null = null): AccountTerms {
  return {
    ...(repo_quota !== null && { repoBytes: repo_quota }), ...(blob_quota !== null && { blobBytes: blob_quota }),
    ...(hourly_writes !== null && { writesPerHour: hourly_writes }), ...(until !== null && { until }),
  };
}

/** The table of invitations. */
export class InvitationRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first. */
  page(before: number | undefined, limit: number): Invitation[] {
    const rows = this.#database.all<InvitationRow>('SELECT * FROM invitation WHERE id < ? ORDER BY id DESC LIMIT ?', before ?? Number.MAX_SAFE_INTEGER, limit);
    return rows.map(invitationOf);
  }

  one(code: string): Invitation | undefined {
    const row = this.#database.one<InvitationRow>('SELECT * FROM invitation WHERE code = ?', code);
    return row && invitationOf(row);
  }

  /** Those whose code begins so. */
  from(start: string): Invitation[] {
    const rows = this.#database.all<InvitationRow>('SELECT * FROM invitation WHERE code >= ? AND code < ? ORDER BY id', start, `${start}\u{10ffff}`);
    return rows.map(invitationOf);
  }

  add({ code, note, terms, days, expiresAt }: NewInvitation, now: number): void {
    this.#database.run(`
      INSERT INTO invitation (code, note, repo_quota, blob_quota, hourly_writes, days, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    `, code, note, terms.repoBytes ?? null, terms.blobBytes ?? null, terms.writesPerHour ?? null, days ?? null, now, expiresAt ?? null);
  }

  /** Those that the settings name are these from now on. */
  offer(codes: readonly string[], note: string, now: number): void {
    const named = JSON.stringify(codes);
    this.#database.run('DELETE FROM invitation WHERE of_settings = 1 AND used_by IS NULL AND code NOT IN (SELECT value FROM json_each(?))', named);
    this.#database.run(`
      INSERT INTO invitation (code, note, created_at, of_settings) SELECT value, ?, ?, 1 FROM json_each(?) WHERE true ON CONFLICT (code) DO NOTHING
    `, note, now, named);
  }

  use(code: string, did: Did, now: number): void {
    this.#database.run('UPDATE invitation SET used_by = ?, used_at = ? WHERE code = ? AND used_by IS NULL', did, now, code);
  }

  /** Takes one back. Of those that the settings name it stays known, so that the next start does not offer it anew. */
  withdraw(code: string, now: number): void {
    this.#database.run('DELETE FROM invitation WHERE code = ? AND of_settings = 0', code);
    this.#database.run('UPDATE invitation SET expires_at = ? WHERE code = ?', now, code);
  }
}

function invitationOf({ id, code, note, days, created_at, expires_at, used_by, used_at, ...columns }: InvitationRow): Invitation {
  return {
    code, note, terms: termsOf(columns), place: id, createdAt: created_at,
    ...(days !== null && { days }), ...(expires_at !== null && { expiresAt: expires_at }),
    ...(used_by !== null && { used: { by: used_by, at: used_at! } }),
  };
}
