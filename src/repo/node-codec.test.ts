import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf } from '../protocol/index.ts';
import { relinkNode, storeNode } from './node-codec.ts';

/** Ascending keys, of which each second one is so long that its head takes one, two or three bytes. */
function keysOf(count: number, length: number): string[] {
  return Array.from({ length: count }, (_, index) => `app.test.long/${String(index).padStart(4, '0')}${'x'.repeat(index % 2 === 0 ? length : 0)}`);
}

for (const [count, length] of [[1, 0], [5, 3], [23, 30], [24, 300], [300, 900]] as const) {
  test(`a node of ${count} keys that is linked anew is what it is when it is encoded anew`, () => {
    const keys = keysOf(count, length);
    const cids = Array.from({ length: count + 1 }, (_, index) => cidOf(Uint8Array.of(index & 255, index >> 8)));
    const children = cids.map((cid, index) => (index % 3 === 1 ? null : cid));
    const node = storeNode(keys, cids.slice(1), children);
    const other = cidOf(Uint8Array.of(1, 2, 3));
    for (const [index, child] of children.entries()) {
      const changed = children.with(index, other);
      const relinked = relinkNode(node, index, changed);
      if (child === null) assert.equal(relinked, undefined);
      else assert.deepEqual(relinked, storeNode(keys, cids.slice(1), changed));
      assert.equal(relinkNode(node, index, children.with(index, null)), undefined);
    }
  });
}
