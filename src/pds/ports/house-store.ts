import type { Cid, Datetime, Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import type { Block, BlockReader, Operation } from '../../repo/index.ts';
import type { Account, AccountDetails, AccountKeys, CollectionCount, Head, KeptKit } from './account.ts';
import type { KeyUse, NotedUse } from './key-use.ts';

/** Which call an answer belongs to: who asked, with which id, for what. */
export interface JournalKey {
  /** `owner`, or the grant. */
  readonly caller: string;
  /** The request id that the caller chose. */
  readonly request: string;
}

/** The answer to a write, kept so that the same request is not carried out twice. */
export interface JournalEntry extends JournalKey {
  /** SHA-256 of method and body: the same id with another body is a mistake of the caller. */
  readonly body: Uint8Array;
  readonly status: number;
  /** JSON. */
  readonly answer: string;
}

/** What one commit changes in the store. All of it becomes true at once, or nothing. */
export interface CommitChange {
  readonly did: Did;
  /** The head that the commit was made on: it is still the head, or nothing happens. */
  readonly expected: Cid;
  readonly head: Head;
  readonly time: Datetime;
  readonly newBlocks: readonly Block[];
  readonly deadBlocks: readonly Cid[];
  readonly operations: readonly Operation[];
  /** Where it goes on from another house of the owner: what of it was written here, done to what that house had. */
  readonly own?: readonly Operation[];
  /** Bytes of the records that operations replaced or deleted, by path, for history. */
  readonly previous: ReadonlyMap<string, Uint8Array>;
  /** The collections that the commit touched, as they are after it; one without records is left out of the account. */
  readonly collections: ReadonlyMap<Nsid, CollectionCount>;
  /** For every path that was written or deleted, the blobs its record names now. */
  readonly blobs: ReadonlyMap<string, readonly Cid[]>;
  readonly journal?: JournalEntry;
  /** Kept if, in this transaction, the account has a mirror. */
  readonly outgoing?: OutboxEntry;
}

/** One at least. */
export type CommitChanges = readonly [CommitChange, ...CommitChange[]];

/** A commit that waits for the receipt of the mirror. */
export interface OutboxEntry {
  readonly rev: Tid;
  readonly cid: Cid;
  /** Blobs that its records name. */
  readonly blobs: readonly Cid[];
  /** The body of `#commit` of `app.holdfast.mirror.converse`, as DAG-CBOR. */
  readonly message: Uint8Array;
}

/** The keys that an account has from a commit on that they signed, and the kit that holds what of them can come back. */
export interface NewKeys extends Pick<Account, 'signingKey' | 'rotationKeys' | 'operations'> {
  readonly keys: AccountKeys;
  readonly kit: KeptKit;
}

/** One commit as history remembers it. */
export interface HistoryEntry {
  readonly rev: Tid;
  readonly cid: Cid;
  readonly time: Datetime;
  readonly operations: readonly Operation[];
  /** As of `CommitChange`. */
  readonly own?: readonly Operation[];
  readonly previous: ReadonlyMap<string, Uint8Array>;
}

/** Which commits of history. */
export interface HistoryQuery {
  readonly limit: number;
  /** Newest first, older than this one. */
  readonly before?: Tid;
  /** Oldest first, from this one on. */
  readonly from?: Tid;
  /** Only those that changed the record at this path. */
  readonly path?: string;
}

/** Bytes that an account takes: stored blocks (dead ones too) and history. */
export interface AccountSize {
  readonly blocks: number;
  /** About so many of them no longer belong to the repository; a compaction brings them back. */
  readonly dead: number;
  readonly history: number;
  /** The oldest commit of history: the next to fall out. */
  readonly oldest?: Tid;
}

/** How far a compaction is, in blocks, and what may end it. */
export interface CompactionOptions {
  readonly progress?: (blocks: number) => void;
  readonly signal?: AbortSignal;
}

/** A repository that is built aside, invisible until it is adopted. */
export interface PackWriter {
  /**
   * Takes blocks in the order of a walk, and by path the blobs that records among them name; resolves when there is room
   * for more. What it took is durable once it is adopted.
   */
  add(blocks: readonly Block[], blobs?: ReadonlyMap<string, readonly Cid[]>): Promise<void>;
  /**
   * Makes the account and what was written visible in one transaction, with its keys.
   * @throws StoreError AccountExists
   */
  adopt(account: Account, keys: AccountKeys): Promise<void>;
  /** Removes what was written, unless it was adopted. Also done at start for writers whose page is gone. */
  discard(): Promise<void>;
}

/**
 * The port behind which a house keeps its accounts (architecture.md, section 4). Every promise that resolves is durable.
 * Nothing is cached across calls that another tab or worker could have changed.
 * @throws StoreError from any method: StorageFull, StoreClosed, StoreDamaged, StoreNewer
 */
export interface HouseStore {
  /** All accounts, oldest first. */
  accounts(): Promise<readonly Account[]>;
  account(did: Did): Promise<Account | undefined>;
  /**
   * The account as this store last read or wrote it, from memory: it may be out of date. A commit that is made on it is stored
   * if it is not, so that it is good for that and for nothing else.
   */
  remembered(did: Did): Account | undefined;
  accountNamed(handle: Handle): Promise<Account | undefined>;
  keys(did: Did): Promise<AccountKeys | undefined>;

  /**
   * A new account with its first commit, keys, kit and journal row, in one transaction.
   * @throws StoreError AccountExists
   */
  create(account: Account, keys: AccountKeys, blocks: readonly Block[], journal?: JournalEntry): Promise<void>;
  /**
   * One transaction, durability strict: blocks, head (compare-and-swap), history, blob references, journal. Several changes are
   * of one account, each made on the one before; all become true, or none.
   * @returns the account as it is then
   * @throws StoreError HeadMoved, AccountMissing; RequestKnown where the journal has an entry of one of them
   */
  commit(...changes: CommitChanges): Promise<Account>;
  /**
   * Gives an account other keys, with a commit that changes no record and is signed by the new one, in one transaction. What waited
   * for the mirror is let go of, and the mirror is to be sent everything: it was signed by the old key.
   * @returns the account as it is then
   * @throws StoreError HeadMoved, AccountMissing
   */
  replaceKeys(change: CommitChange, next: NewKeys): Promise<Account>;
  /**
   * Changes what is not the repository; and lets go of what waited in the outbox up to the rev `settled`, in the same
   * transaction. Taking the mirror away empties the outbox. @throws StoreError AccountMissing
   */
  update(did: Did, details: Partial<AccountDetails>, settled?: Tid): Promise<Account>;
  /** What apps keep with the account and nobody else is shown: JSON as bytes. Undefined where nothing was set. */
  preferences(did: Did): Promise<Uint8Array | undefined>;
  /** Takes the place of what was set. @throws StoreError AccountMissing */
  setPreferences(did: Did, preferences: Uint8Array): Promise<void>;
  /** What waits for the mirror, oldest first, after a rev. */
  outbox(did: Did, options: { readonly limit: number; readonly after?: Tid }): Promise<readonly OutboxEntry[]>;
  /** How much waits: commits, and bytes of their messages. */
  outboxSize(did: Did): Promise<{ readonly commits: number; readonly bytes: number }>;
  /** Removes an account and everything of it, blobs too; journal rows stay. @throws StoreError AccountMissing */
  remove(did: Did): Promise<void>;

  /** Runs `work` alone of all writers of this account, across tabs and workers. */
  exclusive<Result>(did: Did, work: () => Promise<Result>): Promise<Result>;
  /** Blocks of an account. What it gives is not trusted: the engine checks the hash. */
  reader(did: Did): BlockReader;
  /**
   * Runs a long read: until it ends, no pack that it may need is deleted. `reader` is fixed to what was stored at its start.
   * @throws StoreError AccountMissing
   */
  reading<Result>(did: Did, work: (account: Account, reader: BlockReader) => Promise<Result>): Promise<Result>;
  /** Begins a repository that is not visible yet. */
  packs(did: Did): Promise<PackWriter>;

  /** Adds to the log of what keys are used for. The account need not be here yet. */
  noteUse(did: Did, use: KeyUse, at: number): Promise<void>;
  /** That log, newest first. */
  uses(did: Did): Promise<readonly NotedUse[]>;

  /** Kept for a day at least. */
  journal(key: JournalKey): Promise<JournalEntry | undefined>;
  /** Commits, newest first unless `from` is given. */
  history(did: Did, query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** @throws StoreError AccountMissing */
  size(did: Did): Promise<AccountSize>;
  /**
   * Folds the tail when it is due, compacts when much is dead, lets old journal rows go, and the oldest commits of history that
   * is larger than `historyLimit`; the newest one stays, and those that the mirror has not confirmed. May be stopped at any time.
   */
  maintain(did: Did): Promise<void>;
  /**
   * Folds and compacts now, whatever is due. May be stopped at any time.
   * @throws StoreError AccountMissing, StoreDamaged; RepoError; the reason of the signal. Then nothing was changed.
   */
  compact(did: Did, options?: CompactionOptions): Promise<void>;
}
