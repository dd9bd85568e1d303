import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cidOf } from '../../src/protocol/index.ts';
import { assertFound, failed, resultsFor, told } from './support/faulty-run.ts';
import { startGoodServer } from './support/good-server.ts';
import type { GoodServer } from './support/good-server.ts';
import { LIVE_FAULTS } from './support/stream-faults.ts';

/** A blob that an account no longer has. */
const GONE = cidOf(new TextEncoder().encode('gone'), 'raw').toString();

describe('while something happens, a server that does one thing wrong is told', () => {
  let good: GoodServer;
  before(async () => {
    good = await startGoodServer();
  });
  after(() => good.close());

  it('nothing, where the account is only written to, also while the pages of its blobs are read', async () => {
    let pages = 0;
    const results = await resultsFor(good, {
      answer: async ({ name, params }, answered) => {
        if (!name.endsWith('listBlobs') || params.get('limit') !== '50' || pages++ > 0) return;
        const { cids } = JSON.parse(answered.body.toString()) as { readonly cids: readonly string[] };
        answered.body = Buffer.from(JSON.stringify({ cids: [...cids.slice(1), GONE] }));
        await good.write();
      },
    }, () => good.write(3));
    assert.equal(told(failed(results)), '');
    assert.equal(results.find(({ id }) => id === 'blobs.list-pages')?.outcome, 'passed');
    assert.equal(pages, 2);
    assert.deepEqual(results.filter(({ id }) => id.startsWith('live.')).map(({ outcome }) => outcome), ['passed', 'passed', 'not seen']);
  });

  for (const fault of LIVE_FAULTS) {
    it(`${fault.name}: ${fault.found} says ${fault.code}`, async () => assertFound(fault, await resultsFor(good, fault, () => good.write(3))));
  }
});
