import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningsOf } from './host-limits.ts';

test('an operator is warned from 80 active accounts on, and from 2,000 events in an hour on', () => {
  const of = (active: number, eventsInHour: number) => warningsOf({ accounts: { pairing: 99, active, deactivated: 99, suspended: 99, takendown: 99, deleted: 99 }, eventsInHour });
  assert.deepEqual(of(79, 1_999), []);
  assert.deepEqual(of(80, 0), ['accounts']);
  assert.deepEqual(of(0, 2_000), ['eventsInHour']);
  assert.deepEqual(of(120, 2_600), ['accounts', 'eventsInHour']);
});
