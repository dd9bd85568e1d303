import assert from 'node:assert/strict';
import { test } from 'node:test';
import { House, post } from '../../test/support/house.ts';
import type { Cid } from '../protocol/index.ts';
import { repositoryBlocks, RepoError } from './index.ts';
import type { BlockReader, Write } from './index.ts';

const house = await House.create(Array.from({ length: 200 }, (_, n): Write => ({ action: 'create', path: `app.bsky.feed.post/${n}`, record: post(`${n}`) })));
for (let from = 200; from < 1_400; from += 200) {
  // Every tenth record stands at a second path.
  await house.write(Array.from({ length: 200 }, (_, n): Write => ({ action: 'create', path: `app.bsky.feed.post/${from + n}`, record: post(`${n % 10 === 0 ? n : from + n}`) })));
}
const { commit } = house.repository;

const records = new Set<string>();
for await (const { value } of house.repository.tree.entries()) records.add(value.toString());

interface Walked {
  readonly blocks: readonly string[];
  readonly calls: number;
  readonly mostAtOnce: number;
  /** Of what was read and not given yet, at any time. */
  readonly held: { readonly records: number; readonly nodes: number };
}

async function walk(isScattered: boolean, damage?: (cid: Cid) => boolean): Promise<Walked> {
  let [calls, mostAtOnce] = [0, 0];
  const waiting: string[] = [];
  const held = { records: 0, nodes: 0 };
  const reader: BlockReader = {
    isScattered,
    read: async (cids) => {
      calls++;
      waiting.push(...cids.map(String));
      mostAtOnce = Math.max(mostAtOnce, cids.length);
      return (await house.store.read(cids)).map((bytes, index) => (damage?.(cids[index]!) === true ? undefined : bytes));
    },
  };
  const blocks: string[] = [];
  for await (const run of repositoryBlocks(reader, commit, commit.data)) {
    for (const { cid } of run) {
      blocks.push(cid.toString());
      const place = waiting.indexOf(cid.toString());
      if (place >= 0) waiting.splice(place, 1);
    }
    const heldRecords = waiting.filter((cid) => records.has(cid)).length;
    held.records = Math.max(held.records, heldRecords);
    held.nodes = Math.max(held.nodes, waiting.length - heldRecords);
  }
  return { blocks, calls, mostAtOnce, held };
}

test('where blocks may lie apart they are asked for many at a time, given in the same order, and only nodes wait for their turn', async () => {
  const [near, apart] = [await walk(false), await walk(true)];
  assert.deepEqual(apart.blocks, near.blocks);
  assert.equal(near.blocks.length, new Set(near.blocks).size + 120, 'a record with two paths comes twice');
  assert.deepEqual(near.held, { records: 0, nodes: 0 });
  assert.ok(apart.calls < near.calls / 3, `${apart.calls} of ${near.calls}`);
  assert.ok(near.mostAtOnce <= 32 && apart.mostAtOnce <= 32);
  assert.equal(apart.held.records, 0);
  assert.ok(apart.held.nodes > 0 && apart.held.nodes <= 32 * 5, String(apart.held.nodes));
});

test('a block that is missing ends the walk by its name, read ahead or not', async () => {
  const { blocks } = await walk(false);
  for (const isScattered of [false, true]) {
    for (const place of [1, 100, blocks.length - 1]) {
      await assert.rejects(walk(isScattered, (cid) => cid.toString() === blocks[place]), (error) => (
        error instanceof RepoError && error.code === 'BlockMissing' && error.details['block'] === blocks[place]
      ));
    }
  }
});
