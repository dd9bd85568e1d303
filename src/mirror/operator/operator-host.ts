import type { StoreTotals } from '../../storage/sqlite/index.ts';
import type { MirrorHost } from '../mirror-host.ts';
import type { Placing } from '../placing.ts';
import type { Backups } from '../safekeeping/backups.ts';

/** What the methods for the operator of a mirror work with. */
export interface OperatorHost extends MirrorHost {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** False from when it is told to stop. */
  readonly isReady: () => boolean;
  /** Half a minute old at most. */
  readonly totals: () => StoreTotals;
  /** What each host name has, as old. */
  readonly hosts: () => ReturnType<Placing['totals']>;
  readonly backups: Backups;
  /** How many read the firehose now. */
  readonly subscribers: () => number;
  /** How many conversations there are now, by channel. */
  readonly conversations: () => { readonly websocket: number; readonly webrtc: number; readonly http: number };
}
