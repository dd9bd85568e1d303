import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { isTid, parseTid, tidClockId, tidFrom, TidRangeError, tidTime } from './tid.ts';

testSyntax({ name: 'tid', is: isTid, parse: parseTid });

test('a TID is a time and a clock id', () => {
  // The first is an example of the specification; the others are the corners.
  for (const [text, micros, clockId] of [
    ['3jzfcijpj2z2a', 1_688_137_381_887_007, 6],
    ['2222222222222', 0, 0],
    ['222222222222z', 0, 31],
    ['22222222222zz', 0, 1023],
    ['2222222222322', 1, 0],
    ['bzzzzzzzzzzzz', Number.MAX_SAFE_INTEGER, 1023],
  ] as const) {
    const tid = parseTid(text);
    assert.equal(tidTime(tid), micros, text);
    assert.equal(tidClockId(tid), clockId, text);
    assert.equal(tidFrom(micros, clockId), text);
  }
});

test('TIDs order as their times and clock ids do', () => {
  const time = fc.tuple(fc.maxSafeNat(), fc.integer({ min: 0, max: 1023 }));
  fc.assert(
    fc.property(time, time, ([micros, clockId], [otherMicros, otherClockId]) => {
      const tid = tidFrom(micros, clockId);
      const other = tidFrom(otherMicros, otherClockId);
      assert.ok(isTid(tid));
      assert.deepEqual([tidTime(tid), tidClockId(tid)], [micros, clockId]);
      assert.equal(tid < other, micros < otherMicros || (micros === otherMicros && clockId < otherClockId));
    }),
  );
});

test('what a TID cannot hold is refused', () => {
  for (const micros of [-1, 0.5, 2 ** 53, Number.NaN]) assert.throws(() => tidFrom(micros, 0), TidRangeError);
  for (const clockId of [-1, 0.5, 1024, Number.NaN]) assert.throws(() => tidFrom(0, clockId), TidRangeError);
});
