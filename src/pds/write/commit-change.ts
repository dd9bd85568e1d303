import { datetimeFromMs } from '../../protocol/index.ts';
import type { Cid, Nsid } from '../../protocol/index.ts';
import type { CommitResult } from '../../repo/index.ts';
import type { Account, CollectionCount } from '../ports/account.ts';
import type { CommitChange, JournalEntry } from '../ports/house-store.ts';
import { outgoingOf } from './outgoing.ts';
import type { DraftedChange } from './wish.ts';

/** What a signed commit changes in the store, on top of the account that it was made for. */
export function commitChange(
  account: Account, drafted: DraftedChange, result: CommitResult, now: number, journal: JournalEntry | undefined,
): CommitChange {
  const { changes, previous } = drafted;
  const { commit, newBlocks, deadBlocks, operations } = result;
  const blobs = new Map<string, readonly Cid[]>();
  for (const { wish, path } of changes) blobs.set(path, wish.action === 'delete' ? [] : wish.record.blobs.map(({ cid }) => cid));
  return {
    did: account.did,
    expected: account.head.cid,
    head: { cid: commit.cid, rev: commit.rev, data: commit.data },
    time: datetimeFromMs(now),
    newBlocks, deadBlocks, operations, previous, blobs,
    collections: counts(account, drafted),
    ...(journal !== undefined && { journal }),
    // Whether there is a mirror to send it to, the store knows best.
    outgoing: outgoingOf(result, blobs, now),
  };
}

/** What the collections that were touched hold now. */
function counts({ collections }: Account, { changes, previous }: DraftedChange): ReadonlyMap<Nsid, CollectionCount> {
  const touched = new Map<Nsid, CollectionCount>();
  for (const { wish, path } of changes) {
    const collection = wish.collection as Nsid;
    const { records, bytes } = touched.get(collection) ?? collections.get(collection) ?? { records: 0, bytes: 0 };
    const before = previous.get(path);
    const after = wish.action === 'delete' ? undefined : wish.record.size;
    touched.set(collection, {
      records: records + (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1),
      // A restored record that stands at two paths was counted once.
      bytes: Math.max(0, bytes + (after ?? 0) - (before?.length ?? 0)),
    });
  }
  return touched;
}
