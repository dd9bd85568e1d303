import type { Cid, Did, Signer } from '../protocol/index.ts';
import type { MirrorLimits } from './messages.ts';
import type { SigningKeys } from './ports/desks.ts';
import type { StoredEvent } from './ports/event-log.ts';
import type { CopyHead, MirrorStore } from './ports/mirror-store.ts';
import type { HourlyWrites } from './quota.ts';
import type { Receipt } from './receipt.ts';
import type { Turns } from './turns.ts';

/** What a mirror takes commits and repositories in with. */
export interface IngestOptions {
  readonly store: MirrorStore;
  readonly keys: SigningKeys;
  /** Signs receipts. */
  readonly signer: Signer;
  readonly limits: MirrorLimits;
  /** Whether a blob of an account is here. */
  readonly hasBlob: (did: Did, cid: Cid) => Promise<boolean>;
  /** Whether what is written for an account is taken here; whatever is where it is left out. @throws MirrorRefusal where it is not */
  readonly admit?: (did: Did) => Promise<void>;
  /** Told of events when they are durable. Those of different accounts may be told out of order. */
  readonly announce: (events: readonly StoredEvent[]) => void;
  /** So long a repository that comes may stand still where another of the same account waits, in milliseconds. */
  readonly stillMs?: number;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
}

/** What a repository that was handed over has become. */
export interface HandedOver {
  readonly head: CopyHead;
  /** Where the network was told: an account that is only being paired has none. */
  readonly receipt?: Receipt;
}

/** What both ways in have in common. */
export interface IntakeOptions extends IngestOptions {
  readonly now: () => number;
  /** One thing after another for each account. */
  readonly turns: Turns;
  readonly writes: HourlyWrites;
  readonly receiptOf: (did: Did, head: Pick<CopyHead, 'cid' | 'rev'>, told: Pick<StoredEvent, 'seq' | 'time'>) => Promise<Receipt>;
}
