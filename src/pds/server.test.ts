import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mainSchema as latestCommit } from '@atcute/atproto/types/sync/getLatestCommit';
import { mainSchema as repoStatus } from '@atcute/atproto/types/sync/getRepoStatus';
import { parseDatetime } from '../protocol/index.ts';
import { createPds, EventFeed, HOUSE_METHODS, KIT_METHODS, StoreError } from './index.ts';
import type { BlobStore } from './index.ts';
import { defineMethod } from './xrpc/method.ts';
import { ALICE, answerOf, assertRefused, PdsHouse } from '../../test/support/pds-house.ts';

const AT = parseDatetime('2026-01-01T00:00:00Z');
const OWNER = { kind: 'owner' } as const;

test('what goes wrong inside is told to nobody but the one who runs the house', async () => {
  const house = await PdsHouse.make();
  const errors: unknown[] = [];
  const { store, blobs, jobs, feed } = house;
  const pds = createPds(
    { store, blobs, jobs, feed, version: '', did: ALICE.did, onError: (error) => errors.push(error) },
    [
      defineMethod(latestCommit, async () => ({ cid: 'not a cid!', rev: 'not a rev' })),
      defineMethod(repoStatus, async () => { throw new TypeError('the secret is 42'); }),
    ],
  );
  for (const name of ['getLatestCommit', 'getRepoStatus']) {
    const answer = await answerOf(await pds.fetch(new Request(`http://house.test/xrpc/com.atproto.sync.${name}?did=${ALICE.did}`), OWNER));
    assertRefused(answer, 500, 'InternalServerError');
    assert.ok(!JSON.stringify(answer).includes('42'));
  }
  assert.match(String(errors[0]), /not what its lexicon says/);
  assert.match(String(errors[1]), /the secret is 42/);
});

test('every method has its own name and file', () => {
  const names = [...HOUSE_METHODS, ...KIT_METHODS].map(({ schema }) => schema.nsid);
  assert.equal(new Set(names).size, names.length);
});

test('the house describes itself, its accounts and its jobs', async () => {
  const house = await PdsHouse.make({ usage: async () => ({ usage: 1, quota: 2, blobStore: 'opfs' }) });
  const { did, handle } = ALICE;
  await house.create({ n: 1 });
  const { body: { accounts } } = await house.get('app.holdfast.account.list');
  const head = await house.head();
  const [account] = accounts as Record<string, unknown>[];
  assert.deepEqual({ ...account, head: undefined, createdAt: undefined }, {
    did, handle, status: 'active', origin: 'created', kit: 'proven', records: 1, head: undefined, createdAt: undefined,
  });
  const described = (await house.get('app.holdfast.account.describe', { did })).body;
  assert.deepEqual(described['account'], account);
  assert.deepEqual((described['collections'] as { collection: string; records: number }[]).map(({ collection, records }) => [collection, records]), [['app.holdfast.note', 1]]);
  assert.ok(Number(described['repositoryBytes']) > 0);
  assert.deepEqual((await house.get('app.holdfast.house.describe')).body, { version: '1.2.3', usage: 1, quota: 2, blobStore: 'opfs' });
  await house.jobs.put({ id: 'a', kind: 'save', state: 'running', did, startedAt: AT, done: 1, total: 2, unit: 'bytes' });
  await house.jobs.put({ id: 'b', kind: 'save', state: 'done', startedAt: AT, endedAt: AT, done: 1, total: 1, unit: 'bytes' });
  const { body: { jobs } } = await house.get('app.holdfast.job.list');
  assert.deepEqual((jobs as { id: string }[]).map(({ id }) => id), ['a']);
  assert.deepEqual((await house.get('com.atproto.identity.resolveHandle', { handle: 'ALICE.test' })).body, { did });
  assert.deepEqual((await house.get('com.atproto.server.describeServer')).body, { did: 'did:web:house.test', availableUserDomains: [], blobUploadLimit: 50_000_000 });
  const latest = (await house.get('com.atproto.sync.getLatestCommit', { did })).body;
  assert.equal(latest['cid'], head);
  assert.deepEqual((await house.get('com.atproto.sync.getRepoStatus', { did })).body, { did, active: true, rev: latest['rev'] });
  const repo = (await house.get('com.atproto.repo.describeRepo', { repo: handle })).body;
  assert.deepEqual({ did: repo['did'], handle: repo['handle'], correct: repo['handleIsCorrect'] }, { did, handle, correct: false });
  assert.equal((repo['didDoc'] as { id: string }).id, did);
});

