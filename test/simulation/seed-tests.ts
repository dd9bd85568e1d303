import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf, inWords, neverFired, simulateSeeds } from './seeds.ts';

/** Holds every one of these seeds to the invariants. Two files have half of them each, so that two cores share them. */
export function testSeeds(first: number, count: number): void {
  test(`seeds ${first} to ${first + count - 1}: whatever happens to houses, wires and mirror, nothing is lost, nothing is there twice, and all agree in the end`, async (t) => {
    const sum = await simulateSeeds(first, count);
    t.diagnostic(`count: ${countsOf(sum)}`);
    assert.deepEqual(sum.failed.map(inWords), []);
    assert.deepEqual(neverFired(sum), []);
    assert.ok(sum.acknowledged > 5 * count, `${sum.acknowledged} writes were acknowledged`);
  });
}
