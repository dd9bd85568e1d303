import { CidMap } from '../../protocol/index.ts';
import type { Cid, Did, Handle, Tid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import { afterCommit, HISTORY_LIMIT, isUnconfirmed, PASS_HOUR_MS, PASSES_KEPT_MS, StoreError, withDetails, withNewKeys } from '../../pds/index.ts';
import type {
  Account, AccountDetails, AccountKeys, AccountSize, CommitChange, CommitChanges, CompactionOptions, HistoryEntry, HistoryQuery, HouseStore, JournalEntry,
  JournalKey, KeyUse, NewKeys, NotedUse, OutboxEntry, PackWriter,
} from '../../pds/index.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';

interface Room {
  account: Account;
  keys: AccountKeys;
  blocks: CidMap<Uint8Array>;
  /** Dead blocks stay until `maintain`, for those who read while they die. */
  readonly dead: CidMap<true>;
  /** Oldest first. */
  readonly history: HistoryEntry[];
  /** Oldest first. */
  outbox: OutboxEntry[];
  preferences?: Uint8Array;
}

/** A house in memory, and the plainest reading of the port. */
export class MemoryHouseStore implements HouseStore {
  readonly #rooms = new Map<Did, Room>();
  readonly #journal = new Map<string, JournalEntry>();
  readonly #uses = new Map<Did, readonly NotedUse[]>();
  readonly #queues = new Map<Did, Promise<unknown>>();
  readonly #blobs: MemoryBlobStore;

  /** `blobs` hears which blobs the records name. */
  constructor(blobs = new MemoryBlobStore()) {
    this.#blobs = blobs;
    blobs.remembers = (did, rev) => this.#rooms.get(did)?.history.some((entry) => entry.rev === rev) ?? false;
  }

  async accounts(): Promise<readonly Account[]> {
    return [...this.#rooms.values()].map(({ account }) => account)
      .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.did < b.did ? -1 : 1));
  }

  async account(did: Did): Promise<Account | undefined> {
    return this.#rooms.get(did)?.account;
  }

  remembered(did: Did): Account | undefined {
    return this.#rooms.get(did)?.account;
  }

  async accountNamed(handle: Handle): Promise<Account | undefined> {
    return (await this.accounts()).find((account) => account.handle === handle);
  }

  async keys(did: Did): Promise<AccountKeys | undefined> {
    return this.#rooms.get(did)?.keys;
  }

  async create(account: Account, keys: AccountKeys, blocks: readonly Block[], journal?: JournalEntry): Promise<void> {
    this.#add(account, keys, blocks);
    if (journal !== undefined) this.#remember(journal);
  }

  async commit(...changes: CommitChanges): Promise<Account> {
    const { did } = changes[0];
    const room = this.#room(did);
    let { account } = room;
    for (const change of changes) {
      if (!account.head.cid.equals(change.expected)) throw headMoved(did, account.head.cid);
      if (change.journal !== undefined && this.#journal.has(journalText(change.journal))) throw requestKnown(did);
      account = afterCommit(account, change);
    }
    for (const change of changes) this.#commit(room, change);
    room.account = account;
    return account;
  }

  async replaceKeys(change: CommitChange, next: NewKeys): Promise<Account> {
    const room = this.#room(change.did);
    if (!room.account.head.cid.equals(change.expected)) throw headMoved(change.did, room.account.head.cid);
    this.#commit(room, change);
    room.account = withNewKeys(room.account, change, next);
    room.keys = next.keys;
    room.outbox = [];
    return room.account;
  }

  async update(did: Did, details: Partial<AccountDetails>, settled?: Tid): Promise<Account> {
    const room = this.#room(did);
    room.account = withDetails(room.account, details);
    room.outbox = room.outbox.filter(({ rev }) => room.account.mirror !== undefined && (settled === undefined || rev > settled));
    return room.account;
  }

  async preferences(did: Did): Promise<Uint8Array | undefined> {
    return this.#rooms.get(did)?.preferences?.slice();
  }

  async setPreferences(did: Did, preferences: Uint8Array): Promise<void> {
    this.#room(did).preferences = preferences.slice();
  }

  async noteUse(did: Did, use: KeyUse, at: number): Promise<void> {
    const known = await this.uses(did);
    const hour = (ms: number): number => Math.floor(ms / PASS_HOUR_MS);
    const same = use.what === 'token'
      ? known.find(({ what, subject, audience, at: last }) => what === 'token' && subject === use.subject && audience === use.audience && hour(last) === hour(at))
      : undefined;
    const others = known.filter((noted) => noted !== same && !(noted.what === 'token' && hour(noted.at) * PASS_HOUR_MS <= at - PASSES_KEPT_MS));
    this.#uses.set(did, [...others, { ...use, at, count: (same?.count ?? 0) + 1 }].sort((a, b) => b.at - a.at));
  }

  async uses(did: Did): Promise<readonly NotedUse[]> {
    return this.#uses.get(did) ?? [];
  }

  async outbox(did: Did, { limit, after }: { readonly limit: number; readonly after?: Tid }): Promise<readonly OutboxEntry[]> {
    const outbox = this.#rooms.get(did)?.outbox ?? [];
    return outbox.filter(({ rev }) => after === undefined || rev > after).slice(0, limit);
  }

  async outboxSize(did: Did): Promise<{ readonly commits: number; readonly bytes: number }> {
    const { outbox } = this.#room(did);
    return { commits: outbox.length, bytes: sum(outbox.map(({ message }) => message)) };
  }

  async remove(did: Did): Promise<void> {
    this.#room(did);
    this.#rooms.delete(did);
    this.#uses.delete(did);
    this.#blobs.forget(did);
  }

  exclusive<Result>(did: Did, work: () => Promise<Result>): Promise<Result> {
    const result = (this.#queues.get(did) ?? Promise.resolve()).then(work);
    this.#queues.set(did, result.catch(() => undefined));
    return result;
  }

  reader(did: Did): BlockReader {
    return { read: async (cids) => cids.map((cid) => this.#rooms.get(did)?.blocks.get(cid)) };
  }

  async reading<Result>(did: Did, work: (account: Account, reader: BlockReader) => Promise<Result>): Promise<Result> {
    // `maintain` begins another map, so that this one loses nothing.
    const { account, blocks } = this.#room(did);
    return work(account, { read: async (cids) => cids.map((cid) => blocks.get(cid)) });
  }

  async packs(_did: Did): Promise<PackWriter> {
    const blocks: Block[] = [];
    const references = new Map<string, readonly Cid[]>();
    return {
      add: async (more, blobs = new Map()) => {
        blocks.push(...more.map(({ cid, bytes }) => ({ cid: cid.detached(), bytes: bytes.slice() })));
        for (const [path, cids] of blobs) references.set(path, cids);
      },
      adopt: async (account, keys) => {
        this.#add(account, keys, blocks);
        this.#blobs.refer(account.did, references, account.head.rev);
      },
      discard: async () => {
        blocks.length = 0;
        references.clear();
      },
    };
  }

  async journal(key: JournalKey): Promise<JournalEntry | undefined> {
    return this.#journal.get(journalText(key));
  }

  async history(did: Did, { limit, before, from, path }: HistoryQuery): Promise<readonly HistoryEntry[]> {
    const found = (this.#rooms.get(did)?.history ?? []).filter(({ rev, operations }) => (
      (before === undefined || rev < before) && (from === undefined || rev >= from)
      && (path === undefined || operations.some((operation) => operation.path === path))
    ));
    return (from === undefined ? found.reverse() : found).slice(0, limit);
  }

  async size(did: Did): Promise<AccountSize> {
    const { blocks, dead, history } = this.#room(did);
    const oldest = history[0]?.rev;
    return {
      blocks: sum(blocks.values()),
      dead: sum([...dead.entries()].flatMap(([cid]) => blocks.get(cid) ?? [])),
      history: historySize(history), ...(oldest !== undefined && { oldest }),
    };
  }

  async maintain(did: Did): Promise<void> {
    const room = this.#rooms.get(did);
    if (room === undefined) return;
    const living = new CidMap<Uint8Array>();
    for (const [cid, bytes] of room.blocks.entries()) if (!room.dead.has(cid)) living.set(cid, bytes);
    room.blocks = living;
    room.dead.clear();
    const { history, account } = room;
    const { historyLimit = HISTORY_LIMIT } = account;
    while (history.length > 1 && !isUnconfirmed(account, history[0]!.rev) && historySize(history) > historyLimit) history.shift();
  }

  async compact(did: Did, { progress, signal }: CompactionOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const { blocks, dead } = this.#room(did);
    progress?.(blocks.size - dead.size);
    await this.maintain(did);
  }

  #commit(room: Room, { did, head, time, operations, own, previous, journal, outgoing, deadBlocks, newBlocks, blobs }: CommitChange): void {
    for (const cid of deadBlocks) room.dead.set(cid, true);
    put(room, newBlocks);
    room.history.push({ rev: head.rev, cid: head.cid, time, operations: [...operations], ...(own !== undefined && { own: [...own] }), previous: new Map(previous) });
    this.#blobs.refer(did, blobs, head.rev, previous);
    if (journal !== undefined) this.#remember(journal);
    if (outgoing !== undefined && room.account.mirror !== undefined) {
      room.outbox.push({ ...outgoing, blobs: [...outgoing.blobs], message: outgoing.message.slice() });
    }
  }

  #add(account: Account, keys: AccountKeys, blocks: readonly Block[]): void {
    if (this.#rooms.has(account.did)) {
      throw new StoreError('AccountExists', 'This house has that account already', { did: account.did });
    }
    const room: Room = { account, keys, blocks: new CidMap(), dead: new CidMap(), history: [], outbox: [] };
    put(room, blocks);
    this.#rooms.set(account.did, room);
  }

  #room(did: Did): Room {
    const room = this.#rooms.get(did);
    if (room === undefined) throw new StoreError('AccountMissing', 'This house has no such account', { did });
    return room;
  }

  #remember(entry: JournalEntry): void {
    this.#journal.set(journalText(entry), { ...entry, body: entry.body.slice() });
  }
}

function headMoved(did: Did, head: Cid): StoreError {
  return new StoreError('HeadMoved', 'Someone else wrote to this account first; nothing was changed', { did, head: head.toString() });
}

function requestKnown(did: Did): StoreError {
  return new StoreError('RequestKnown', 'This request was carried out before; nothing was changed', { did });
}

/** What died and is put again lives: the same content has the same CID. */
function put(room: Room, blocks: readonly Block[]): void {
  for (const { cid, bytes } of blocks) {
    room.blocks.set(cid.detached(), bytes.slice());
    room.dead.delete(cid);
  }
}

function journalText({ caller, request }: JournalKey): string {
  return JSON.stringify([caller, request]);
}

function historySize(history: readonly HistoryEntry[]): number {
  return history.reduce((bytes, { previous }) => bytes + sum(previous.values()), 0);
}

function sum(all: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const each of all) bytes += each.length;
  return bytes;
}
