import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertFound, failed, resultsFor, told } from './support/faulty-run.ts';
import { startGoodServer } from './support/good-server.ts';
import type { GoodServer } from './support/good-server.ts';
import { LIVE_FAULTS } from './support/stream-faults.ts';

describe('while something happens, a server that does one thing wrong is told', () => {
  let good: GoodServer;
  before(async () => {
    good = await startGoodServer();
  });
  after(() => good.close());

  it('nothing, where the proxy does nothing', async () => {
    const results = await resultsFor(good, {}, () => good.write(3));
    assert.equal(told(failed(results)), '');
    assert.deepEqual(results.filter(({ id }) => id.startsWith('live.')).map(({ outcome }) => outcome), ['passed', 'passed', 'not seen']);
  });

  for (const fault of LIVE_FAULTS) {
    it(`${fault.name}: ${fault.found} says ${fault.code}`, async () => assertFound(fault, await resultsFor(good, fault, () => good.write(3))));
  }
});
