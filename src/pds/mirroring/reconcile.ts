import type { Cid } from '../../protocol/index.ts';
import { RepoError } from '../../repo/index.ts';
import type { CopyHead } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import { standsStill } from './alarms.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import { fetchCopy, readCopy } from './foreign-copy.ts';
import type { ForeignCopy } from './foreign-copy.ts';
import { goOnFrom } from './go-on-from.ts';
import { pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { standingOf } from './standing.ts';

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
    const blobs = await goOn(house, base, copy);
    // Something was written meanwhile.
    if (blobs === undefined) continue;
    await fetchBlobs(house, did, url, blobs);
    break;
  }
  return 'done';
}

/**
 * Takes in a repository that another house has brought, where it is the state that the mirror holds, and that comes from another
 * house: the mirror has ordered it, and its bytes are verified as strictly as the mirror's.
 * @param theirs what the mirror holds, as it has just said
 * @returns the blobs that it names; undefined where nothing was changed, since that is another state, or not right
 */
export async function takeCopy(house: House, account: PairedAccount, theirs: CopyHead, car: ReadableStream<Uint8Array>): Promise<readonly Cid[] | undefined> {
  if (standsStill(account.mirror) || account.mirror.resend === true) return undefined;
  const { kind } = await standingOf(house, account, theirs, Infinity);
  if (kind !== 'foreign') return undefined;
  // What somebody else brings is no word of the mirror's: it raises no alarm.
  const copy = await readCopy(house, account, async () => car).catch((error: unknown) => {
    if (!(error instanceof RepoError)) throw error;
  });
  // The rev by which it counts as news is the mirror's word: an old state under a late one would set this house back.
  const isTheirs = copy !== undefined && copy.commit.cid.equals(theirs.cid) && copy.commit.rev === theirs.rev;
  return isTheirs ? goOn(house, account, copy) : undefined;
}

/** The blobs that it names; undefined where something was written since `base`, and nothing was done. */
async function goOn(house: House, base: PairedAccount, copy: ForeignCopy): Promise<readonly Cid[] | undefined> {
  const { did } = base;
  const change = await house.store.exclusive(did, async () => {
    const now = await pairedAccount(house, did);
    return now.head.cid.equals(base.head.cid) ? goOnFrom(house, now, copy) : undefined;
  });
  if (change === undefined) return undefined;
  const { head: { cid, rev }, operations, blobs } = change;
  house.feed.announce({ type: 'commit', did, rev, cid, operations });
  house.feed.announce({ type: 'mirrors', did });
  return [...blobs.values()].flat();
}

function faultOf(error: unknown): 'forged' | 'fork' {
  // A clock of ours that was set meanwhile: it is compared again when they next meet.
  if (!(error instanceof RepoError) || error.code === 'FutureRev') throw error;
  return error.code === 'CommitSignature' || error.code === 'CommitDid' ? 'forged' : 'fork';
}
