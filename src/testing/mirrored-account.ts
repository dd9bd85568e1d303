import { formatDidKey } from '../protocol/index.ts';
import type { CborMap, Cid, Did } from '../protocol/index.ts';
import { commitMessage } from '../repo/index.ts';
import type { CommitResult, Operation, Repository, Write } from '../repo/index.ts';
import type { CopyChange, MirrorStore, NewEvent, StoredEvent } from '../mirroring/index.ts';
import { TEST_COLLECTION, TestAccount } from './test-account.ts';

/** A `TestAccount` and what a mirror's store is given of it. For tests of such stores. */
export class MirroredAccount {
  readonly did: Did;
  readonly signingKey: string;
  readonly test: TestAccount;

  private constructor(test: TestAccount) {
    this.test = test;
    this.did = test.did;
    this.signingKey = formatDidKey(test.author.signer.publicKey);
  }

  /** @param seed makes another account of it; @param records of the first commit */
  static async make(store: Pick<MirrorStore, 'reader'>, seed = 1, records = 0): Promise<MirroredAccount> {
    return new MirroredAccount(await TestAccount.make(store, seed, records));
  }

  /** Enrolled and taken in, with a `#sync`. */
  static async kept(store: MirrorStore, seed = 1, records = 0): Promise<MirroredAccount> {
    const account = await MirroredAccount.make(store, seed, records);
    await store.enroll({ did: account.did });
    await account.handOver(store, { expected: undefined });
    await store.update(account.did, { status: 'active' });
    return account;
  }

  get repository(): Repository {
    return this.test.repository;
  }

  /** Hands over the first commit. */
  async handOver(store: MirrorStore, { expected }: { readonly expected: Cid | undefined }): Promise<readonly StoredEvent[]> {
    const { first } = this.test;
    const records = first.operations.length;
    const writer = await store.copy(this.did);
    await writer.add(first.newBlocks);
    return writer.adopt({
      expected, head: first.commit, signingKey: this.signingKey,
      collections: new Map(records > 0 ? [[TEST_COLLECTION, records]] : []), events: [this.syncEvent()],
    });
  }

  /** The next commit as a store is given it, whether that is done or not. */
  async change(writes: readonly Write[], more: Partial<CopyChange> = {}): Promise<{ readonly change: CopyChange; readonly result: CommitResult }> {
    const { change: { expected }, result } = await this.test.change(writes);
    const grown = result.operations.reduce((sum, { action }) => sum + (action === 'create' ? 1 : action === 'delete' ? -1 : 0), 0);
    const change: CopyChange = {
      did: this.did, expected, head: result.commit, signingKey: this.signingKey, newBlocks: result.newBlocks,
      deadBlocks: result.deadBlocks, grown: new Map([[TEST_COLLECTION, grown]]), blobs: new Map(), events: [commitEvent(result)], ...more,
    };
    return { change, result };
  }

  /** Makes the next commit and stores it. */
  async write(store: MirrorStore, writes: readonly Write[], more: Partial<CopyChange> = {}): Promise<{
    readonly result: CommitResult; readonly events: readonly StoredEvent[];
  }> {
    const { change, result } = await this.change(writes, more);
    const events = await store.commit(change);
    this.test.repository = result.repository;
    return { result, events };
  }

  /** Of the commit that the account is at. */
  syncEvent(): NewEvent {
    const { did, rev, cid } = this.repository.commit;
    return { type: '#sync', did, head: { cid, rev }, body: { did, rev, blocks: Uint8Array.of(1, 2, 3) } };
  }
}

/** The `#commit` that tells of it. */
function commitEvent(result: CommitResult): NewEvent {
  const { ops, time: _, repo, ...rest } = commitMessage(result, new Date(0));
  const { cid, rev } = result.commit;
  return { type: '#commit', did: repo, head: { cid, rev }, body: { repo, ...rest, ops: ops.map(operationBody) } };
}

function operationBody(operation: Operation): CborMap {
  return Object.fromEntries(Object.entries(operation).filter(([, value]) => value !== undefined)) as CborMap;
}
