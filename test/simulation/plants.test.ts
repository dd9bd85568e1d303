// Bugs that are known are found, and a seed is the same run every time: what finds nothing would prove nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTS } from './plants.ts';
import { simulate } from './simulate.ts';

/** Within so many seeds each is found. */
const MOST_SEEDS = 40;

for (const plant of PLANTS) {
  test(`finds the planted bug: ${plant}`, async (t) => {
    for (let seed = 1; seed <= MOST_SEEDS; seed++) {
      const { violations } = await simulate(seed, { plant });
      if (violations.length === 0) continue;
      t.diagnostic(`count: ${plant} is found by seed ${seed}: ${violations[0]}`);
      const without = await simulate(seed);
      assert.deepEqual(without.violations, [], 'it is found where there is none, too');
      return;
    }
    assert.fail(`${MOST_SEEDS} seeds do not find it`);
  });
}

test('the same seed is the same run, to the last event', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const [one, another] = [await simulate(seed), await simulate(seed)];
    assert.deepEqual([one.fingerprint, one.events, one.acknowledged], [another.fingerprint, another.events, another.acknowledged], `seed ${seed}`);
  }
  const fingerprints = new Set<string>();
  for (let seed = 1; seed <= 10; seed++) fingerprints.add((await simulate(seed)).fingerprint);
  assert.equal(fingerprints.size, 10, 'another seed is another run');
});
