import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { afterLull } from './lull.ts';

test('what follows on a burst is done once, after it, and not put off for ever', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  mock.method(performance, 'now', () => now);
  const pass = (ms: number): void => {
    now += ms;
    mock.timers.tick(ms);
  };
  let done = 0;
  const happened = afterLull(() => done++);
  for (let times = 0; times < 5; times++) {
    happened();
    pass(100);
  }
  assert.equal(done, 0);
  pass(100);
  assert.equal(done, 1);
  for (let times = 0; times < 20; times++) {
    happened();
    pass(100);
  }
  assert.equal(done, 3, 'a house that is written to without a pause is looked at every second');
  mock.reset();
  mock.timers.reset();
});
