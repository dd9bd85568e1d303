import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemoryBlockStore } from '../storage/memory/index.ts';
import type { Cid } from '../protocol/index.ts';
import { House, post } from '../../test/support/house.ts';
import type { BlockReader, Write } from './index.ts';
import { Repository } from './index.ts';
import { NodeCache } from './node-cache.ts';

const writes = Array.from({ length: 200 }, (_, n): Write => ({ action: 'create', path: `app.bsky.feed.post/${n}`, record: post(`${n}`) }));

/** Counts what is read, and may answer something else. */
class WatchedReader implements BlockReader {
  readonly #store: MemoryBlockStore;
  readonly #answer: (cid: Cid, bytes: Uint8Array | undefined) => Uint8Array | undefined;
  reads = 0;

  constructor(store: MemoryBlockStore, answer = (_: Cid, bytes: Uint8Array | undefined) => bytes) {
    this.#store = store;
    this.#answer = answer;
  }

  async read(cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> {
    this.reads += cids.length;
    return (await this.#store.read(cids)).map((bytes, i) => this.#answer(cids[i]!, bytes));
  }
}

test('a look-up reads the nodes of one path, and the same again none', async () => {
  const house = await House.create(writes);
  const reader = new WatchedReader(house.store);
  const { tree, commit } = await Repository.open(reader, house.repository.commit.cid);
  assert.equal(reader.reads, 1);
  const value = await tree.get('app.bsky.feed.post/77');
  assert.ok(value !== null);
  const first = reader.reads - 1;
  assert.ok(first >= 1 && first <= 8, `${first} nodes of about 60 were read`);
  assert.ok((await tree.get('app.bsky.feed.post/77'))!.equals(value));
  assert.equal(reader.reads, 1 + first);
  assert.equal(await tree.get('app.bsky.feed.post/none'), null);
  assert.ok(commit.cid.equals(house.repository.commit.cid));
});

test('a block that is missing or not what its CID says is named, and nothing is changed', async () => {
  const house = await House.create(writes);
  const head = house.repository.commit.cid;
  const root = house.repository.tree.root;
  const cases = [
    { answer: (cid: Cid, bytes?: Uint8Array) => (cid.equals(root) ? undefined : bytes), code: 'BlockMissing' },
    { answer: (cid: Cid, bytes?: Uint8Array) => (cid.equals(root) ? bytes?.with(5, bytes[5]! ^ 1) : bytes), code: 'BlockHash' },
  ];
  for (const { answer, code } of cases) {
    const repository = await Repository.open(new WatchedReader(house.store, answer), head);
    const refused = { code, details: { block: root.toString() } };
    await assert.rejects(repository.tree.get('app.bsky.feed.post/1'), refused);
    await assert.rejects(repository.write([{ action: 'delete', path: 'app.bsky.feed.post/1' }], house.author), refused);
  }
  assert.equal((await house.contents()).size, writes.length);
});

test('a tree holds no nodes: without a cache every path is read again', async () => {
  const house = await House.create(writes);
  const reader = new WatchedReader(house.store);
  const { tree } = await Repository.open(reader, house.repository.commit.cid, new NodeCache(0));
  await tree.get('app.bsky.feed.post/5');
  const once = reader.reads;
  for (let n = 0; n < 5; n++) await tree.get(`app.bsky.feed.post/${n * 31}`);
  assert.ok(reader.reads > once + 5);
});
