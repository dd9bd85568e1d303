import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lately } from './totals.ts';

test('rows are counted once in half a minute, however often somebody asks', () => {
  let [now, counts] = [0, 0];
  const totals = lately(() => ++counts, () => now);
  assert.deepEqual([totals(), totals()], [1, 1]);
  now = 29_999;
  assert.equal(totals(), 1);
  now = 30_000;
  assert.equal(totals(), 2);
});
