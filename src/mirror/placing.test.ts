import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostNames } from './host-names.ts';
import { Placing } from './placing.ts';

const names = new HostNames({ hostname: 'a.test', moreHostnames: ['b.test', 'c.test'] }, 0);

/** Which name is chosen, and whether it is full, where they have so many accounts and events; one that is not given has none. */
function chosen(counts: Readonly<Record<string, readonly [kept: number, eventsInHour: number]>>, most?: number): readonly [string, boolean] {
  const count = () => Object.entries(counts).map(([name, [kept, eventsInHour]]) => ({ name, accounts: 0, kept, eventsInHour }));
  const { name, isFull } = new Placing({ names, count, most }).choose();
  return [name, isFull];
}

test('who comes gets the first name that has room, by accounts and by events', () => {
  assert.deepEqual(chosen({}), ['a.test', false]);
  assert.deepEqual(chosen({ 'a.test': [99, 0], 'b.test': [0, 0] }), ['a.test', false]);
  assert.deepEqual(chosen({ 'a.test': [100, 0], 'b.test': [50, 0] }), ['b.test', false]);
  assert.deepEqual(chosen({ 'a.test': [3, 2_000], 'b.test': [100, 0] }), ['c.test', false]);
  assert.deepEqual(chosen({ 'a.test': [1, 0], 'gone.test': [0, 0] }, 1), ['b.test', false]);
});

test('where none has, the emptiest', () => {
  assert.deepEqual(chosen({ 'a.test': [140, 0], 'b.test': [101, 0], 'c.test': [120, 0], 'gone.test': [0, 0] }), ['b.test', true]);
  assert.deepEqual(chosen({ 'a.test': [100, 0], 'b.test': [7, 3_000], 'c.test': [100, 0] }), ['b.test', true]);
});
