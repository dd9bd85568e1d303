import assert from 'node:assert/strict';
import { after } from 'node:test';
import { formatDidKey } from '../../src/protocol/index.ts';
import type { Did, PublicKey, Signer } from '../../src/protocol/index.ts';
import { accountEvent, identityEvent, Ingest, isReceiptOf, MirrorRefusal, syncEvent } from '../../src/mirroring/index.ts';
import type { CopyAccount, MirrorLimits, Receipt, SigningKeys, StoredEvent } from '../../src/mirroring/index.ts';
import { Repository } from '../../src/repo/index.ts';
import { MemoryMirrorStore } from '../../src/storage/memory/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { breaches } from './frame-checker.ts';
import { DID, p256 } from './house.ts';
import type { House } from './house.ts';

export const mirrorSigner: Signer = await seededP256Signer(new Uint8Array(32).fill(99));

const HOST = 'https://mirror.test';
const mirrors: TestMirror[] = [];

// Whatever a test was about: what its mirrors told the network was right. (A7 is about activation, which some leave out.)
after(async () => {
  for (const mirror of mirrors) {
    const frames = (await mirror.log()).map(({ frame }) => frame);
    const found = await breaches(frames, { host: HOST, identityOf: () => ({ keys: mirror.keys.ever, handles: [], hosts: [HOST] }) });
    assert.deepEqual(found.filter(({ rule }) => rule !== 'A7'), []);
  }
});

/** The keys of a directory that can change, behind a memory that does not notice by itself. */
export class TestKeys implements SigningKeys {
  readonly #ever = [p256.publicKey];
  readonly asked: boolean[] = [];
  #remembered: PublicKey | undefined;

  get current(): PublicKey {
    return this.#ever.at(-1)!;
  }

  set current(key: PublicKey) {
    this.#ever.push(key);
  }

  /** Every key that it has named, as `did:key`. */
  get ever(): readonly string[] {
    return this.#ever.map(formatDidKey);
  }

  async keyOf(_did: Did, fresh = false): Promise<PublicKey> {
    this.asked.push(fresh);
    if (fresh) this.#remembered = undefined;
    return (this.#remembered ??= this.current);
  }
}

/** What a mirror takes in, in memory, with a clock that can be set. */
export class TestMirror {
  /** Added to the clock, in milliseconds. */
  ahead = 0;
  /** The DID document names another server. */
  isAnothers = false;
  readonly now = (): number => Date.now() + this.ahead;
  readonly store = new MemoryMirrorStore({ now: this.now });
  readonly keys = new TestKeys();
  readonly announced: StoredEvent[] = [];
  readonly limits: MirrorLimits;
  readonly ingest: Ingest;

  /** @param stillMs so long a repository that comes may stand still where another waits */
  constructor(limits: Partial<MirrorLimits> = {}, stillMs?: number) {
    mirrors.push(this);
    this.limits = { blobBytes: 1_000_000, repoBytes: 10_000_000, aheadMs: 120_000, ...limits };
    this.ingest = new Ingest({
      store: this.store, keys: this.keys, signer: mirrorSigner, limits: this.limits, now: this.now,
      admit: async () => {
        if (this.isAnothers) throw new MirrorRefusal('AccountInactive', 'Another server serves the account.');
      },
      hasBlob: async () => false, announce: (events) => this.announced.push(...events), ...(stillMs !== undefined && { stillMs }),
    });
  }

  /** One that has the house's account, active, at its head. */
  static async of(house: House, limits: Partial<MirrorLimits> = {}, stillMs?: number): Promise<TestMirror> {
    const mirror = new TestMirror(limits, stillMs);
    await mirror.store.enroll({ did: DID });
    await mirror.ingest.putRepo(DID, await house.car());
    await mirror.activate(house);
    return mirror;
  }

  async activate({ repository: { commit } }: House): Promise<void> {
    const events = [accountEvent(DID, true), identityEvent(DID), syncEvent(DID, commit.rev, commit)];
    this.announced.push(...await this.store.update(DID, { status: 'active' }, events));
  }

  async account(): Promise<CopyAccount> {
    return (await this.store.account(DID))!;
  }

  async log(): Promise<readonly StoredEvent[]> {
    return this.store.read(0, { limit: 100_000, bytes: Number.MAX_SAFE_INTEGER });
  }

  /** Everything that a refusal leaves alone. */
  async state(): Promise<string> {
    const { head, told, collections, bytes, status } = await this.account();
    const log = await this.log();
    return JSON.stringify([head, told, [...collections], bytes, status, log.map(({ seq }) => seq), this.announced.length]);
  }

  /** The copy is the house's repository, to the last record, and reads as one. */
  async assertCopyOf(house: House): Promise<void> {
    const { head, collections } = await this.account();
    assert.equal(head?.cid.toString(), house.repository.commit.cid.toString());
    const copy = await Repository.open(this.store.reader(DID), head!.cid);
    const entries = new Map<string, string>();
    for await (const { key, value } of copy.tree.entries()) {
      entries.set(key, value.toString());
      assert.ok((await this.store.reader(DID).read([value]))[0] !== undefined, `the record at ${key} is missing`);
    }
    assert.deepEqual(entries, await house.contents());
    assert.equal([...collections.values()].reduce((sum, count) => sum + count, 0), entries.size);
  }

  async assertReceipt(receipt: Receipt): Promise<void> {
    assert.ok(await isReceiptOf(mirrorSigner.publicKey, receipt));
    const event = (await this.log()).find(({ seq }) => seq === receipt.seq);
    assert.ok(event?.head?.cid.equals(receipt.commit) === true && event.head.rev === receipt.rev);
  }
}
