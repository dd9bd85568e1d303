import { tidTime } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { decodeCommitBody } from '../../mirroring/index.ts';
import type { CopyHead } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import type { OutboxEntry } from '../ports/house-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { isKnownHead } from './known-head.ts';
import type { PairedAccount } from './paired.ts';

/** How a mirror's copy stands to what is here (architecture.md, section 3). */
export type Standing =
  /** All that it lacks waits in the outbox: after this rev, or from its beginning. */
  | { readonly kind: 'behind'; readonly after: Tid | undefined }
  /** It holds what is here, and this house has its receipt for it, or has not. */
  | { readonly kind: 'same'; readonly isConfirmed: boolean }
  /** It holds nothing, or what this house wrote once and cannot go on from: the whole repository is needed. */
  | { readonly kind: 'unconnected' }
  /** It is older than what it confirmed. */
  | { readonly kind: 'rollback' }
  /** Somebody else went on from what it confirmed. */
  | { readonly kind: 'foreign' }
  /** Somebody else wrote something beside what it confirmed. */
  | { readonly kind: 'fork' };

/** A longer outbox is sent as one repository: this many commits, or bytes. */
const LONGEST_OUTBOX = { commits: 500, bytes: 20_000_000 };

/** @param latest what may be dated so late and be taken by the mirror, milliseconds since 1970 */
export async function standingOf(house: House, account: PairedAccount, theirs: CopyHead | undefined, latest: number): Promise<Standing> {
  const { did, head, mirror: { acknowledged } } = account;
  if (theirs === undefined) return { kind: 'unconnected' };
  const { commits, bytes } = await house.store.outboxSize(did);
  const isLong = commits > LONGEST_OUTBOX.commits || bytes > LONGEST_OUTBOX.bytes;
  const waiting = isLong ? [] : await links(house, did);
  if (theirs.cid.equals(head.cid) && commits === 0) return { kind: 'same', isConfirmed: acknowledged?.commit.equals(head.cid) === true };
  if (acknowledged !== undefined && !theirs.cid.equals(acknowledged.commit)) {
    if (theirs.rev < acknowledged.rev) return { kind: 'rollback' };
    if (theirs.rev === acknowledged.rev) return { kind: 'fork' };
  }
  const isLate = tidTime(head.rev) / 1000 > latest;
  const first = isLate || !leadsTo(waiting, head.cid) ? undefined : connection(waiting, theirs);
  if (first !== undefined) return { kind: 'behind', after: waiting[first - 1]?.rev };
  if (await isKnownHead(house, account, { commit: theirs.cid.toString(), rev: theirs.rev, data: theirs.data.toString() })) return { kind: 'unconnected' };
  return { kind: theirs.rev > (acknowledged?.rev ?? head.rev) ? 'foreign' : 'fork' };
}

/** A commit that waits, and the one that it was made on. */
interface Waiting {
  readonly rev: Tid;
  readonly cid: Cid;
  readonly since: Tid | null;
  readonly prevData: Cid;
}

/** Nothing where a row is damaged: the whole repository is sent instead. */
async function links({ store }: House, did: Did): Promise<readonly Waiting[]> {
  try {
    return (await store.outbox(did, { limit: LONGEST_OUTBOX.commits })).map(linkOf);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'StoreDamaged') return [];
    throw error;
  }
}

function linkOf({ rev, cid, message }: OutboxEntry): Waiting {
  const { since, prevData } = decodeCommitBody(message);
  return { rev, cid, since, prevData };
}

/** Whether each was made on the one before, up to this commit; others may have been written since it was read. */
function leadsTo(waiting: readonly Waiting[], head: Cid): boolean {
  return waiting.some(({ cid }) => cid.equals(head)) && waiting.every(({ since }, index) => index === 0 || since === waiting[index - 1]!.rev);
}

/** The first to send: the one that the mirror holds, so that it confirms it again, or the one that was made on that. */
function connection(waiting: readonly Waiting[], theirs: CopyHead): number | undefined {
  const index = waiting.findIndex(({ cid, since, prevData }) => (
    cid.equals(theirs.cid) || (since === theirs.rev && prevData.equals(theirs.data))
  ));
  return index === -1 ? undefined : index;
}
