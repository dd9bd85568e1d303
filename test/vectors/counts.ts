import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { vectorJson } from './files.ts';

/**
 * Prints how many cases of a suite were run, and fails when that is not what `counts.json` has recorded: cases that
 * vanish would pass in silence, and cases that were added could vanish again.
 */
export function assertCount(t: TestContext, suite: string, count: number): void {
  t.diagnostic(`count: ${suite} ${count}`);
  const recorded = vectorJson<Record<string, number>>('counts.json')[suite];
  if (recorded === undefined) assert.fail(`${suite}: record its ${count} cases in test/vectors/counts.json`);
  assert.ok(count >= recorded, `${suite}: ${recorded - count} of ${recorded} cases are missing`);
  assert.equal(count, recorded, `${suite}: there are more cases than test/vectors/counts.json has recorded`);
}
