import type { Did } from '../../protocol/index.ts';

/** An operation of a DID, as a directory told of it. */
export interface SeenOperation {
  readonly cid: string;
  /** What the directory takes, in the words of whoever watches. */
  readonly body: Uint8Array;
  /** When the directory took it, as it says: milliseconds since 1970. */
  readonly createdAt: number;
  /** Whether a recovery undid it. */
  readonly nullified: boolean;
}

/** An operation that a mirror has seen. It is never forgotten while the account is kept, whatever the directory shows later. */
export interface WatchedOperation extends SeenOperation {
  /** When it was seen first: milliseconds since 1970. */
  readonly seenAt: number;
  /** Whether the directory showed it when it was asked last. */
  readonly isShown: boolean;
}

/** What a mirror knows of the log of a DID. */
export interface WatchedLog {
  /** When a log that holds was seen last: milliseconds since 1970. */
  readonly lookedAt?: number;
  /** In the order in which the directory took them, as it says. */
  readonly operations: readonly WatchedOperation[];
  /** CIDs of operations that houses of the account have claimed as its owner's. */
  readonly claimed: readonly string[];
}

/** The part of a mirror's store that watches over DIDs. */
export interface WatchedLogs {
  /** Nothing of an account that is not kept. */
  watched(did: Did): Promise<WatchedLog>;
  /** A log that holds was seen now: all of it. @throws MirrorStoreError AccountMissing */
  see(did: Did, operations: readonly SeenOperation[]): Promise<void>;
  /** A house claims operations. @throws MirrorStoreError AccountMissing */
  claim(did: Did, cids: readonly string[]): Promise<void>;
}
