import { isDid } from '../protocol/index.ts';
import { JobRefusal } from './errors.ts';
import type { JobContext } from './job-context.ts';

export interface CompactResult {
  readonly did: string;
  readonly records: number;
  /** What the repository takes now. */
  readonly bytes: number;
  /** Bytes that it took more before. */
  readonly brought: number;
}

/** For every three records there is about one node of the tree. */
const RECORDS_OF_BLOCKS = 3 / 4;

/**
 * Writes a repository anew without what is dead. Readers and writers go on meanwhile; where it fails or is cancelled, nothing was
 * changed.
 * @throws JobRefusal AccountMissing; RepoError, StoreError; the reason of the signal
 */
export async function compact(did: string, { store, progress, signal }: JobContext): Promise<CompactResult> {
  const account = isDid(did) ? await store.account(did) : undefined;
  if (account === undefined) throw new JobRefusal('AccountMissing', 'There is no such account in this house.');
  const total = [...account.collections.values()].reduce((sum, { records }) => sum + records, 0);
  const before = await store.size(account.did);
  await store.compact(account.did, {
    signal,
    progress: (blocks) => {
      const done = Math.min(total, Math.floor(blocks * RECORDS_OF_BLOCKS));
      progress({ phase: 'writing', done, total, unit: 'records', records: done });
    },
  });
  const { blocks } = await store.size(account.did);
  return { did, records: total, bytes: blocks, brought: Math.max(0, before.blocks - blocks) };
}
