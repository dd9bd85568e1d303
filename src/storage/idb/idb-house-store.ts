import type { Cid, Did, Handle, Tid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import { StoreError, withDetails } from '../../pds/index.ts';
import type {
  Account, AccountDetails, AccountKeys, AccountSize, CommitChange, CommitChanges, CompactionOptions, HistoryEntry, HistoryQuery, HouseStore, JournalEntry,
  JournalKey, KeyUse, NewKeys, NotedUse, OutboxEntry, PackWriter,
} from '../../pds/index.ts';
import { accountRow, readAccountRow } from './account-row.ts';
import type { Manifest, StoredAccount } from './account-row.ts';
import { addReferences } from './blob-references.ts';
import type { BlockSource } from './block-source.ts';
import { storeCommits } from './commits.ts';
import type { KnownAccount } from './commits.ts';
import type { Connection, Reading, Writing } from './connection.ts';
import { readHistory } from './history.ts';
import { journalRow, readJournalRow } from './history-row.ts';
import { IdbPackWriter } from './idb-pack-writer.ts';
import { noteUse } from './key-uses.ts';
import { hold, locked, lockName } from './locks.ts';
import type { Maintenance } from './maintenance.ts';
import { dropWaiting, readOutboxRow } from './outbox.ts';
import { PackBuilder } from './pack-builder.ts';
import { replaceKeys } from './replace-keys.ts';
import { under } from './schema.ts';
import { isSealed, sealBytes, unsealBytes } from './sealed-row.ts';
import { accountMissing } from './store-fault.ts';
import { tailRow } from './tail.ts';

/** What the store is made of. */
export interface HouseParts {
  readonly connection: Connection;
  readonly source: BlockSource;
  readonly maintenance: Maintenance;
  /** Removes the bytes of all blobs of an account that is gone. */
  readonly forgetBlobs: (did: Did) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const NO_PACKS: Omit<Manifest, 'id'> = {
  packs: [], from: 0, next: 0, tailBytes: 0, deadBytes: 0, historyBytes: 0, waiting: 0, waitingBytes: 0,
};
const OF_ACCOUNTS = ['accounts', 'keys', 'tail', 'history', 'blobs', 'blobBytes', 'blobRefs', 'outbox', 'preferences', 'uses', 'vault'] as const;
/** Those whose key is the DID alone. */
const BY_DID: readonly string[] = ['accounts', 'keys', 'preferences'];

/** A house in IndexedDB (architecture.md, section 4). */
export class IdbHouseStore implements HouseStore {
  readonly #connection: Connection;
  readonly #source: BlockSource;
  readonly #parts: HouseParts;
  readonly #remembered = new Map<Did, KnownAccount>();

  constructor(parts: HouseParts) {
    this.#parts = parts;
    this.#connection = parts.connection;
    this.#source = parts.source;
  }

  async accounts(): Promise<readonly Account[]> {
    const [dids, rows] = await this.#connection.read(['accounts'], (transaction) => {
      const accounts = transaction.objectStore('accounts');
      return Promise.all([accounts.getAllKeys(), accounts.getAll()]);
    });
    return rows.map((row, index) => readAccountRow(row, dids[index]!).account)
      .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.did < b.did ? -1 : 1));
  }

  async account(did: Did): Promise<Account | undefined> {
    const row = await this.#connection.read(['accounts'], (transaction) => transaction.objectStore('accounts').get(did));
    return row && this.#remember({ ...readAccountRow(row, did), row });
  }

  remembered(did: Did): Account | undefined {
    return this.#remembered.get(did)?.account;
  }

  /** What is remembered of the account may not be what is stored. */
  forget(did: Did): void {
    this.#source.forget(did);
    this.#remembered.delete(did);
  }

  async accountNamed(handle: Handle): Promise<Account | undefined> {
    return (await this.accounts()).find((account) => account.handle === handle);
  }

  keys(did: Did): Promise<AccountKeys | undefined> {
    return this.#connection.read(['keys'], (transaction) => transaction.objectStore('keys').get(did));
  }

  async create(account: Account, keys: AccountKeys, blocks: readonly Block[], journal?: JournalEntry): Promise<void> {
    const row = tailRow([{ newBlocks: blocks, deadBlocks: [], previous: new Map() }]);
    const manifest = { ...NO_PACKS, id: crypto.randomUUID(), next: 1, tailBytes: row.blocks.length };
    const remembered = journal && journalRow(journal);
    await this.#connection.write(['accounts', 'keys', 'tail', 'journal'], async (transaction, again) => {
      if (await isThere(transaction, account, again)) return;
      await Promise.all([
        transaction.objectStore('accounts').put(accountRow({ account, manifest }), account.did),
        transaction.objectStore('keys').put(keys, account.did),
        transaction.objectStore('tail').put(row, [account.did, 0]),
        journal && transaction.objectStore('journal').put({ ...remembered!, at: this.#parts.now() }, [journal.caller, journal.request]),
      ]);
    });
    this.forget(account.did);
  }

  async commit(...changes: CommitChanges): Promise<Account> {
    const { did } = changes[0];
    const stored = await storeCommits(this.#connection, this.#remembered.get(did), changes, this.#parts.now());
    this.#source.committed(did, stored, changes.flatMap(({ newBlocks }) => newBlocks));
    return this.#remember(stored);
  }

  async replaceKeys(change: CommitChange, next: NewKeys): Promise<Account> {
    const stored = await replaceKeys(this.#connection, change, next);
    this.#source.committed(change.did, stored, change.newBlocks);
    return this.#remember(stored);
  }

  async update(did: Did, details: Partial<AccountDetails>, settled?: Tid): Promise<Account> {
    return this.#remember(await this.#connection.write(['accounts', 'outbox'], async (transaction) => {
      const before = await storedAccount(transaction, did);
      const account = withDetails(before.account, details);
      const manifest = await dropWaiting(transaction, { account, manifest: before.manifest }, settled);
      const row = accountRow({ account, manifest });
      await transaction.objectStore('accounts').put(row, did);
      return { account, manifest, row };
    }));
  }

  async preferences(did: Did): Promise<Uint8Array | undefined> {
    const row = await this.#connection.read(['preferences'], (transaction) => transaction.objectStore('preferences').get(did));
    return row && unsealBytes(row, 'The row of the preferences', { did });
  }

  async setPreferences(did: Did, preferences: Uint8Array): Promise<void> {
    const row = sealBytes(preferences.slice());
    await this.#connection.write(['accounts', 'preferences'], async (transaction) => {
      if (await transaction.objectStore('accounts').getKey(did) === undefined) throw accountMissing(did);
      await transaction.objectStore('preferences').put(row, did);
    });
  }

  async noteUse(did: Did, use: KeyUse, at: number): Promise<void> {
    await this.#connection.write(['uses'], (transaction) => noteUse(transaction, did, use, at));
  }

  async uses(did: Did): Promise<readonly NotedUse[]> {
    const rows = await this.#connection.read(['uses'], (transaction) => transaction.objectStore('uses').getAll(under(did)));
    return rows.sort((a, b) => b.at - a.at);
  }

  async outbox(did: Did, { limit, after }: { readonly limit: number; readonly after?: Tid }): Promise<readonly OutboxEntry[]> {
    if (limit === 0) return [];
    const range = after === undefined ? under(did) : IDBKeyRange.bound([did, after], [did, []], true);
    const [keys, rows] = await this.#connection.read(['outbox'], (transaction) => {
      const outbox = transaction.objectStore('outbox');
      return Promise.all([outbox.getAllKeys(range, limit), outbox.getAll(range, limit)]);
    });
    return rows.map((row, index) => readOutboxRow(row, keys[index]![1], did));
  }

  async outboxSize(did: Did): Promise<{ readonly commits: number; readonly bytes: number }> {
    const { manifest } = await this.#connection.read(['accounts'], (transaction) => storedAccount(transaction, did));
    return { commits: manifest.waiting, bytes: manifest.waitingBytes };
  }

  async remove(did: Did): Promise<void> {
    await this.#connection.write([...OF_ACCOUNTS], async (transaction, again) => {
      if (await transaction.objectStore('accounts').get(did) === undefined && !again) throw accountMissing(did);
      await Promise.all(OF_ACCOUNTS.map((name) => (
        transaction.objectStore(name).delete(BY_DID.includes(name) ? did : under(did))
      )));
    });
    this.forget(did);
    await this.#parts.forgetBlobs(did);
    // Packs that nobody lists; those of a long reader stay until it is done.
    await this.#parts.maintenance.sweep();
  }

  exclusive<Result>(did: Did, work: () => Promise<Result>): Promise<Result> {
    return locked(lockName.writer(did), 'exclusive', work);
  }

  reader(did: Did): BlockReader {
    return this.#source.reader(did);
  }

  reading<Result>(did: Did, work: (account: Account, reader: BlockReader) => Promise<Result>): Promise<Result> {
    return locked(lockName.readers(did), 'shared', async () => {
      const snapshot = await this.#source.snapshot(did);
      if (snapshot === undefined) throw accountMissing(did);
      return work(snapshot.account, this.#source.fixedReader(did, snapshot));
    });
  }

  async packs(did: Did): Promise<PackWriter> {
    const builder = new PackBuilder(this.#connection, did);
    const release = await hold(lockName.pack(did, builder.id));
    return new IdbPackWriter(builder, (...adopted) => this.#adopt(...adopted), release);
  }

  async journal({ caller, request }: JournalKey): Promise<JournalEntry | undefined> {
    const row = await this.#connection.read(['journal'], (transaction) => transaction.objectStore('journal').get([caller, request]));
    return row && readJournalRow(row, request);
  }

  history(did: Did, query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return readHistory(this.#connection, did, query);
  }

  size(did: Did): Promise<AccountSize> {
    return this.#connection.read(['accounts', 'history'], async (transaction) => {
      const { manifest: { packs, tailBytes, deadBytes, historyBytes } } = await storedAccount(transaction, did);
      const [oldest] = await transaction.objectStore('history').getAllKeys(under(did), 1);
      return {
        blocks: packs.reduce((sum, { bytes }) => sum + bytes, tailBytes), dead: deadBytes, history: historyBytes,
        ...(oldest !== undefined && { oldest: oldest[1] as Tid }),
      };
    });
  }

  async maintain(did: Did): Promise<void> {
    await this.#parts.maintenance.maintain(did, this.#remembered.get(did));
  }

  async compact(did: Did, options?: CompactionOptions): Promise<void> {
    await this.#parts.maintenance.compact(did, options);
  }

  async #adopt(
    account: Account, keys: AccountKeys, builder: PackBuilder, blobs: ReadonlyMap<string, readonly Cid[]>,
  ): Promise<void> {
    const manifest = { ...NO_PACKS, id: builder.id, packs: [await builder.finish()] };
    const { did, head: { rev } } = account;
    await this.#connection.write(['accounts', 'keys', 'tail', 'history', 'outbox', 'blobRefs'], async (transaction, again) => {
      if (await isReadable(transaction, did) && await isThere(transaction, account, again)) return;
      await Promise.all([
        // Of an account whose row could not be read any more.
        ...(['tail', 'history', 'outbox', 'blobRefs'] as const).map((name) => transaction.objectStore(name).delete(under(did))),
        transaction.objectStore('accounts').put(accountRow({ account, manifest }), did),
        transaction.objectStore('keys').put(keys, did),
        addReferences(transaction, { did, rev, blobs }),
      ]);
    });
    this.forget(did);
  }

  #remember(stored: KnownAccount): Account {
    this.#remembered.set(stored.account.did, stored);
    return stored.account;
  }
}

async function storedAccount(transaction: Reading | Writing, did: string): Promise<StoredAccount> {
  const row = await (transaction as Reading).objectStore('accounts').get(did);
  if (row === undefined) throw accountMissing(did);
  return readAccountRow(row, did);
}

async function isReadable(transaction: Writing, did: string): Promise<boolean> {
  const row = await transaction.objectStore('accounts').get(did);
  return row === undefined || isSealed(row);
}

/** Whether an earlier run of the same work has stored it. */
async function isThere(transaction: Writing, { did, head }: Account, again: boolean): Promise<boolean> {
  const row = await transaction.objectStore('accounts').get(did);
  if (row === undefined) return false;
  if (again && readAccountRow(row, did).account.head.cid.equals(head.cid)) return true;
  throw new StoreError('AccountExists', 'This house has that account already', { did });
}
