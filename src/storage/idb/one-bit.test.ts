import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../protocol/index.ts';
import { bitsApart, withoutFlippedBit } from './one-bit.ts';

const STORED = Uint8Array.from({ length: 300 }, (_, index) => index * 7);
const SUM = sha256(STORED);
const isRight = (bytes: Uint8Array): boolean => bitsApart(sha256(bytes), SUM) === 0;

test('one bit that was turned over is found, wherever it is', () => {
  for (const [at, bit] of [[0, 0], [17, 3], [150, 7], [299, 7]] as const) {
    const damaged = STORED.slice();
    damaged[at]! ^= 1 << bit;
    assert.deepEqual(withoutFlippedBit(damaged, isRight), STORED);
  }
});

test('what is more than one bit, or too long to try, is left alone', () => {
  const damaged = STORED.slice();
  damaged[3]! ^= 0x55;
  assert.equal(withoutFlippedBit(damaged, isRight), undefined);
  assert.equal(withoutFlippedBit(new Uint8Array(8_000), () => assert.fail('tried')), undefined);
  assert.equal(withoutFlippedBit(new Uint8Array(0), isRight), undefined);
});

test('bits are counted one by one', () => {
  assert.equal(bitsApart(Uint8Array.of(1, 0xff), Uint8Array.of(1, 0x0f)), 4);
  assert.equal(bitsApart(Uint8Array.of(1), Uint8Array.of(1, 2)), Infinity);
});
