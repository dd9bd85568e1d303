import { datetimeFromMs, formatDidKey, generateP256Key, parseDid, parseNsid, TidClock } from '../protocol/index.ts';
import type { Did, Nsid } from '../protocol/index.ts';
import { Repository } from '../repo/index.ts';
import type { Author, CommitResult, Write } from '../repo/index.ts';
import type { Account, AccountKeys, CollectionCount, CommitChange, HouseStore, PairedMirror } from '../pds/index.ts';
import { seededP256Signer } from './k256-signer.ts';

/** The collection of the records that tests write. */
export const TEST_COLLECTION: Nsid = parseNsid('app.holdfast.test');

/** A mirror that an account is paired with, for stores. */
export const MIRROR: PairedMirror = {
  url: 'https://mirror.test', mirrorDid: parseDid('did:web:mirror.test'), key: 'did:key:zTest', state: 'active', isPaused: false,
  pairedAt: datetimeFromMs(1_700_000_000_000), clockAheadMs: -3, reader: { url: 'https://relay.test', time: datetimeFromMs(1) },
};

/** An account that signs the same every time, and what a store is given to create it. For tests of stores. */
export class TestAccount {
  readonly did: Did;
  readonly author: Author;
  readonly keys: AccountKeys;
  readonly first: CommitResult;
  readonly account: Account;
  /** The repository as it is once what was made here is stored. */
  repository: Repository;
  #records: number;

  private constructor(author: Author, keys: AccountKeys, first: CommitResult, records: number, createdAt: number) {
    const { commit } = first;
    this.did = commit.did;
    this.author = author;
    this.keys = keys;
    this.first = first;
    this.repository = first.repository;
    this.#records = records;
    this.account = {
      did: this.did, status: 'active', origin: 'created', createdAt: datetimeFromMs(createdAt), head: commit,
      collections: counted(records), signingKey: formatDidKey(author.signer.publicKey),
      rotationKeys: [formatDidKey(author.signer.publicKey)], operations: [],
      kit: { file: Uint8Array.of(1, 2, 3), createdAt: datetimeFromMs(createdAt) },
    };
  }

  /** @param seed makes another account of it; @param records of the first commit */
  static async make(reader: Pick<HouseStore, 'reader'>, seed = 1, records = 0): Promise<TestAccount> {
    const did = parseDid(`did:web:a${seed}.test`);
    const author = { signer: await seededP256Signer(new Uint8Array(32).fill(seed)), clock: new TidClock({ clockId: seed }) };
    const keys = { signing: await generateP256Key(false), rotation: await generateP256Key(false) };
    const writes = Array.from({ length: records }, (_, index) => createOf(index, 'first'));
    const first = await Repository.create(reader.reader(did), did, author, writes);
    return new TestAccount(author, keys, first, records, 1_700_000_000_000 + seed);
  }

  create(store: Pick<HouseStore, 'create'>): Promise<void> {
    return store.create(this.account, this.keys, this.first.newBlocks);
  }

  /** The next commit as a store is given it; `store` it or not, the one after is made on the `repository` that is set then. */
  async change(writes: readonly Write[], more: Partial<CommitChange> = {}): Promise<{ readonly change: CommitChange; readonly result: CommitResult }> {
    const expected = this.repository.commit.cid;
    const result = await this.repository.write(writes, this.author);
    const records = this.#records
      + writes.filter(({ action }) => action === 'create').length - writes.filter(({ action }) => action === 'delete').length;
    const change: CommitChange = {
      did: this.did, expected, head: result.commit, time: datetimeFromMs(1_700_000_000_000),
      newBlocks: result.newBlocks, deadBlocks: result.deadBlocks, operations: result.operations,
      previous: new Map(), collections: new Map([[TEST_COLLECTION, countOf(records)]]), blobs: new Map(), ...more,
    };
    return { change, result };
  }

  /** Makes the next commit and stores it. */
  async write(store: { commit(change: CommitChange): Promise<unknown> }, writes: readonly Write[], more: Partial<CommitChange> = {}): Promise<CommitResult> {
    const { change, result } = await this.change(writes, more);
    await store.commit(change);
    this.#records = change.collections.get(TEST_COLLECTION)?.records ?? 0;
    this.repository = result.repository;
    return result;
  }
}

/** Path of record number `index`. */
export function pathOf(index: number): string {
  return `${TEST_COLLECTION}/${String(index).padStart(6, '0')}`;
}

/** A write that creates record number `index`. */
export function createOf(index: number, text: string): Write & { readonly action: 'create' | 'update' } {
  return { action: 'create', path: pathOf(index), record: { $type: TEST_COLLECTION, index, text } };
}

function counted(records: number): ReadonlyMap<Nsid, CollectionCount> {
  return new Map(records > 0 ? [[TEST_COLLECTION, countOf(records)]] : []);
}

function countOf(records: number): CollectionCount {
  return { records, bytes: records * 64 };
}
