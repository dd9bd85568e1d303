import { RepoError } from '../../repo/index.ts';
import type { CopyHead } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import { fetchCopy } from './foreign-copy.ts';
import { goOnFrom } from './go-on-from.ts';
import { pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';

const ATTEMPTS = 3;

/**
 * Goes on from what another house of the same owner wrote: its state becomes the one here, and what was written here since
 * the last receipt is done to it again. `forged`: it is not signed by our key; `fork`: it is not right otherwise.
 * @throws MirrorError MirrorUnreachable; RepoError FutureRev where the clock here is behind
 */
export async function reconcile(house: House, account: PairedAccount, theirs: CopyHead): Promise<'done' | 'forged' | 'fork'> {
  const { did, mirror: { url } } = account;
  for (let attempt = 1, base = account; attempt <= ATTEMPTS; attempt++, base = await pairedAccount(house, did)) {
    const copy = await fetchCopy(house, base).catch(faultOf);
    if (copy === 'forged' || copy === 'fork') return copy;
    // A mirror that shows less to everyone than it says to its house has something to explain.
    if (copy.commit.rev < theirs.rev) return 'fork';
    const change = await house.store.exclusive(did, async () => {
      const now = await pairedAccount(house, did);
      return now.head.cid.equals(base.head.cid) ? goOnFrom(house, now, copy) : undefined;
    });
    // Something was written meanwhile.
    if (change === undefined) continue;
    const { head: { cid, rev }, operations, blobs } = change;
    house.feed.announce({ type: 'commit', did, rev, cid, operations });
    house.feed.announce({ type: 'mirrors', did });
    await fetchBlobs(house, did, url, [...blobs.values()].flat());
    break;
  }
  return 'done';
}

function faultOf(error: unknown): 'forged' | 'fork' {
  // A clock of ours that was set meanwhile: it is compared again when they next meet.
  if (!(error instanceof RepoError) || error.code === 'FutureRev') throw error;
  return error.code === 'CommitSignature' || error.code === 'CommitDid' ? 'forged' : 'fork';
}
