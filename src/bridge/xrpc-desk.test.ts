import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommitBody } from '../mirroring/index.ts';
import { cidOf, decodeCbor, encodeCbor, parseDatetime, parseDid, parseTid, toJson } from '../protocol/index.ts';
import { xrpcDesk } from './xrpc-desk.ts';
import type { HouseCalls } from './house-calls.ts';
import type { Outgoing } from '../mirroring/index.ts';
import type { CborValue } from '../protocol/index.ts';

const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const REV = parseTid('3jzfcijpj2z2a');
const LATER = parseTid('3jzfcijpj2z2b');
const CID = cidOf(Uint8Array.of(1));
const BLOB = cidOf(Uint8Array.of(2), 'raw');
const TIME = parseDatetime('2026-11-25T09:00:00.000Z');

const MESSAGE: Outgoing['message'] = {
  repo: DID, rev: LATER, since: REV, commit: CID, prevData: CID, ops: [{ action: 'create', path: 'app.bsky.feed.post/a', cid: CID }],
  blocks: Uint8Array.of(1, 2, 3), blobs: [BLOB], rebase: false, tooBig: false, time: TIME,
};

/** A house that gives these answers, and what it was asked. */
function setUp(answer: unknown) {
  const asked: unknown[] = [];
  const calls = {
    get: (nsid: string, params: object) => (asked.push([nsid, params]), Promise.resolve(answer)),
    post: (nsid: string, input: object) => (asked.push([nsid, input]), Promise.resolve(answer)),
  };
  return { asked, desk: xrpcDesk(calls as HouseCalls, DID) };
}

test('says hello with the token of the house', async () => {
  const { desk, asked } = setUp({ url: 'https://mirror.example', did: 'did:web:mirror.example', token: 'a.b.c', version: '1.0' });
  assert.deepEqual(await desk.hello(), { type: '#hello', did: DID, token: 'a.b.c', version: '1.0' });
  assert.deepEqual(asked, [['app.holdfast.bridge.hello', { did: DID }]]);
});

test('asks what to do after a welcome', async () => {
  const { desk, asked } = setUp({ next: 'send', after: REV });
  const limits = { blobBytes: 1, repoBytes: 2, aheadMs: 3 };
  assert.deepEqual(
    await desk.greet({ type: '#welcome', head: { cid: CID, rev: REV, data: BLOB }, seq: 7, time: TIME, limits }, 1_000, 2_000),
    { next: 'send', after: REV },
  );
  await desk.greet({ type: '#welcome', time: TIME, limits }, 1_000, 2_000);
  const when = { did: DID, time: TIME, sentAt: '1970-01-01T00:00:01.000Z', receivedAt: '1970-01-01T00:00:02.000Z' };
  assert.deepEqual(asked, [
    ['app.holdfast.bridge.greet', { ...when, head: { commit: CID.toString(), rev: REV, data: BLOB.toString() }, seq: 7 }],
    ['app.holdfast.bridge.greet', when],
  ]);
});

test('every next step is known, and no other', async () => {
  const reject = { type: '#reject', code: 'StaleHead', message: 'No.', time: TIME, rev: REV } as const;
  for (const next of ['send', 'hand-over', 'stop'] as const) assert.deepEqual(await setUp({ next }).desk.refused(reject), { next });
  await assert.rejects(setUp({ next: 'dance' }).desk.refused(reject), { code: 'InvalidAnswer' });
});

test('gives back the outbox, message by message', async () => {
  const message = decodeCbor(encodeCommitBody(MESSAGE));
  const { desk, asked } = setUp(new Response(Uint8Array.from(encodeCbor([{ rev: LATER, blobs: [BLOB], message }]))));
  const [only, ...none] = await desk.outbox(REV, 20);
  assert.deepEqual(none, []);
  assert.deepEqual(only?.blobs.map(String), [BLOB.toString()]);
  assert.deepEqual([only?.rev, encodeCommitBody(only!.message)], [LATER, encodeCommitBody(MESSAGE)]);
  assert.deepEqual(asked, [['app.holdfast.bridge.listOutbox', { did: DID, limit: 20, after: REV }]]);
});

test('what is no outbox is not taken for one', async () => {
  const message = decodeCbor(encodeCommitBody(MESSAGE));
  const wrong: CborValue[] = [
    {}, [1], [null], [{}], [{ rev: LATER, blobs: [BLOB] }], [{ rev: LATER, blobs: ['x'], message }], [{ rev: 1, blobs: [], message }],
  ];
  for (const answer of wrong) {
    await assert.rejects(setUp(new Response(Uint8Array.from(encodeCbor(answer)))).desk.outbox(undefined, 1), { code: 'InvalidAnswer' });
  }
});

test('brings a receipt in the form of its lexicon', async () => {
  const { desk, asked } = setUp({});
  await desk.settle({ did: DID, commit: CID, rev: REV, seq: 3, time: TIME, sig: Uint8Array.of(1, 2, 3) });
  const receipt = { did: DID, commit: CID.toString(), rev: REV, seq: 3, time: TIME, sig: { $bytes: 'AQID' } };
  assert.deepEqual(asked, [['app.holdfast.bridge.settle', { did: DID, receipt }]]);
});

test('asks for blobs and for the whole', async () => {
  const { desk, asked } = setUp({});
  await desk.sendBlobs([BLOB]);
  await desk.handOver();
  assert.deepEqual(asked, [
    ['app.holdfast.bridge.sendBlobs', { did: DID, cids: [BLOB.toString()] }],
    ['app.holdfast.bridge.handOver', { did: DID }],
  ]);
});

test('a commit that the feed told of is not asked for, and what is no commit is', async () => {
  const { desk, asked } = setUp(new Response(new Uint8Array(encodeCbor([]))));
  const commit = { blobs: [BLOB.toString()], message: toJson(encodeCommitBody(MESSAGE)) };
  desk.learn(commit);
  assert.deepEqual(await desk.outbox(REV, 50), [{ rev: LATER, blobs: [BLOB], message: MESSAGE }]);
  assert.deepEqual(asked, []);
  assert.deepEqual(await desk.outbox(LATER, 50), [], 'the newest is known');
  assert.deepEqual(asked, []);
  for (const wrong of [undefined, { ...commit, message: 'text' }, { ...commit, blobs: ['no CID'] }, { ...commit, message: toJson(Uint8Array.of(1)) }]) desk.learn(wrong);
  await desk.outbox(REV, 50);
  assert.equal(asked.length, 1, 'each is given once');
  await assert.rejects(desk.outbox(LATER, 50));
  assert.equal(asked.length, 2, 'where the feed did not say what came, the house is asked');
});

test('what was told before a conversation begins is asked for again', async () => {
  const { desk, asked } = setUp({ token: 'a.b.c', version: '1.0' });
  desk.learn({ blobs: [], message: toJson(encodeCommitBody(MESSAGE)) });
  await desk.hello();
  await assert.rejects(desk.outbox(REV, 50));
  assert.equal(asked.length, 2);
});
