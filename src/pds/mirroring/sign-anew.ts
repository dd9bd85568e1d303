import { datetimeFromMs, tidFrom } from '../../protocol/index.ts';
import type { Did, Tid } from '../../protocol/index.ts';
import { signCommit } from '../../repo/index.ts';
import type { House } from '../house.ts';
import type { Head } from '../ports/account.ts';
import { nextRev } from './next-rev.ts';
import { pairedAccount } from './paired.ts';

/** Greater than every rev. */
export const EVERY_REV = tidFrom(Number.MAX_SAFE_INTEGER, 1023);

/**
 * Signs the tree once more, by the mirror's clock: what was dated ahead of it, or not after what it holds, it would never
 * take. What waited is let go first, since its revs no longer lead anywhere: the whole repository has to be sent.
 * @param above the new rev is greater than this one
 * @param isStill whether that is still wanted, of the head that is there once this house writes nothing else
 */
export async function signAnew(house: House, did: Did, above: Tid | undefined, isStill: (head: Head) => boolean): Promise<void> {
  const { store, feed, now, signers } = house;
  const signed = await store.exclusive(did, async () => {
    const account = await pairedAccount(house, did);
    const { head } = account;
    if (!isStill(head)) return undefined;
    const rev = nextRev(house, account, above);
    const commit = await signCommit(await signers.of(account), { did, rev, data: head.data });
    await store.update(did, {}, EVERY_REV);
    await store.commit({
      did, expected: head.cid, head: { cid: commit.cid, rev, data: head.data }, time: datetimeFromMs(now()),
      newBlocks: [commit], deadBlocks: [head.cid], operations: [], previous: new Map(), collections: new Map(), blobs: new Map(),
    });
    return commit;
  });
  if (signed !== undefined) feed.announce({ type: 'commit', did, rev: signed.rev, cid: signed.cid, operations: [] });
}
