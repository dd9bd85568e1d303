import { HoldfastError } from '../../protocol/index.ts';
import type { Cid, Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import type { AlertBook } from './alert-book.ts';
import type { EventLog, NewEvent, StoredEvent } from './event-log.ts';
import type { AccountTerms, Lettings } from './lettings.ts';
import type { SealedKits } from './sealed-kits.ts';
import type { WatchedLogs } from './watched-log.ts';

/** Why a mirror's store did not do what it was asked. In every case nothing was changed. */
export type MirrorStoreFault =
  | 'AccountExists' | 'AccountMissing' | 'HandleTaken' | 'HeadMoved' | 'InvitationInvalid' | 'StorageFull'
  /** It cannot be read, or not now. */
  | 'StoreDamaged' | 'StoreForeign' | 'StoreInUse' | 'StoreMissing' | 'StoreNewer' | 'StoreOlder';

/** A refusal of `MirrorStore`. */
export class MirrorStoreError extends HoldfastError<MirrorStoreFault> {}

/** The commit that a copy is at. */
export interface CopyHead {
  readonly cid: Cid;
  readonly rev: Tid;
  /** The root of the tree. */
  readonly data: Cid;
}

/** `pairing` until its DID document names the mirror; the others as `com.atproto.sync.getRepoStatus` has them. */
export type CopyStatus = 'pairing' | 'active' | 'deactivated' | 'suspended' | 'takendown' | 'deleted';

/** Those that an operator has decided upon: nothing of the account is served. */
export type StoppedStatus = 'suspended' | 'takendown';

/** Whether nothing of an account is served because its operator says so. */
export function isStopped<Account extends { readonly status?: CopyStatus }>(account: Account): account is Account & { readonly status: StoppedStatus } {
  return account.status === 'suspended' || account.status === 'takendown';
}

/** Whether the account is here only for the case that its mirror is lost: it serves nobody, and takes what that one has confirmed. */
export function isStandby<Account extends Pick<CopyAccount, 'status' | 'primary'>>(account: Account): account is Account & { readonly primary: Primary } {
  return account.status === 'pairing' && account.primary !== undefined;
}

/**
 * Whether the network has heard of an account from here, and may know what became of it: not of one that is being paired or stands by, nor where its operator
 * has stopped such a one, or it has gone.
 */
export function isKnown<Account extends Pick<CopyAccount, 'status' | 'head' | 'told' | 'primary'>>(account: Account): account is Account & { readonly status: Exclude<CopyStatus, 'pairing'> } {
  const { status, head, told, primary } = account;
  if (status === 'active') return true;
  if (status === 'deleted') return head !== undefined;
  return status !== 'pairing' && told !== undefined && primary === undefined;
}

/** The mirror that a standby follows: its origin, and the `did:key` that signs its receipts. */
export interface Primary {
  readonly url: string;
  readonly key: string;
}

/** An account as a mirror keeps it. */
export interface CopyAccount {
  readonly did: Did;
  readonly handle?: Handle;
  /** The host name that it lives under, where there are any. */
  readonly host?: string;
  readonly status: CopyStatus;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Of one that is `deleted`: the last that the network has heard of, if it has. */
  readonly head?: CopyHead;
  /** `seq` and time (milliseconds) of the event that told of the head. */
  readonly told?: { readonly seq: number; readonly time: number };
  /** Number of records by collection; none is left out. */
  readonly collections: ReadonlyMap<Nsid, number>;
  /** Bytes of the living blocks. */
  readonly bytes: number;
  /** `did:key` that signed the head. */
  readonly signingKey?: string;
  readonly terms: AccountTerms;
  /** Of one that is `pairing`, or was when it was stopped: here it is a standby, until its owner has it take that one's place. */
  readonly primary?: Primary;
  /** Of one that is `deleted`: what it was stopped as when it left. */
  readonly held?: StoppedStatus;
  /** Of one that is `suspended`, or was when it left: only its time was over, and its operator has decided nothing. */
  readonly isOver?: true;
}

/** What may change without a commit; `undefined` takes a handle or a primary away. */
export interface CopyDetails {
  readonly handle: Handle | undefined;
  /** What was told before stays under the name that it was told under. */
  readonly host: string;
  readonly status: CopyStatus;
  /** Of one that becomes `suspended`: whether only the end of its time does it. */
  readonly isOver: boolean;
  readonly signingKey: string;
  readonly createdAt: number;
  readonly primary: Primary | undefined;
}

/** What one commit changes. All of it becomes true at once, with its events, or nothing. */
export interface CopyChange {
  readonly did: Did;
  /** The head that the change was verified on: it is still the head, or nothing happens. */
  readonly expected: Cid;
  readonly head: CopyHead;
  readonly signingKey: string;
  readonly newBlocks: readonly Block[];
  /** Kept for an hour for those who read while they die, if anybody could; then gone, unless something put them again. */
  readonly deadBlocks: readonly Cid[];
  /** By how many records each collection has grown. */
  readonly grown: ReadonlyMap<Nsid, number>;
  /** The blobs that the record at a path names now: for every path that was changed or deleted, and for a new one that names any. */
  readonly blobs: ReadonlyMap<string, readonly Cid[]>;
  readonly events: readonly NewEvent[];
}

/** A whole repository that is taken in aside, invisible until it is adopted. */
export interface CopyWriter {
  /** Blocks in the order of a walk, and by path the blobs that records among them name. Resolves when there is room for more. */
  add(blocks: readonly Block[], blobs?: ReadonlyMap<string, readonly Cid[]>): Promise<void>;
  /**
   * Puts it in the place of what the account had, in one transaction.
   * @param expected the head that it replaces; undefined where there was none
   * @throws MirrorStoreError HeadMoved, AccountMissing
   */
  adopt(copy: {
    readonly expected: Cid | undefined; readonly head: CopyHead; readonly signingKey: string;
    readonly collections: ReadonlyMap<Nsid, number>; readonly events: readonly NewEvent[];
  }): Promise<readonly StoredEvent[]>;
  /** Forgets what was taken in, unless it was adopted. Also done at start for what a killed process left. */
  discard(): Promise<void>;
}

/**
 * The port behind which a mirror keeps accounts, their copies and the events that tell of them, in one database: every
 * promise that resolves is durable (fsync), and an event is there if and only if what it tells is.
 * @throws MirrorStoreError from any method: StorageFull, StoreDamaged
 */
export interface MirrorStore extends EventLog, WatchedLogs, SealedKits, Lettings {
  readonly alerts: AlertBook;
  /** What lives under no host name as yet lives under this one, with what was told of it; and so does what comes and is given none. Once for ever. */
  firstHost(name: string): Promise<void>;
  account(did: Did): Promise<CopyAccount | undefined>;
  accountNamed(handle: Handle): Promise<CopyAccount | undefined>;
  /** In the order of DIDs, after one; `deleted` ones too. With `host`, those that live under that name. */
  accounts(options: { readonly limit: number; readonly after?: Did; readonly host?: string }): Promise<readonly CopyAccount[]>;
  /**
   * A new account, `pairing` and empty. One that was deleted begins anew, on the terms that it had. An invitation is used for it, and gives
   * it its terms; the account that has used it may use it again, and keeps its terms. It lives under `host`; where that is left out, under
   * the name that it had, or the first.
   * @throws MirrorStoreError AccountExists, HandleTaken, InvitationInvalid
   */
  enroll(account: { readonly did: Did; readonly handle?: Handle; readonly invitation?: string; readonly host?: string }): Promise<CopyAccount>;
  /**
   * `suspended` and `takendown` take the account's `#commit` and `#sync` events out of the log; `active` after them, and
   * `pairing`, have its head told anew.
   * @throws MirrorStoreError AccountMissing, HandleTaken
   */
  update(did: Did, details: Partial<CopyDetails>, events?: readonly NewEvent[]): Promise<readonly StoredEvent[]>;
  /** Blocks, head by compare-and-swap, counts, blob references, events. @throws MirrorStoreError HeadMoved, AccountMissing */
  commit(change: CopyChange): Promise<readonly StoredEvent[]>;
  /** Begins a repository that is not visible yet. */
  copy(did: Did): Promise<CopyWriter>;
  /**
   * Deletes blocks, references, handle, sealed kits, ways to tell its owner and what is known of its DID; the account stays as `deleted`, with its head where it is known (`isKnown`), its `#commit` and `#sync` events are taken out of
   * the log, and `events` are told. Its terms stay, and what its operator or the end of its time had done to it. @throws MirrorStoreError AccountMissing
   */
  remove(did: Did, events?: readonly NewEvent[]): Promise<readonly StoredEvent[]>;
  /** Lets an account come back that had left after its operator decided against it. */
  release(did: Did): Promise<void>;

  /** Blocks of an account; what it gives is not trusted. */
  reader(did: Did): BlockReader;
  /**
   * Blocks that came with a rev above `since` and live, or died within the last minute, since who asks took the head a moment
   * ago; some at a time, the commit anywhere among them: for `getRepo`.
   */
  blocksSince(did: Did, since: Tid): AsyncIterable<readonly Block[]>;
  /** The event that told of a commit of the account, if it is still known: for the receipt of what is sent again. */
  eventOf(did: Did, commit: Cid): Promise<Pick<StoredEvent, 'seq' | 'time'> | undefined>;
  /**
   * Events of an account after `seq`, oldest first, as `read` gives them; looked for among so many of the events of all that follow it.
   * @param among 1 at least
   */
  readOf(did: Did, after: number, options: { readonly limit: number; readonly bytes: number; readonly among: number }): Promise<readonly StoredEvent[]>;
  /** Notes a token by its maker and name until `exp` (seconds); false when it was noted before. */
  once(iss: Did, jti: string, exp: number): Promise<boolean>;
  /** A value of the mirror itself, such as its key: `value` is stored if there is none; what is stored then. */
  firstFact(name: string, value: Uint8Array): Promise<Uint8Array>;
  /** Removes events older than `before` (milliseconds), dead blocks of an hour ago, spent tokens. May be stopped at any time. */
  maintain(before: number): Promise<void>;
}
