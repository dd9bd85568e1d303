import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DID, House, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import type { Cid } from '../protocol/index.ts';
import type { Write } from '../repo/index.ts';

const path = (index: number): string => `app.bsky.feed.post/p${index}`;

/** What a batch of wishes is for the house as it is. */
async function writesOf(house: House, wishes: ReadonlyMap<number, number | null>): Promise<Write[]> {
  const contents = await house.contents();
  return [...wishes].flatMap(([at, text]): Write[] => {
    const isThere = contents.has(path(at));
    if (text === null) return isThere ? [{ action: 'delete', path: path(at) }] : [];
    return [{ action: isThere ? 'update' : 'create', path: path(at), record: post(`text ${text}`) }];
  });
}

test('a record is dead when its last path is gone, and not before, whatever is written in whatever order', async () => {
  // Few paths and fewer texts: most records are at several paths.
  const wishes = fc.uniqueArray(fc.tuple(fc.nat(7), fc.option(fc.nat(3), { freq: 3 })), { selector: ([at]) => at, maxLength: 4 });
  await fc.assert(fc.asyncProperty(fc.array(wishes, { maxLength: 10 }), fc.nat(9), async (batches, handOver) => {
    const house = await House.create();
    const mirror = await TestMirror.of(house);
    const dead: Cid[] = [];
    const commit = mirror.store.commit.bind(mirror.store);
    mirror.store.commit = (change) => {
      dead.push(...change.deadBlocks);
      return commit(change);
    };
    for (const [index, batch] of batches.entries()) {
      const before = new Set((await house.contents()).values());
      const { message } = await house.write(await writesOf(house, new Map(batch)));
      // The head also moves without this knowing.
      if (index === handOver) await mirror.ingest.putRepo(DID, house.export());
      dead.length = 0;
      await mirror.ingest.commit(DID, message);
      const after = new Set((await house.contents()).values());
      if (index !== handOver) {
        const gone = [...before].filter((record) => !after.has(record));
        assert.deepEqual(dead.map(String).filter((cid) => before.has(cid)).toSorted(), gone.toSorted());
      }
      await mirror.assertCopyOf(house);
    }
  }), { seed: 7, numRuns: 40 });
});

test('the tree is walked once, and not again for records that have one path', async () => {
  const house = await House.create(Array.from({ length: 150 }, (_, index): Write => ({ action: 'create', path: path(index), record: post(String(index)) })));
  const mirror = await TestMirror.of(house);
  let reads = 0;
  const reader = mirror.store.reader.bind(mirror.store);
  mirror.store.reader = (did) => ({ read: (cids) => {
    reads += cids.length;
    return reader(did).read(cids);
  } });
  const readsOf = async (writes: Write[]): Promise<number> => {
    reads = 0;
    await mirror.ingest.commit(DID, (await house.write(writes)).message);
    return reads;
  };
  assert.equal(await readsOf([{ action: 'create', path: path(200), record: post('200') }]), 0);
  assert.ok(await readsOf([{ action: 'delete', path: path(1) }]) > 20);
  assert.equal(await readsOf([{ action: 'delete', path: path(2) }]), 0);
  assert.equal(await readsOf([{ action: 'update', path: path(3), record: post('changed') }]), 1);
  assert.equal(await readsOf([{ action: 'create', path: path(201), record: post('4') }]), 1);
  assert.ok(await readsOf([{ action: 'delete', path: path(4) }]) > 20);
  await mirror.assertCopyOf(house);
});
