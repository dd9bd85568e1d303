import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TakeChoice } from './take-choice.ts';

const fresh = (path: string, brings?: readonly string[]) => ({ path, at: 0, size: 1, ...(brings && { brings }) });
const differs = (path: string) => ({ ...fresh(path), here: 'bafy' });
const CHANGES = [fresh('a.b.c/1', ['x', 'y']), differs('a.b.c/2'), fresh('a.b.c/3', ['y']), fresh('a.b.cd/1')];
const paths = (choice: TakeChoice): string[] => choice.chosen().map(({ path }) => path);

test('nothing is chosen at first; a whole collection is chosen kind by kind, and single records in or out of it', () => {
  const choice = new TakeChoice(CHANGES);
  assert.deepEqual([choice.size, paths(choice), choice.blobs()], [0, [], []]);
  choice.setAll('a.b.c', 'fresh', true);
  assert.deepEqual(paths(choice), ['a.b.c/1', 'a.b.c/3']);
  assert.deepEqual([choice.count('a.b.c', 'fresh'), choice.count('a.b.c', 'differs'), choice.count('a.b.cd', 'fresh')], [2, 0, 0]);
  assert.deepEqual(choice.blobs(), ['x', 'y']);
  choice.set(CHANGES[0]!, false);
  choice.set(CHANGES[0]!, false);
  choice.set(CHANGES[1]!, true);
  assert.deepEqual(paths(choice), ['a.b.c/2', 'a.b.c/3']);
  assert.deepEqual([choice.size, choice.count('a.b.c', 'fresh'), choice.count('a.b.c', 'differs')], [2, 1, 1]);
});

test('the records of a collection are its own', () => {
  const choice = new TakeChoice(CHANGES);
  assert.deepEqual(choice.in('a.b.c').map(({ path }) => path), ['a.b.c/1', 'a.b.c/2', 'a.b.c/3']);
  assert.deepEqual(choice.in('a.b.cd'), [CHANGES[3]]);
  assert.equal(choice.in('a.b.c'), choice.in('a.b.c'));
  assert.deepEqual(choice.in('a.b'), []);
});
