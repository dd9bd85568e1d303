import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimit } from './rate-limit.ts';

test('each caller has so many requests in a window, and as many in the next', () => {
  let now = 1_000;
  const limit = new RateLimit({ most: 2, windowMs: 10_000, now: () => now });
  const isOver = (caller: string): boolean => limit.count(caller).isOver;
  assert.deepEqual([isOver('a'), isOver('a'), isOver('b'), isOver('a')], [false, false, false, true]);
  assert.deepEqual(limit.count('a').headers, {
    'ratelimit-limit': '2', 'ratelimit-remaining': '0', 'ratelimit-reset': '11', 'ratelimit-policy': '2;w=10', 'retry-after': '10',
  });
  now += 10_000;
  assert.deepEqual([isOver('a'), isOver('a'), isOver('a')], [false, false, true]);
});
