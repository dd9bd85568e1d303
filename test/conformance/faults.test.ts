import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHECKS } from '../../src/conformance/index.ts';
import { encodeFrame } from '../../src/protocol/index.ts';
import { ANSWER_FAULTS } from './support/answer-faults.ts';
import { CAR_FAULTS } from './support/car-faults.ts';
import type { Fault } from './support/fault.ts';
import { assertFound, failed, resultsFor, told } from './support/faulty-run.ts';
import { FRAME_FAULTS, read } from './support/frame-faults.ts';
import { startGoodServer } from './support/good-server.ts';
import type { GoodServer } from './support/good-server.ts';
import { LIVE_FAULTS, STREAM_FAULTS } from './support/stream-faults.ts';

// One of the streams waits a minute, the others go on meanwhile.
const FAULTS: readonly Fault[] = [...STREAM_FAULTS, ...ANSWER_FAULTS, ...CAR_FAULTS, ...FRAME_FAULTS];

// A run waits more than it works.
describe('a server that does one thing wrong is told', { concurrency: 24 }, () => {
  let good: GoodServer;
  before(async () => {
    good = await startGoodServer();
  });
  after(() => good.close());

  it('nothing, where the proxy does nothing', async () => {
    const results = await resultsFor(good, {});
    assert.equal(told(failed(results)), '');
    const unseen = results.filter(({ outcome, id }) => outcome === 'not seen' && !/^(writing|live)\./.test(id)).map(({ id }) => id);
    assert.deepEqual(unseen, ['server.bad-token', 'firehose.info', 'firehose.outdated-cursor']);
  });

  it('nothing, where accounts are in states that the specification leaves open', async () => {
    let changes = 0;
    const states = (active: unknown): object => {
      changes++;
      return active === false ? { status: undefined } : { status: 'throttled' };
    };
    const results = await resultsFor(good, {
      answer: ({ name }, answered) => {
        if (answered.status !== 200 || !/listRepos|getRepoStatus/.test(name)) return;
        const body = JSON.parse(answered.body.toString()) as { readonly active?: boolean; readonly repos?: readonly { readonly active?: boolean }[] };
        const told = body.repos === undefined ? { ...body, ...states(body.active) } : { ...body, repos: body.repos.map((each) => ({ ...each, ...states(each.active) })) };
        answered.body = Buffer.from(JSON.stringify(told));
      },
      frame: (frame) => {
        const { type, body } = read(frame);
        if (type !== '#account') return [frame];
        changes++;
        const { status: _, ...others } = body;
        return [encodeFrame(type, body['active'] === false ? others : { ...body, status: 'desynchronized' })];
      },
    });
    assert.equal(told(failed(results)), '');
    for (const id of ['firehose.account', 'repository.list', 'repository.status', 'repository.inactive']) assert.equal(results.find((each) => each.id === id)?.outcome, 'passed');
    assert.ok(changes > 5);
  });

  it(`at least 60 kinds, each with a name of its own: ${FAULTS.length}`, () => {
    assert.ok(FAULTS.length >= 60);
    assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  });

  it('every check has at least one fault, but those that write, which the reference PDS has', () => {
    const found = new Set([...FAULTS, ...LIVE_FAULTS].map((fault) => fault.found));
    assert.deepEqual(CHECKS.filter(({ id }) => !found.has(id) && !id.startsWith('writing.')).map(({ id }) => id), ['live.writes']);
  });

  for (const fault of FAULTS) {
    it(`${fault.name}: ${fault.found} says ${fault.code}`, async () => assertFound(fault, await resultsFor(good, fault)));
  }
});
