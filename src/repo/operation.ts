import { CidMap } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import { RepoError } from './errors.ts';

/** A commit changes at most so many records, as relays have it. */
export const MAX_OPERATIONS = 200;

/** What a commit did to one record (`com.atproto.sync.subscribeRepos#repoOp`); `prev` is the record that was there. */
export type Operation =
  | { readonly action: 'create'; readonly path: string; readonly cid: Cid; readonly prev?: undefined }
  | { readonly action: 'update'; readonly path: string; readonly cid: Cid; readonly prev: Cid }
  | { readonly action: 'delete'; readonly path: string; readonly cid: null; readonly prev: Cid };

/**
 * No path twice, and not more operations than a commit may have.
 * @throws RepoError DuplicatePath, CommitTooLarge
 */
export function checkPaths(changes: readonly { readonly path: string }[]): void {
  if (changes.length > MAX_OPERATIONS) {
    throw new RepoError('CommitTooLarge', `A commit changes at most ${MAX_OPERATIONS} records`, { records: changes.length });
  }
  const seen = new Set<string>();
  for (const { path } of changes) {
    if (seen.has(path)) throw new RepoError('DuplicatePath', 'A commit changes a record once', { key: path });
    seen.add(path);
  }
}

/** Records that lost a path and that no operation of the same batch wrote again, each once. */
export function droppedRecords(operations: readonly Operation[]): Cid[] {
  if (operations.every(({ prev }) => prev === undefined)) return [];
  const written = new CidMap<true>();
  for (const { cid } of operations) if (cid !== null) written.set(cid, true);
  const dropped = new CidMap<true>();
  for (const { prev } of operations) if (prev !== undefined && !written.has(prev)) dropped.set(prev, true);
  return [...dropped.keys()];
}
