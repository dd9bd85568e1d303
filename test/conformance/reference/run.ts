// `npm run check:reference`: the checks, with their writing side, before the reference PDS. docs/conformance.md tells what it
// does wrong; what is new in that list, or gone from it, fails.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHECKS, runChecks, tableOf } from '../../../src/conformance/index.ts';
import type { Result } from '../../../src/conformance/index.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import type { Asked, Wrong } from '../support/faulty-proxy.ts';
import { failed, told } from '../support/faulty-run.ts';
import { startReference } from './reference-server.ts';
import type { ReferenceAccount, ReferenceServer } from './reference-server.ts';
import { WRITE_FAULTS } from './write-faults.ts';

/** What the reference really does wrong: check, code, and what it says. */
const KNOWN: readonly (readonly [id: string, code: string, says: RegExp])[] = [
  ['repository.missing-block', 'ErrorName', /refuses with InvalidRequest where BlockNotFound was due/],
  ['blobs.missing', 'ErrorName', /refuses with InvalidRequest where BlobNotFound was due/],
  ['writing.create-twice', 'Status', /answered 500/],
  ['writing.batch-refused', 'Status', /answered 500/],
];
const ALWAYS = KNOWN.map(([id]) => id);
/** What of it there is nothing to see: its DID is that of another address, it gives blobs whole, and has let go of no event. */
const UNSEEN = ['server.did-document', 'blobs.ranges', 'firehose.info', 'firehose.outdated-cursor'];

describe('the reference PDS', () => {
  let server: ReferenceServer;
  before(async () => {
    server = await startReference();
    await server.inactive();
    await server.account();
  });
  after(() => server.close());

  async function resultsFor(wrong: Wrong, account?: ReferenceAccount): Promise<readonly Result[]> {
    const { did, password } = account ?? await server.account();
    const proxy = await FaultyProxy.start(server.url, server.directory, wrong);
    try {
      return await runChecks({ origin: proxy.origin, did, password, directory: `${proxy.origin}/directory`, waitMs: 5_000, quietMs: 700 });
    } finally {
      await proxy.close();
    }
  }

  it('passes every check but those that are known', async () => {
    const { did, password } = await server.account();
    const results = await runChecks({ origin: server.url, did, password, directory: server.directory, waitMs: 10_000, quietMs: 1_000 });
    console.log(tableOf(results));
    assert.deepEqual(failed(results).map(({ id, code }) => [id, code]), KNOWN.map(([id, code]) => [id, code]), told(failed(results)));
    for (const [id, , says] of KNOWN) assert.match(results.find((each) => each.id === id)!.says, says);
    assert.deepEqual(results.filter(({ outcome }) => outcome === 'not seen').map(({ id }) => id), UNSEEN);
  });

  it('behind a proxy that does nothing it does nothing else', async () => {
    assert.deepEqual(failed(await resultsFor({})).map(({ id }) => id), ALWAYS);
  });

  it('who writes meanwhile makes nothing wrong, also between a commit and what is written over it', async () => {
    const account = await server.account();
    let others = 0;
    const results = await resultsFor({
      answer: async ({ name, body }) => {
        if (!name.endsWith('createRecord') || !body.includes('"before"') || others++ > 0) return;
        await account.write();
      },
    }, account);
    assert.deepEqual(failed(results).map(({ id }) => id), ALWAYS, told(failed(results)));
    assert.equal(results.find(({ id }) => id === 'writing.swap-commit')?.outcome, 'passed');
    assert.equal(others, 2);
  });

  it('where it asks for fewer writes, nothing is wrong with writing', async () => {
    const writes = new Set(['createRecord', 'putRecord', 'deleteRecord', 'applyWrites', 'uploadBlob'].map((name) => `com.atproto.repo.${name}`));
    const refused = new WeakSet<Asked>();
    const results = await resultsFor({
      ask: (asked) => {
        if (!writes.has(asked.name)) return;
        refused.add(asked);
        asked.name = 'com.atproto.server.getSession';
      },
      answer: (asked, answered) => {
        if (refused.has(asked)) answered.status = 429;
      },
    });
    assert.deepEqual(failed(results).map(({ id }) => id), ALWAYS.filter((id) => !id.startsWith('writing.')), told(failed(results)));
  });

  it('every check that writes has at least one fault', () => {
    const found = new Set(WRITE_FAULTS.map((fault) => fault.found));
    assert.deepEqual(CHECKS.filter(({ id }) => !found.has(id) && (id.startsWith('writing.') || id === 'live.writes')), []);
  });

  for (const fault of WRITE_FAULTS) {
    it(`${fault.name}: ${fault.found} says ${fault.code}`, async () => {
      const all = await resultsFor(fault);
      const results = failed(all);
      assert.equal(results.find(({ id }) => id === fault.found)?.code, fault.code, told(results));
      // Without a session nothing is written.
      const known = ALWAYS.filter((each) => all.some(({ id, outcome }) => id === each && outcome !== 'not seen'));
      const expected = new Set([...known, fault.found, ...fault.also ?? []]);
      assert.deepEqual(results.map(({ id }) => id).sort(), [...expected].sort(), told(results));
    });
  }
});
