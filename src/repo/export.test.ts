import assert from 'node:assert/strict';
import { test } from 'node:test';
import { House, post } from '../../test/support/house.ts';
import { encodeCbor, cidOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import { MemoryBlockStore } from '../storage/memory/index.ts';
import { repositoryBlocks, RepoError } from './index.ts';
import { storeNode } from './node-codec.ts';
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

interface Walk {
  readonly isScattered: boolean;
  /** Whether a block is missing. */
  readonly damage?: (cid: Cid) => boolean;
  /** What is walked, and how far; the house above, to its end. */
  readonly tree?: { readonly root: Cid; readonly blocks: MemoryBlockStore };
  readonly most?: number;
}

async function walk({ isScattered, damage, tree = { root: commit.data, blocks: house.store }, most = Infinity }: Walk): Promise<Walked> {
  let [calls, mostAtOnce] = [0, 0];
  const waiting: string[] = [];
  const held = { records: 0, nodes: 0 };
  const reader: BlockReader = {
    isScattered,
    read: async (cids) => {
      calls++;
      waiting.push(...cids.map(String));
      mostAtOnce = Math.max(mostAtOnce, cids.length);
      return (await tree.blocks.read(cids)).map((bytes, index) => (damage?.(cids[index]!) === true ? undefined : bytes));
    },
  };
  const blocks: string[] = [];
  for await (const run of repositoryBlocks(reader, commit, tree.root)) {
    for (const { cid } of run) {
      blocks.push(cid.toString());
      const place = waiting.indexOf(cid.toString());
      if (place >= 0) waiting.splice(place, 1);
    }
    const heldRecords = waiting.filter((cid) => records.has(cid)).length;
    held.records = Math.max(held.records, heldRecords);
    held.nodes = Math.max(held.nodes, waiting.length - heldRecords);
    if (blocks.length >= most) break;
  }
  return { blocks, calls, mostAtOnce, held };
}

test('where blocks may lie apart they are asked for many at a time, given in the same order, and only nodes wait for their turn', async () => {
  const [near, apart] = [await walk({ isScattered: false }), await walk({ isScattered: true })];
  assert.deepEqual(apart.blocks, near.blocks);
  assert.equal(near.blocks.length, new Set(near.blocks).size + 120, 'a record with two paths comes twice');
  assert.deepEqual(near.held, { records: 0, nodes: 0 });
  assert.ok(apart.calls < near.calls / 3, `${apart.calls} of ${near.calls}`);
  assert.ok(near.mostAtOnce <= 32 && apart.mostAtOnce <= 32);
  assert.equal(apart.held.records, 0);
  assert.ok(apart.held.nodes > 0 && apart.held.nodes <= 32 * 5, String(apart.held.nodes));
});

test('a block that is missing ends the walk by its name, read ahead or not', async () => {
  const { blocks } = await walk({ isScattered: false });
  for (const isScattered of [false, true]) {
    for (const place of [1, 100, blocks.length - 1]) {
      await assert.rejects(walk({ isScattered, damage: (cid) => cid.toString() === blocks[place] }), (error) => (
        error instanceof RepoError && error.code === 'BlockMissing' && error.details['block'] === blocks[place]
      ));
    }
  }
});

test('of nodes with thousands of entries none is read ahead of another: memory is one path of the tree', async () => {
  const blocks = new MemoryBlockStore();
  const record = encodeCbor({ $type: 'app.bsky.feed.post', text: 'many times' });
  const value = cidOf(record, 'dag-cbor');
  const keys = Array.from({ length: 2_000 }, (_, index) => `app.bsky.feed.post/${String(index).padStart(6, '0')}`);
  await blocks.apply({ put: [{ cid: value, bytes: record }] });
  let root: Cid | null = null;
  for (let layer = 0; layer < 4; layer++) {
    const node = storeNode(keys, keys.map(() => value), Array.from({ length: keys.length + 1 }, () => root));
    await blocks.apply({ put: [node] });
    root = node.cid;
  }
  records.add(value.toString());
  const { held } = await walk({ isScattered: true, tree: { root: root!, blocks }, most: 3_000 });
  assert.equal(held.records, 0);
  assert.ok(held.nodes <= 64, String(held.nodes));
});
