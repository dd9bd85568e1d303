import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowCache } from './row-cache.ts';

test('keeps what was used last, within its room', () => {
  const cache = new RowCache(100);
  for (const name of ['a', 'b', 'c']) cache.add(name, new Uint8Array(30));
  cache.get('a');
  cache.add('d', new Uint8Array(30));
  assert.deepEqual(['a', 'b', 'c', 'd'].map((name) => cache.get(name) !== undefined), [true, false, true, true]);
  cache.add('huge', new Uint8Array(101));
  assert.equal(cache.get('huge'), undefined);
  cache.add('e', new Uint8Array(100));
  assert.deepEqual(['a', 'c', 'd', 'e'].map((name) => cache.get(name) !== undefined), [false, false, false, true]);
});
