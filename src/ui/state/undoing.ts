import { house } from '../house/client.ts';
import { HouseError } from '../house/house-error.ts';
import type { Account } from './account-store.ts';

/** What is to be taken back: a commit, or what it did to one record. */
export interface Undoable {
  readonly rev: string;
  readonly path?: string;
  /** Also what was changed again since. */
  readonly force?: boolean;
}

/** What came of it. `changed`: nothing was done, since it was changed again; `message` says where. */
export type Undone =
  | { readonly kind: 'done'; readonly records: number; readonly rev: string | undefined }
  | { readonly kind: 'changed'; readonly message: string };

/** Takes back what a commit did, by a new commit. @throws HouseError CommitNotFound, NotRestorable, BlobNotFound */
export async function undo(did: Account['did'], what: Undoable): Promise<Undone> {
  try {
    const { records, commit } = await house.post('app.holdfast.history.undo', { did, ...what });
    return { kind: 'done', records, rev: commit?.rev };
  } catch (error) {
    if (error instanceof HouseError && (error.code === 'ChangedSince' || error.code === 'InvalidSwap')) return { kind: 'changed', message: error.message };
    throw error;
  }
}
