import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_PLAN, isFolderDue, withWritten } from './folder-plan.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const written = (name: string, ms: number, rev = name) => ({ name, time: ago(ms), rev, records: 1, bytes: 10 });

test('a backup is due when something has changed since the last one, and that is long enough ago', () => {
  assert.equal(isFolderDue(FIRST_PLAN, 'a', NOW), true);
  const day = { ...FIRST_PLAN, written: [written('a', DAY)] };
  assert.equal(isFolderDue(day, 'a', NOW), false);
  assert.equal(isFolderDue(day, 'b', NOW), true);
  assert.equal(isFolderDue({ ...day, written: [written('a', DAY - 1)] }, 'b', NOW), false);
  assert.equal(isFolderDue({ ...day, every: 'week' }, 'b', NOW), false);
  assert.equal(isFolderDue({ ...day, every: 'week', written: [written('a', 7 * DAY)] }, 'b', NOW), true);
});

test('what failed is tried again after an hour', () => {
  const failed = (ms: number) => ({ ...FIRST_PLAN, failed: { time: ago(ms), message: 'full' } });
  assert.equal(isFolderDue(failed(DAY / 24 - 1), 'a', NOW), false);
  assert.equal(isFolderDue(failed(DAY / 24), 'a', NOW), true);
});

test('the last ones stay, and a failure is forgotten by the next that succeeds', () => {
  let plan = { ...FIRST_PLAN, keep: 2, failed: { time: ago(0), message: 'full' } } as Parameters<typeof withWritten>[0];
  const gone: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const next = withWritten(plan, written(name, 0));
    plan = next.plan;
    gone.push(...next.surplus);
  }
  assert.deepEqual(plan.written.map(({ name }) => name), ['c', 'd']);
  assert.deepEqual(gone, ['a', 'b']);
  assert.equal(plan.failed, undefined);
  // Written over, it is one file.
  assert.deepEqual(withWritten(plan, written('d', 0)).plan.written.map(({ name }) => name), ['c', 'd']);
});
