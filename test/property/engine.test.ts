// What must hold of the engine by itself, whatever the reference does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Cid } from '../../src/protocol/index.ts';
import { carBytes, EMPTY_NODE, NodeCache, readCar, Repository, TreeBuilder, unreferenced, verifyRepository } from '../../src/repo/index.ts';
import type { Block, StoredNode, Write } from '../../src/repo/index.ts';
import { paths, wishes, writesFor } from '../support/batches.ts';
import { House, p256, post, texts } from '../support/house.ts';

const key = p256.publicKey;
const somePaths = fc.uniqueArray(fc.constantFrom(...paths), { minLength: 1, maxLength: 60 });

test('insertion order does not matter, and building bottom-up gives the same tree', async () => {
  await fc.assert(fc.asyncProperty(somePaths, fc.infiniteStream(fc.nat()), async (chosen, random) => {
    const writes = chosen.map((path): Write => ({ action: 'create', path, record: post(path) }));
    const shuffled = writes.map((write) => ({ write, rank: random.next().value as number })).toSorted((a, b) => a.rank - b.rank);
    const together = await House.create(writes);
    const one = await House.create();
    for (const { write } of shuffled) await one.write([write]);
    assert.ok(one.repository.tree.root.equals(together.repository.tree.root));
    const nodes: StoredNode[] = [];
    const builder = new TreeBuilder((node) => nodes.push(node));
    const contents = await together.contents();
    for await (const { key: path, value } of together.repository.tree.entries()) builder.add(path, value);
    assert.equal(contents.size, chosen.length);
    assert.ok(builder.finish().equals(together.repository.tree.root));
    assert.equal(new Set(nodes.map(({ cid }) => cid.toString())).size, nodes.length, 'a node was made twice');
  }), { numRuns: 25 });
});

test('deleting everything gives the empty tree and leaves one node and the commit', async () => {
  await fc.assert(fc.asyncProperty(somePaths, async (chosen) => {
    const house = await House.create(chosen.map((path): Write => ({ action: 'create', path, record: post(path) })));
    await house.write(chosen.toReversed().map((path): Write => ({ action: 'delete', path })));
    assert.ok(house.repository.tree.root.equals(EMPTY_NODE.cid));
    assert.equal(EMPTY_NODE.cid.toString(), 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm');
    const dropped = house.history.flatMap(({ result }) => result.droppedRecords);
    await house.store.apply({ remove: await unreferenced(house.repository.tree, dropped) });
    assert.deepEqual(texts([...house.store.cids()]), texts([house.repository.commit.cid, EMPTY_NODE.cid]));
  }), { numRuns: 25 });
});

test('after any batches the store holds the repository and nothing else', async () => {
  await fc.assert(fc.asyncProperty(fc.array(wishes, { minLength: 1, maxLength: 8 }), async (batches) => {
    const present = new Set<string>();
    const house = await House.create();
    for (const batch of batches) {
      const { result } = await house.write(writesFor(batch, present));
      await house.store.apply({ remove: await unreferenced(house.repository.tree, result.droppedRecords) });
    }
    const reachable: Cid[] = [];
    const { records } = await verifyRepository(house.export(), {
      key, visitor: { blocks: (blocks) => void reachable.push(...blocks.map(({ cid }) => cid.detached())) },
    });
    assert.equal(records, present.size);
    assert.deepEqual(texts(reachable), texts([...house.store.cids()]));
  }), { numRuns: 40 });
});

test('two paths may hold one record: it dies with the last of them', async () => {
  const values = [post('same'), post('other'), post('third')] as const;
  const pool = paths.slice(0, 12);
  const step = fc.uniqueArray(fc.tuple(fc.constantFrom(...pool), fc.nat({ max: 3 })), { selector: ([path]) => path, minLength: 1, maxLength: 6 });
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
    const model = new Map<string, number>();
    const house = await House.create();
    for (const wanted of steps) {
      const writes = wanted.flatMap(([path, value]): Write[] => {
        const has = model.has(path);
        if (value === 3) return model.delete(path) ? [{ action: 'delete', path }] : [];
        model.set(path, value);
        return [{ action: has ? 'update' : 'create', path, record: values[value]! }];
      });
      const { result } = await house.write(writes);
      await house.store.apply({ remove: await unreferenced(house.repository.tree, result.droppedRecords) });
      const { records, unreachable } = await verifyRepository(house.export(), { key });
      assert.deepEqual({ records, unreachable }, { records: model.size, unreachable: 0 });
      const nodes = new Set<string>();
      await verifyRepository(house.export(), { key, visitor: { blocks: (blocks) => blocks.forEach(({ cid }) => nodes.add(String(cid))) } });
      assert.equal(house.store.size, nodes.size, 'a dead record was kept, or a living one lost');
    }
  }), { numRuns: 40 });
});

test('export and import are one another’s reverse, in any order of blocks and any cut of the bytes', async () => {
  await fc.assert(fc.asyncProperty(somePaths, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 500 }), async (chosen, random, size) => {
    const house = await House.create(chosen.map((path): Write => ({ action: 'create', path, record: post(path) })));
    const car = await house.car();
    const imported = await importCar(cut(car, size));
    assert.deepEqual(Buffer.from(await imported.car()), Buffer.from(car));

    const shuffled = readCar(car).blocks.map((block) => ({ block, rank: random.next().value as number })).toSorted((a, b) => a.rank - b.rank);
    const mixed = await importCar(cut(carBytes(house.repository.commit.cid, shuffled.map(({ block }) => block)), size));
    assert.deepEqual(Buffer.from(await mixed.car()), Buffer.from(car));
  }), { numRuns: 30 });
});

test('a cache with room for nothing changes nothing but the time it takes', async () => {
  await fc.assert(fc.asyncProperty(fc.array(wishes, { minLength: 1, maxLength: 5 }), async (batches) => {
    const present = new Set<string>();
    const house = await House.create([], {}, new NodeCache(0));
    for (const batch of batches) await house.write(writesFor(batch, present));
    assert.equal((await house.contents()).size, present.size);
    assert.equal((await verifyRepository(house.export(), { key })).records, present.size);
  }), { numRuns: 20 });
});

test('ranges give the entries between two keys, both ways', async () => {
  const house = await House.create(paths.map((path): Write => ({ action: 'create', path, record: post(path) })));
  const all = [...paths].sort();
  await fc.assert(fc.asyncProperty(fc.constantFrom(...all, 'a', 'zzz'), fc.constantFrom(...all, 'a', 'zzz'), fc.boolean(), async (from, to, reverse) => {
    const found: string[] = [];
    for await (const entry of house.repository.tree.entries({ from, to, reverse })) found.push(entry.key);
    const expected = all.filter((path) => path >= from && path < to);
    assert.deepEqual(found, reverse ? expected.toReversed() : expected);
  }), { numRuns: 200 });
});

async function importCar(chunks: AsyncIterable<Uint8Array>): Promise<House> {
  const house = new House();
  const verified = await verifyRepository(chunks, {
    key, visitor: { blocks: (blocks: readonly Block[]) => house.store.apply({ put: blocks }) },
  });
  house.adopt(await Repository.open(house.store, verified.commit.cid));
  return house;
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
