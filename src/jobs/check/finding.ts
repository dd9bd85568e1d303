/**
 * Something that is stored and is not what was stored. `cure`: `here`, what is here says what it was; `copy`, a copy is
 * needed, of the mirror or of a backup; `drop`, it can only be let go, and no record is lost; `none`, see what is told.
 */
export type Finding = { readonly cure: 'here' | 'copy' | 'drop' | 'none' } & (
  /** The row of the account; its keys; the signed commit at its head; rows that hold records; what finds or counts them; what apps keep. */
  | { readonly what: 'account' | 'keys' | 'commit' | 'rows' | 'index' | 'counts' | 'journal' | 'preferences' }
  /** A record that cannot be read. */
  | { readonly what: 'record'; readonly path: string }
  /** A part of the tree: what lies between the two paths is out of reach; a missing end is the repository's. */
  | { readonly what: 'part'; readonly above?: string; readonly below?: string }
  /** Every byte is what was stored, and it is no right repository. */
  | { readonly what: 'form'; readonly code: string; readonly message: string }
  /** A picture or other blob, and the records that name it. */
  | { readonly what: 'blob'; readonly cid: string; readonly paths: readonly string[] }
  /** What the house knows of the blobs of a record. */
  | { readonly what: 'reference'; readonly path: string }
  /** A commit in history, or one that waits for the mirror. */
  | { readonly what: 'history' | 'outbox'; readonly rev: string }
);

/** More are counted, not named. */
export const MOST_FINDINGS = 500;

/** What was found of one account. */
export interface AccountReport {
  readonly did: string;
  readonly handle?: string;
  readonly records: number;
  readonly blobs: number;
  readonly history: number;
  /** Bytes that were read. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly more: number;
  /** The origin of its mirror, which may have a copy. */
  readonly mirror?: string;
}

export interface CheckResult {
  readonly accounts: readonly AccountReport[];
  /** Of the house as a whole. */
  readonly findings: readonly Finding[];
  readonly records: number;
  readonly bytes: number;
}

export interface MendResult extends CheckResult {
  /** Blocks that a copy brought, and blobs. */
  readonly brought: number;
  /** Revs of the commits that history had to forget. */
  readonly forgotten: readonly string[];
  /** Commits that waited: the mirror is handed the whole repository instead. */
  readonly unsent: number;
}

