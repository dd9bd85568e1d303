import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TidClock } from './tid-clock.ts';
import { tidClockId, tidFrom, TidRangeError, tidTime } from './tid.ts';

test('a clock counts microseconds within a millisecond', () => {
  const clock = new TidClock({ clockId: 7, now: () => 1_700_000_000_000 });
  for (let i = 0; i < 3000; i++) {
    const tid = clock.next();
    assert.equal(tidTime(tid), 1_700_000_000_000_000 + i);
    assert.equal(tidClockId(tid), 7);
  }
});

test('a clock stands behind what it is to follow: one microsecond more, its own clock id', () => {
  const clock = new TidClock({ clockId: 3, now: () => 1000 });
  const ahead = tidFrom(5_000_000, 1023);
  assert.equal(clock.next(ahead), tidFrom(5_000_001, 3));
  assert.equal(clock.next(), tidFrom(5_000_002, 3));
  assert.equal(clock.next(tidFrom(4, 0)), tidFrom(5_000_003, 3));
});

test('TIDs ascend, whatever the time does and whatever they are to follow', () => {
  const step = fc.record({
    now: fc.double({ min: 0, max: 5, noNaN: true }),
    after: fc.option(fc.tuple(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 0, max: 1023 })), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1023 }), fc.array(step), (clockId, steps) => {
      let now = 0;
      const clock = new TidClock({ clockId, now: () => now });
      let previous = '';
      for (const { now: time, after } of steps) {
        now = time;
        const follow = after && tidFrom(...after);
        const tid = clock.next(follow);
        assert.ok(tid > previous);
        assert.ok(follow === undefined || tid > follow);
        assert.equal(tidClockId(tid), clockId);
        assert.ok(tidTime(tid) >= Math.floor(time * 1000));
        previous = tid;
      }
    }),
  );
});

test('a clock without an id draws one', () => {
  const ids = new Set(Array.from({ length: 100 }, () => new TidClock().clockId));
  for (const id of ids) assert.ok(Number.isInteger(id) && id >= 0 && id < 1024);
  assert.ok(ids.size > 50, `only ${ids.size} of 100 differ`);
});

test('what no TID can hold is refused, and the clock goes on', () => {
  for (const clockId of [-1, 1024, 0.5]) assert.throws(() => new TidClock({ clockId }), TidRangeError);
  const clock = new TidClock({ clockId: 0, now: () => 1 });
  assert.throws(() => clock.next(tidFrom(Number.MAX_SAFE_INTEGER, 0)), TidRangeError);
  assert.equal(clock.next(), tidFrom(1000, 0));
  assert.throws(() => new TidClock({ now: () => Number.NaN }).next(), TidRangeError);
});
