import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf } from '../protocol/index.ts';
import { NodeCache } from './node-cache.ts';
import { nodeWeight, storeNode } from './node-codec.ts';
import type { StoredNode } from './node.ts';

const value = cidOf(Uint8Array.of(0xa0));
const nodeOf = (n: number): StoredNode => storeNode([`app.bsky.feed.post/${n}`], [value], [null, null]);

test('what is kept weighs no more than the cache may, and one node', () => {
  const limit = 100_000;
  const cache = new NodeCache(limit);
  const nodes = Array.from({ length: 2_000 }, (_, n) => nodeOf(n));
  const [largest] = nodes.map(nodeWeight).toSorted((a, b) => b - a);
  for (const node of nodes) cache.add(node);
  // From the newest back, since asking moves what is found.
  const kept = nodes.toReversed().filter(({ cid }) => cache.get(cid) !== undefined);
  const weight = kept.reduce((sum, node) => sum + nodeWeight(node), 0);
  assert.ok(weight <= limit + 2 * largest!, `${weight} bytes are kept`);
  assert.ok(weight >= limit / 2, `only ${weight} bytes are kept`);
});

test('a node that is used stays while others come and go', () => {
  const cache = new NodeCache(20_000);
  const used = nodeOf(-1);
  cache.add(used);
  for (let n = 0; n < 1_000; n++) {
    cache.add(nodeOf(n));
    assert.equal(cache.get(used.cid), used);
  }
  assert.equal(cache.get(nodeOf(0).cid), undefined);
});

test('a node that is let go is gone, and makes room', () => {
  const cache = new NodeCache(20_000);
  const kept = nodeOf(-1);
  cache.add(kept);
  for (let n = 0; n < 1_000; n++) {
    const node = nodeOf(n);
    cache.add(node);
    cache.remove(node.cid);
    assert.equal(cache.get(node.cid), undefined);
  }
  assert.equal(cache.get(kept.cid), kept);
  cache.remove(nodeOf(5).cid);
});
