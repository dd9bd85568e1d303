import type { CborMap, Cid, Did, Tid } from '../../protocol/index.ts';

/** The events of `com.atproto.sync.subscribeRepos`. */
export type EventType = '#commit' | '#sync' | '#identity' | '#account';

/** An event that has no place in the log yet. */
export interface NewEvent {
  readonly type: EventType;
  readonly did: Did;
  /** Of a `#commit` or `#sync`. */
  readonly head?: { readonly cid: Cid; readonly rev: Tid };
  /** All of the body but `seq` and `time`. */
  readonly body: CborMap;
}

/** An event as it stands in the log, and as every subscriber gets it, to the byte. */
export interface StoredEvent {
  /** max(last + 1, now in microseconds): greater than every one before, never used again. */
  readonly seq: number;
  readonly did: Did;
  readonly type: EventType;
  /** The host name under which it is told, where there are any. */
  readonly host?: string;
  readonly head?: { readonly cid: Cid; readonly rev: Tid };
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The whole frame, header and body. */
  readonly frame: Uint8Array;
}

/** What of an event goes to subscribers. */
export type EventFrame = Pick<StoredEvent, 'seq' | 'frame'>;

interface ReadOptions {
  readonly limit: number;
  readonly bytes: number;
  readonly host?: string;
}

/** The port behind which the events of a host are kept, in their order. Who writes them is the store that they tell of. */
export interface EventLog {
  /** `seq` of the newest event ever, 0 before the first. */
  lastSeq(): Promise<number>;
  /** `seq` of the newest event that is no longer kept, 0 while all are. */
  prunedSeq(): Promise<number>;
  /**
   * Events after `seq`, oldest first: `limit` of them, or fewer when their frames would take more than `bytes`, but one at least.
   * @param options with `host`, those that are told under that name
   */
  read(after: number, options: ReadOptions): Promise<readonly StoredEvent[]>;
  /** The same, and no more of them than who passes them on needs. */
  frames(after: number, options: ReadOptions): Promise<readonly EventFrame[]>;
}
