import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiesOf } from './copies.ts';

const TIME = '2026-11-30T12:00:00.000Z';
const mirror = { host: 'mirror.example.com', confirmed: TIME, isCurrent: true };
const backup = { time: TIME, rev: 'b', bytes: 10, name: 'x.zip' };
const folder = { name: 'Backups', written: [{ name: 'a.zip', time: TIME, rev: 'a', records: 1, bytes: 5 }, { name: 'b.zip', time: TIME, rev: 'b', records: 1, bytes: 6 }] };
const rule = ({ hasThree, hasTwoKinds, hasOneElsewhere }: ReturnType<typeof copiesOf>): boolean[] => [hasThree, hasTwoKinds, hasOneElsewhere];

test('what is in this browser alone is one copy', () => {
  const found = copiesOf({ rev: 'b' });
  assert.deepEqual(found.copies, [{ place: 'browser', isCurrent: true }]);
  assert.deepEqual(rule(found), [false, false, false]);
});

test('a mirror counts once it has confirmed something, and is elsewhere; a pairing that has not ended is no copy', () => {
  assert.deepEqual(rule(copiesOf({ rev: 'b', mirror: { host: 'm', isCurrent: false } })), [false, false, false]);
  assert.deepEqual(rule(copiesOf({ rev: 'b', mirror })), [false, true, true]);
  // One that runs on this device goes with it.
  for (const host of ['localhost:2583', '127.0.0.1:2583', '[::1]:2583']) assert.deepEqual(rule(copiesOf({ rev: 'b', mirror: { ...mirror, host } })), [false, true, false], host);
  assert.deepEqual(copiesOf({ rev: 'b', mirror: { ...mirror, isCurrent: false } }).copies[1], { place: 'mirror', name: mirror.host, time: TIME, isCurrent: false });
});

test('a file counts, however old; that it lies elsewhere only its owner can say', () => {
  assert.deepEqual(rule(copiesOf({ rev: 'b', backup })), [false, true, false]);
  assert.deepEqual(rule(copiesOf({ rev: 'b', backup, elsewhere: TIME })), [false, true, true]);
  assert.deepEqual(rule(copiesOf({ rev: 'b', elsewhere: TIME })), [false, false, false]);
  assert.equal(copiesOf({ rev: 'c', backup }).copies[1]?.isCurrent, false);
});

test('a folder is one copy, as old as its newest file; an empty one is none', () => {
  assert.deepEqual(copiesOf({ rev: 'b', folder }).copies[1], { place: 'folder', name: 'Backups', count: 2, time: TIME, bytes: 6, isCurrent: true });
  assert.equal(copiesOf({ rev: 'b', folder: { ...folder, written: [] } }).copies.length, 1);
  assert.deepEqual(rule(copiesOf({ rev: 'b', folder, mirror })), [true, true, true]);
});
