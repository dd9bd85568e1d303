import { tidFrom, tidTime } from '../../protocol/index.ts';
import type { Tid } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';

const CLOCK_IDS = 1024;

/** A rev by the clock of the account's mirror, where that is not later than the one here, above the one that the mirror has confirmed, and above these. */
export function nextRev({ now }: Pick<House, 'now'>, { mirror }: Pick<Account, 'mirror'>, ...above: readonly (Tid | undefined)[]): Tid {
  const { acknowledged, clockAheadMs = 0 } = mirror ?? {};
  const micros = Math.max(
    // Nobody but this device can have it date ahead: what a mirror says of the time may be false.
    Math.floor((now() - Math.max(0, clockAheadMs)) * 1000), ...[...above, acknowledged?.rev].map((rev) => (rev === undefined ? 0 : tidTime(rev) + 1)),
  );
  return tidFrom(micros, Math.floor(Math.random() * CLOCK_IDS));
}
