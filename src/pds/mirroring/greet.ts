import { datetimeToMs, lexicons } from '../../protocol/index.ts';
import type { Datetime, Did } from '../../protocol/index.ts';
import type { CopyHead, MirrorMessage, NextStep } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { ALARMS, raise, standsStill } from './alarms.ts';
import { isNotable } from './clock.ts';
import { changeMirror, mirrorClient, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { reconcile } from './reconcile.ts';
import { settled } from './settle.ts';
import { standingOf } from './standing.ts';
import type { Standing } from './standing.ts';
import { verifiedReceipt } from './told-receipt.ts';

/**
 * What to do after the mirror has said what it holds: compares clocks and heads.
 * @param sentAt when `#hello` went out, @param receivedAt when the welcome came: milliseconds of this device's clock
 */
export async function greet(
  house: House, did: Did, { head, time, limits }: MirrorMessage & { readonly type: '#welcome' }, sentAt: number, receivedAt: number,
): Promise<NextStep> {
  const account = await pairedAccount(house, did);
  await learnClock(house, account, aheadBetween(time, sentAt, receivedAt));
  if (account.mirror.turnedAwaySince !== undefined) await changeMirror(house, did, (mirror) => mirror && { mirror: welcomed(mirror) });
  return nextStep(house, did, head, datetimeToMs(time) + limits.aheadMs);
}

/** It has let this house in. */
function welcomed(mirror: PairedMirror): PairedMirror {
  const { turnedAwaySince: _, ...rest } = mirror;
  return rest;
}

/** By how much this device is certainly ahead of the mirror, or behind it: the welcome may have been on its way for long. */
function aheadBetween(time: Datetime, sentAt: number, receivedAt: number): number {
  const [least, most] = [sentAt, receivedAt].map((at) => Math.round(at - datetimeToMs(time))) as [number, number];
  return least > 0 ? least : Math.min(most, 0);
}

/** Keeps by how much this device is ahead of the mirror, if that is news. */
export async function learnClock(house: House, { did, mirror: known }: PairedAccount, clockAheadMs: number): Promise<void> {
  if (!isNotable(known, clockAheadMs)) return;
  await changeMirror(house, did, (mirror) => (mirror?.url === known.url ? { mirror: { ...mirror, clockAheadMs } } : undefined));
}

/**
 * @param theirs what the mirror holds
 * @param latest what may be dated so late and be taken by the mirror, milliseconds since 1970
 */
export async function nextStep(house: House, did: Did, theirs: CopyHead | undefined, latest: number): Promise<NextStep> {
  const account = await pairedAccount(house, did);
  if (standsStill(account.mirror)) return { next: 'stop' };
  if (account.mirror.resend === true) return { next: 'hand-over' };
  const standing = await standingOf(house, account, theirs, latest);
  if (standing.kind !== 'foreign' || theirs === undefined) return act(house, account, standing);
  const outcome = await reconcile(house, account, theirs);
  if (outcome !== 'done') return stop(house, account, outcome);
  const after = await pairedAccount(house, did);
  const now = await standingOf(house, after, theirs, latest);
  // Brought together, the mirror is behind. If it is not, another house was faster: what is sent is refused, and that one is seen.
  return now.kind === 'foreign' ? { next: 'send' } : act(house, after, now);
}

async function act(house: House, account: PairedAccount, standing: Standing): Promise<NextStep> {
  switch (standing.kind) {
    case 'behind':
      return { next: 'send', ...(standing.after !== undefined && { after: standing.after }) };
    case 'same':
      if (!standing.isConfirmed) await askForReceipt(house, account);
      return { next: 'send', after: account.head.rev };
    case 'unconnected':
      return { next: 'hand-over' };
    case 'rollback':
      return stop(house, account, 'rollback');
    case 'fork':
    case 'foreign':
      return stop(house, account, 'fork');
  }
}

async function stop(house: House, account: PairedAccount, why: 'rollback' | 'fork' | 'forged'): Promise<NextStep> {
  const { acknowledged } = account.mirror;
  if (why === 'rollback') await raise(house, account, 'rollback', ALARMS.rollback(acknowledged!.time), acknowledged!.rev);
  else await raise(house, account, 'fork', ALARMS[why](), acknowledged?.rev);
  return { next: 'stop' };
}

/** The mirror holds what is here, and its receipt was lost on the way. Without it nothing is missing but the receipt. */
async function askForReceipt(house: House, account: PairedAccount): Promise<void> {
  const { did, head, mirror: { url, key } } = account;
  try {
    const client = await mirrorClient(house, account, account.mirror);
    const { receipt: told } = await client.call(lexicons.AppHoldfastMirrorActivate.mainSchema);
    const receipt = await verifiedReceipt(key, told);
    if (receipt?.did !== did || !receipt.commit.equals(head.cid) || receipt.rev !== head.rev) return;
    await changeMirror(house, did, (mirror) => (mirror?.url === url ? settled(mirror, receipt) : undefined));
  } catch {
    // It is asked for again when they next meet.
  }
}
