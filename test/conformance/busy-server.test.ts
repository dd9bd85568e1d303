import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { failed, resultsFor, told } from './support/faulty-run.ts';
import type { Wrong } from './support/faulty-proxy.ts';
import { startGoodServer } from './support/good-server.ts';
import type { GoodServer } from './support/good-server.ts';

/** Answers so many requests, and then asks for fewer; the directory is another server. */
function busyAfter(requests: number): Wrong {
  let left = requests;
  return {
    answer: ({ name }, answered) => {
      if (name.startsWith('/directory/') || left-- > 0) return;
      answered.status = 429;
      answered.headers['content-type'] = 'application/json';
      answered.body = Buffer.from(JSON.stringify({ error: 'RateLimitExceeded', message: 'Too many requests' }));
    },
  };
}

describe('a server that asks for fewer requests', { concurrency: true }, () => {
  let good: GoodServer;
  before(async () => {
    good = await startGoodServer();
  });
  after(() => good.close());

  it('from the first one on: nothing has passed but what the directory says, and nothing is wrong', async () => {
    const results = await resultsFor(good, { ...busyAfter(0), refuseStream: 429 });
    assert.equal(told(failed(results)), '');
    assert.deepEqual(results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id), ['identity.document']);
  });

  for (const requests of [10, 30, 50, 70, 90]) {
    it(`after ${requests}: nothing is wrong`, async () => {
      const results = await resultsFor(good, busyAfter(requests));
      assert.equal(told(failed(results)), '');
      assert.ok(results.some(({ says }) => says.includes('429')));
    });
  }
});
