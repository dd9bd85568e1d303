import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomOf, isHistoryNearlyFull } from '../../state/room.ts';
import { spaceOf } from './space.ts';

const DETAILS = {
  collections: [{ collection: 'a.b.c', records: 2, bytes: 300 }, { collection: 'a.b.d', records: 1, bytes: 100 }],
  repositoryBytes: 1000, deadBytes: 250, historyBytes: 70, blobBytes: 5000,
} as unknown as Parameters<typeof spaceOf>[0];

function sizes(details: Parameters<typeof spaceOf>[0]): object {
  const { parts, sum } = spaceOf(details);
  assert.equal(parts.reduce((total, { bytes }) => total + bytes, 0), sum);
  return Object.fromEntries(parts.map(({ id, bytes }) => [id, bytes]));
}

test('every stored byte is in one part', () => {
  assert.deepEqual(sizes(DETAILS), { records: 400, tree: 350, blobs: 5000, history: 70, dead: 250 });
});

test('what is known only about never makes less than nothing', () => {
  assert.deepEqual(sizes({ ...DETAILS, deadBytes: 900 }), { records: 400, tree: 0, blobs: 5000, history: 70, dead: 600 });
  assert.deepEqual(sizes({ ...DETAILS, repositoryBytes: 90 }), { records: 90, tree: 0, blobs: 5000, history: 70, dead: 0 });
});

test('warnings come well before nothing more can be written', () => {
  const of = (usage: number, quota = 1000): string => roomOf({ usage, quota });
  assert.deepEqual([of(0), of(799), of(800), of(949), of(950), of(2000), of(0, 0)], ['enough', 'enough', 'low', 'low', 'full', 'full', 'enough']);
  assert.equal(isHistoryNearlyFull({ historyBytes: 89, historyLimit: 100 }), false);
  assert.equal(isHistoryNearlyFull({ historyBytes: 90, historyLimit: 100 }), true);
});
