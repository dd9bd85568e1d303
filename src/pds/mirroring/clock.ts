import type { Fetch } from '../../identity/index.ts';
import type { Account } from '../ports/account.ts';
import type { Announce } from '../ports/events.ts';
import type { HouseStore } from '../ports/house-store.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { describeMirror } from './mirror-client.ts';

/** So far ahead of its mirror a house does not sign any more: relays refuse what is dated five minutes ahead. */
export const MAX_CLOCK_AHEAD_MS = 30_000;
/** What a clock may drift before it is written down again. */
const NOTABLE_MS = 1_000;
/** Somebody waits for it. */
const ASK_MS = 3_000;

interface ClockParts {
  readonly store: Pick<HouseStore, 'update'>;
  readonly feed: { readonly announce: Announce };
  readonly fetch: Fetch;
  readonly now: () => number;
}

/** By how many milliseconds this device is known to be ahead of the mirror, at least. */
function aheadOf({ clockAheadMs = 0 }: PairedMirror): number {
  return Math.max(0, clockAheadMs);
}

/** Whether a measure says something that was not known. */
export function isNotable(before: PairedMirror, clockAheadMs: number): boolean {
  const { clockAheadMs: known } = before;
  return known === undefined || Math.abs(clockAheadMs - known) > NOTABLE_MS
    || (known > MAX_CLOCK_AHEAD_MS) !== (clockAheadMs > MAX_CLOCK_AHEAD_MS);
}

/** In words, by how much. */
export function aheadInWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  for (const [unit, size] of [['days', 86_400], ['hours', 3_600], ['minutes', 60]] as const) {
    if (seconds >= 2 * size) return `${Math.round(seconds / size)} ${unit}`;
  }
  return `${seconds} seconds`;
}

/** Whether the mirror has to be asked for the time before anything is signed. */
export function isClockDoubtful({ mirror }: Pick<Account, 'mirror'>): boolean {
  return mirror !== undefined && aheadOf(mirror) > MAX_CLOCK_AHEAD_MS;
}

/**
 * Sees that the clock allows to sign. Where it was ahead when house and mirror last met, the mirror is asked again first:
 * the clock may have been set. Call it under the lock of the account, with the account as it is stored.
 * @throws XrpcError ClockAhead
 */
export async function checkClock({ store, feed, fetch, now }: ClockParts, { did, mirror }: Account): Promise<void> {
  if (mirror === undefined || !isClockDoubtful({ mirror })) return;
  const clockAheadMs = await describeMirror(fetch, mirror.url, now, AbortSignal.timeout(ASK_MS)).then((found) => found.clockAheadMs, () => undefined);
  if (clockAheadMs !== undefined && isNotable(mirror, clockAheadMs)) {
    await store.update(did, { mirror: { ...mirror, clockAheadMs } });
    feed.announce({ type: 'mirrors', did });
  }
  const ahead = clockAheadMs ?? aheadOf(mirror);
  if (ahead <= MAX_CLOCK_AHEAD_MS) return;
  throw new XrpcError(400, 'ClockAhead', `The clock of this device is ${aheadInWords(ahead)} ahead of your mirror's, and the network refuses `
    + 'what is dated ahead. Nothing was changed. Set the clock of this device, and try again.');
}