test('a handle that is not of the house is asked for elsewhere, where there is an elsewhere', async () => {
  const house = await PdsHouse.make({ resolveHandle: async (handle) => (handle === 'bob.test' ? ALICE.did : undefined) });
  assert.equal((await house.get('com.atproto.identity.resolveHandle', { handle: 'bob.test' })).body['did'], ALICE.did);
  assertRefused(await house.get('com.atproto.identity.resolveHandle', { handle: 'eve.test' }), 400, 'HandleNotFound');
});

test('activity is told newest first, a page at a time', async () => {
  const house = await PdsHouse.make();
  const revs: unknown[] = [];
  for (const n of [1, 2, 3]) revs.unshift(((await house.create({ n })).body['commit'] as { rev: string }).rev);
  const first = (await house.get('app.holdfast.activity.list', { did: ALICE.did, limit: '2' })).body;
  const commits = first['commits'] as { rev: string; operations: { action: string; path: string; cid: string }[] }[];
  assert.deepEqual(commits.map(({ rev }) => rev), revs.slice(0, 2));
  assert.deepEqual(commits[0]!.operations.map(({ action }) => action), ['create']);
  const rest = (await house.get('app.holdfast.activity.list', { did: ALICE.did, cursor: String(first['cursor']) })).body;
  assert.deepEqual((rest['commits'] as { rev: string }[]).map(({ rev }) => rev), revs.slice(2));
  assert.ok(!('cursor' in rest));
});

test('the feed says hello, tells of commits, says that it ends, and ends', async () => {
  const house = await PdsHouse.make();
  const response = await house.fetch('app.holdfast.events.subscribe');
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson');
  assert.equal(house.feed.size, 1);
  const { body } = await house.create({ n: 1 }, { rkey: 'a' });
  house.feed.end();
  assert.equal(house.feed.size, 0);
  const lines = (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as unknown);
  const { cid, rev } = body['commit'] as { cid: string; rev: string };
  assert.deepEqual(lines, [
    { type: 'hello', version: '1.2.3' },
    { type: 'commit', did: ALICE.did, cid, rev, operations: [{ action: 'create', path: 'app.holdfast.note/a', cid: body['cid'] }] },
    { type: 'ending' },
  ]);
});

test('who does not read is not waited for, and who has gone is forgotten', async () => {
  const feed = new EventFeed();
  const gone = feed.open('');
  await gone.body!.cancel();
  assert.equal(feed.size, 0);
  const slow = feed.open('');
  for (let i = 0; i < 2_000; i++) feed.announce({ type: 'accounts' });
  assert.equal(feed.size, 0);
  assert.ok((await slow.text()).split('\n').length < 1_100);
});

test('where there is no room for a blob, the answer says that nothing is lost', async () => {
  const house = await PdsHouse.make();
  const { store, jobs, feed } = house;
  const full = async (): Promise<never> => { throw new StoreError('StorageFull', 'full'); };
  const blobs = { ...methodsOf(house.blobs), put: full };
  const pds = createPds({ store, blobs, jobs, feed, version: '', did: ALICE.did }, HOUSE_METHODS);
  const request = new Request('http://house.test/xrpc/com.atproto.repo.uploadBlob', { method: 'POST', body: 'bytes' });
  assertRefused(await answerOf(await pds.fetch(request, OWNER)), 507, 'StorageFull');
});

function methodsOf(blobs: PdsHouse['blobs']): BlobStore {
  return {
    put: blobs.put.bind(blobs), info: blobs.info.bind(blobs), isReferenced: blobs.isReferenced.bind(blobs), namedBy: blobs.namedBy.bind(blobs), bytes: blobs.bytes.bind(blobs),
    list: blobs.list.bind(blobs), usage: blobs.usage.bind(blobs), collect: blobs.collect.bind(blobs),
  };
}
