// Commits of one account that are written as one come to what they come to one by one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { cidOf, parseNsid, tidFrom } from '../../src/protocol/index.ts';
import type { CopyChange, MirrorStore } from '../../src/mirroring/index.ts';
import { MemoryMirrorStore } from '../../src/storage/memory/index.ts';
import { MirroredAccount } from '../../src/testing/index.ts';
import type { StorePoint } from '../../src/storage/sqlite/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';

const MS = 1_750_000_000_000;
const COLLECTIONS = ['app.holdfast.one', 'app.holdfast.two'].map((name) => parseNsid(name));
const BLOCKS = Array.from({ length: 8 }, (_, index) => new Uint8Array(20 + index * 9).fill(index)).map((bytes) => ({ cid: cidOf(bytes), bytes }));
const BLOBS = Array.from({ length: 3 }, (_, index) => cidOf(Uint8Array.of(index), 'raw'));

/** What a commit does, by places in the lists above; `isStale` where it follows another head. */
interface Draft {
  readonly put: readonly number[];
  readonly kill: readonly number[];
  /** Records that each collection has after it. */
  readonly counts: readonly number[];
  readonly blobs: readonly (readonly [path: number, blob: number])[];
  readonly isStale: boolean;
}

const some = (below: number): fc.Arbitrary<number[]> => fc.uniqueArray(fc.nat(below - 1), { maxLength: 5 });
const draft: fc.Arbitrary<Draft> = fc.record({
  put: some(BLOCKS.length), kill: some(BLOCKS.length), counts: fc.array(fc.nat(3), { minLength: 2, maxLength: 2 }),
  blobs: fc.array(fc.tuple(fc.nat(2), fc.nat(BLOBS.length - 1)), { maxLength: 2 }), isStale: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});

function changesOf(account: MirroredAccount, drafts: readonly Draft[]): CopyChange[] {
  let expected = account.repository.commit.cid;
  let counted: readonly number[] = [0, 0];
  return drafts.map(({ put, kill, counts, blobs, isStale }, index) => {
    const head = { cid: cidOf(Uint8Array.of(index, 1)), rev: tidFrom((MS + index) * 1_000, 3), data: BLOCKS[0]!.cid };
    const change: CopyChange = {
      did: account.did, expected: isStale ? BLOCKS[1]!.cid : expected, head, signingKey: account.signingKey,
      newBlocks: put.map((place) => BLOCKS[place]!), deadBlocks: kill.map((place) => BLOCKS[place]!.cid),
      grown: new Map(COLLECTIONS.map((name, at) => [name, counts[at]! - counted[at]!])), blobs: new Map(blobs.map(([path, blob]) => [`app.holdfast.one/${path}`, [BLOBS[blob]!]])),
      events: [{ type: '#commit', did: account.did, head, body: { did: account.did, rev: head.rev } }],
    };
    if (!isStale) [expected, counted] = [head.cid, counts];
    return change;
  });
}

type Way = (store: MirrorStore, changes: readonly CopyChange[]) => Promise<readonly PromiseSettledResult<unknown>[]>;

const atOnce: Way = (store, changes) => Promise.allSettled(changes.map((change) => store.commit(change)));
const oneByOne: Way = async (store, changes) => {
  const outcomes = [];
  for (const change of changes) outcomes.push(...await atOnce(store, [change]));
  return outcomes;
};

/** What is left, but for blocks that are dead, and numbers of events. */
async function leftBy(way: Way, account: MirroredAccount, first: readonly Draft[], drafts: readonly Draft[]): Promise<unknown> {
  let left: unknown;
  await inDirectory(async (directory) => {
    await opened(directory, { now: () => MS }, async ({ store }) => {
      await store.enroll({ did: account.did });
      await account.handOver(store, { expected: undefined });
      const changes = changesOf(account, [...first.map((each) => ({ ...each, isStale: false })), ...drafts]);
      const before = await oneByOne(store, changes.slice(0, first.length));
      assert.ok(before.every(({ status }) => status === 'fulfilled'));
      const outcomes = await way(store, changes.slice(first.length));
      const told = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? (outcome.value as { readonly head: { readonly rev: string } }[]).map(({ head }) => head.rev) : (outcome.reason as { code: string }).code));
      const events = await store.read(0, { limit: 1_000, bytes: 1e9 });
      assert.deepEqual(events.map(({ seq }) => seq), [...new Set(events.map(({ seq }) => seq))].toSorted((a, b) => a - b));
      const { told: { seq } = { seq: 0 }, ...kept } = (await store.account(account.did))!;
      left = [told, kept, events.findIndex((event) => event.seq === seq), events.map(({ head, type }) => [type, head])];
    });
    const database = new DatabaseSync(join(directory, 'mirror.db'), { readOnly: true });
    left = [left, database.prepare('SELECT hex(cid), came, hex(bytes) FROM block WHERE died IS NULL ORDER BY cid').all(),
      database.prepare('SELECT cid, path, came FROM reference ORDER BY cid, path').all()];
    database.close();
  });
  return left;
}

test('random commits of one account leave the same, at once and one by one', async () => {
  const account = await MirroredAccount.make(new MemoryMirrorStore(), 1, 3);
  await fc.assert(fc.asyncProperty(fc.array(draft, { maxLength: 3 }), fc.array(draft, { minLength: 1, maxLength: 8 }), async (first, drafts) => {
    assert.deepEqual(await leftBy(atOnce, account, first, drafts), await leftBy(oneByOne, account, first, drafts));
  }), { numRuns: 40 });
});

test('a node that is replaced by a later commit of the same transaction touches no disk; where that fails, none of them is there', () => inDirectory(async (directory) => {
  let failing: StorePoint | undefined;
  let transactions = 0;
  const onPoint = (point: StorePoint): void => {
    if (point === 'committed') transactions++;
    if (point === failing) throw new Error('planted');
  };
  await opened(directory, { onPoint }, async ({ store }) => {
    const account = await MirroredAccount.kept(store, 1, 3);
    const none = { counts: [0, 0], blobs: [], isStale: false };
    const changes = changesOf(account, [{ ...none, put: [2, 3], kill: [] }, { ...none, put: [4], kill: [2] }, { ...none, put: [], kill: [3] }]);
    const rows = (): unknown[] => {
      const database = new DatabaseSync(join(directory, 'mirror.db'), { readOnly: true });
      const found = database.prepare('SELECT cid FROM block').all().map(({ cid }) => BLOCKS.findIndex((block) => Buffer.from(cid as Uint8Array).equals(block.cid.bytes)));
      database.close();
      return found.filter((place) => place >= 0);
    };
    for (failing of ['blocks', 'references', 'head', 'event', 'committing'] as const) {
      const refused = await atOnce(store, changes);
      assert.deepEqual(refused.map(({ status }) => status), ['rejected', 'rejected', 'rejected'], failing);
      assert.deepEqual([rows(), (await store.account(account.did))?.head?.cid], [[], account.repository.commit.cid], failing);
    }
    failing = undefined;
    transactions = 0;
    const done = await atOnce(store, changes);
    assert.deepEqual([done.map(({ status }) => status), transactions, rows()], [['fulfilled', 'fulfilled', 'fulfilled'], 1, [4]]);
  });
}));
