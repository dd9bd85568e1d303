import type { CommitDraft } from '../../repo/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import type { Place, PreparedRecord } from './prepare-record.ts';

/** What a caller wants done to one record. `put` creates or updates, and does nothing where the same record is. */
export type Wish = Place & (
  | { readonly action: 'create' | 'update'; readonly record: PreparedRecord }
  /** `swapRecord`: the CID that is expected there; null expects no record. */
  | { readonly action: 'put'; readonly record: PreparedRecord; readonly swapRecord?: string | null }
  | { readonly action: 'delete'; readonly isMissingFine: boolean; readonly swapRecord?: string }
);

/** Wishes that are fulfilled in one commit, all or none. */
export interface WriteRequest {
  /** DID or handle. */
  readonly repo: string;
  readonly wishes: readonly Wish[];
  /** The CID of the commit that the caller thinks is the head. */
  readonly swapCommit?: string | undefined;
}

/** What came of a request. */
export interface Outcome {
  readonly did: Did;
  /** Absent where nothing had to change. */
  readonly commit?: { readonly cid: string; readonly rev: string };
}

/** A wish, and what is at its path now. */
export interface Change {
  readonly wish: Wish;
  readonly path: string;
  readonly existing: Cid | null;
}

/** A commit that waits for its signature, and what it was made of. */
export interface DraftedChange {
  readonly changes: readonly Change[];
  readonly draft: CommitDraft;
  /** Bytes of the records that were there, by path. */
  readonly previous: ReadonlyMap<string, Uint8Array>;
}
