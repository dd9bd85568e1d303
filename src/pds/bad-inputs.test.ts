import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { cidOf } from '../protocol/index.ts';
import { verifyRecordProof } from '../repo/index.ts';
import { ALICE, answerOf, assertRefused, NOTE, PdsHouse, post, POST } from '../../test/support/pds-house.ts';
import type { Answer } from '../../test/support/pds-house.ts';

const CREATE = 'com.atproto.repo.createRecord';
const PUT = 'com.atproto.repo.putRecord';
const DELETE = 'com.atproto.repo.deleteRecord';
const APPLY = 'com.atproto.repo.applyWrites';
const STRANGER = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const ELSE = cidOf(new Uint8Array(1)).toString();
const RAW = cidOf(new Uint8Array(1), 'raw').toString();

const KEPT = { repo: ALICE.did, collection: NOTE, rkey: 'kept' };

async function houseWithRecord(): Promise<PdsHouse> {
  const house = await PdsHouse.make({ maxBlobBytes: 1_000 });
  const { status } = await house.post(CREATE, { ...KEPT, record: { text: 'kept' } });
  assert.equal(status, 200);
  return house;
}

/** A row of the table of bad inputs: its number, what is sent, and the refusal. Nothing may have changed after it. */
type Row = readonly [number: number, what: string, call: (house: PdsHouse) => Promise<Answer>, status: number, error: string];

const record = (value: unknown, more: Record<string, unknown> = {}) => (house: PdsHouse): Promise<Answer> => house.create(value, more);
const json = (nsid: string, body: unknown) => (house: PdsHouse): Promise<Answer> => house.post(nsid, body);
const read = (nsid: string, query: Record<string, string | string[]>) => (house: PdsHouse): Promise<Answer> => house.get(nsid, query);
const raw = (nsid: string, init: RequestInit) => async (house: PdsHouse): Promise<Answer> => answerOf(await house.fetch(nsid, init));

const many = (count: number): unknown[] => Array.from({ length: count }, (_, index) => (
  { $type: `${APPLY}#create`, collection: NOTE, rkey: `r${index}`, value: {} }
));
const blob = (more: Record<string, unknown> = {}): unknown => ({ $type: 'blob', ref: { $link: RAW }, mimeType: 'text/plain', size: 1, ...more });
const TYPE = { 'content-type': 'application/json' };
const BODY = JSON.stringify({ ...KEPT, rkey: 'new', record: {} });

const ROWS: readonly Row[] = [
  [1, 'an unknown method', read('com.example.nothing', {}), 501, 'MethodNotImplemented'],
  [1, 'no method at all', read('', {}), 501, 'MethodNotImplemented'],
  [2, 'GET on a procedure', raw(CREATE, {}), 400, 'InvalidRequest'],
  [2, 'POST on a query', json('com.atproto.repo.getRecord', KEPT), 400, 'InvalidRequest'],
  [18, 'a write to an unknown DID', json(PUT, { ...KEPT, repo: STRANGER, record: {} }), 403, 'AccountNotFound'],
  [18, 'a write to an unknown handle', json(DELETE, { ...KEPT, repo: 'nobody.test' }), 403, 'AccountNotFound'],
  ...['..', '.', 'a/b', '', 'k'.repeat(513), '@x', 'a b', 'é'].map((rkey): Row => (
    [20, `the record key ${JSON.stringify(rkey).slice(0, 20)}`, json(PUT, { ...KEPT, rkey, record: {} }), 400, 'InvalidRequest']
  )),
  [20, 'a delete with a bad record key', json(DELETE, { ...KEPT, rkey: 'a/b' }), 400, 'InvalidRequest'],
  [20, 'a record key against its lexicon', record({ displayName: 'A' }, { collection: 'app.bsky.actor.profile', rkey: 'me' }), 400, 'InvalidRequest'],
  [20, 'a post under a key that is no TID', record(post('a'), { collection: POST, rkey: 'mine' }), 400, 'InvalidRequest'],
  [21, 'a collection that is no NSID', record({}, { collection: 'notes' }), 400, 'InvalidRequest'],
  [22, 'a $type that is not the collection', record({ $type: POST }), 400, 'InvalidRequest'],
  [23, 'validate without a known lexicon', record({ text: 'a' }, { validate: true }), 400, 'InvalidRequest'],
  [24, 'a post without a date', record({ text: 'a' }, { collection: POST }), 400, 'InvalidRequest'],
  [24, 'a post that is too long', record(post('a'.repeat(301)), { collection: POST }), 400, 'InvalidRequest'],
  [25, 'a float', record({ n: 1.5 }), 400, 'InvalidRequest'],
  [25, '2^53', record({ n: 2 ** 53 }), 400, 'InvalidRequest'],
  [25, 'a number beyond all', json(PUT, '{"repo":"alice.test","collection":"app.holdfast.note","rkey":"a","record":{"n":1e999}}'), 400, 'InvalidRequest'],
  [25, 'a $link that is no CID', record({ a: { $link: 'nothing' } }), 400, 'InvalidRequest'],
  [25, '$bytes that are no base64', record({ a: { $bytes: '*' } }), 400, 'InvalidRequest'],
  [25, 'an empty $type', record({ a: { $type: '' } }), 400, 'InvalidRequest'],
  [25, 'half a surrogate pair', record({ a: '\ud800' }), 400, 'InvalidRequest'],
  [25, 'a record that is a text', record('text'), 400, 'InvalidRequest'],
  [25, 'a record that is a list', record([]), 400, 'InvalidRequest'],
  [25, 'a record that is a link', record({ $link: ELSE }), 400, 'InvalidRequest'],
  [25, 'nesting without end', json(PUT, `{"repo":"alice.test","collection":"app.holdfast.note","rkey":"a","record":{"n":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`), 400, 'InvalidRequest'],
  [26, 'a blob in the old form', record({ deep: [{ pic: { cid: RAW, mimeType: 'image/png' } }] }), 400, 'InvalidRequest'],
  [26, 'a blob in the old form, not validated', record({ pic: { cid: RAW, mimeType: 'image/png' } }, { validate: false }), 400, 'InvalidRequest'],
  [26, 'a blob that is no raw block', record({ pic: blob({ ref: { $link: ELSE } }) }), 400, 'InvalidRequest'],
  [27, 'create on another commit', record({}, { swapCommit: ELSE }), 400, 'InvalidSwap'],
  [27, 'put on another commit', json(PUT, { ...KEPT, record: { text: 'b' }, swapCommit: ELSE }), 400, 'InvalidSwap'],
  [27, 'delete on another commit', json(DELETE, { ...KEPT, swapCommit: ELSE }), 400, 'InvalidSwap'],
  [27, 'applyWrites on another commit', json(APPLY, { repo: ALICE.did, writes: many(1), swapCommit: ELSE }), 400, 'InvalidSwap'],
  [28, 'put over another record', json(PUT, { ...KEPT, record: { text: 'b' }, swapRecord: ELSE }), 400, 'InvalidSwap'],
  [28, 'put over a record where none is expected', json(PUT, { ...KEPT, record: { text: 'kept' }, swapRecord: null }), 400, 'InvalidSwap'],
  [28, 'put over nothing where a record is expected', json(PUT, { ...KEPT, rkey: 'new', record: {}, swapRecord: ELSE }), 400, 'InvalidSwap'],
  [28, 'delete of another record', json(DELETE, { ...KEPT, swapRecord: ELSE }), 400, 'InvalidSwap'],
  [29, '201 writes', json(APPLY, { repo: ALICE.did, writes: many(201) }), 400, 'InvalidRequest'],
  [31, 'JSON of more than 1 MB', record({ text: 'a'.repeat(1_000_000) }), 413, 'PayloadTooLarge'],
  [31, 'JSON said to have more than 1 MB', raw(PUT, { method: 'POST', body: BODY, headers: { ...TYPE, 'content-length': '1000001' } }), 413, 'PayloadTooLarge'],
  [32, 'malformed JSON', json(PUT, '{"repo":'), 400, 'InvalidRequest'],
  [32, 'bytes that are no text', raw(PUT, { method: 'POST', headers: TYPE, body: Uint8Array.from(BODY, (char) => (char === 'k' ? 0xff : char.charCodeAt(0))) }), 400, 'InvalidRequest'],
  [32, 'JSON that is no object', json(PUT, '[]'), 400, 'InvalidRequest'],
  [32, 'another Content-Type', raw(PUT, { method: 'POST', body: BODY, headers: { 'content-type': 'text/plain' } }), 400, 'InvalidRequest'],
  [32, 'no Content-Type', raw(PUT, { method: 'POST', body: new TextEncoder().encode(BODY) }), 400, 'InvalidRequest'],
  [32, 'no body', raw(PUT, { method: 'POST', headers: TYPE }), 400, 'InvalidRequest'],
  [32, 'a body where there is none', json('app.holdfast.kit.generatePassphrase', {}), 400, 'InvalidRequest'],
  [33, 'a Content-Encoding', raw(PUT, { method: 'POST', body: BODY, headers: { ...TYPE, 'content-encoding': 'gzip' } }), 415, 'UnsupportedMediaType'],
  [34, 'a blob that was not uploaded', record({ pic: blob() }), 400, 'BlobNotFound'],
  [36, 'a blob that is too large', raw('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array(1_001) }), 413, 'PayloadTooLarge'],
  [36, 'a blob that is nothing', raw('com.atproto.repo.uploadBlob', { method: 'POST' }), 400, 'InvalidRequest'],
  [38, 'create where a record is', json(CREATE, { ...KEPT, record: { text: 'other' } }), 400, 'InvalidRequest'],
  [39, 'one path twice', json(APPLY, { repo: ALICE.did, writes: [...many(1), ...many(1)] }), 400, 'InvalidRequest'],
  [39, 'an update of nothing', json(APPLY, { repo: ALICE.did, writes: [...many(1), { $type: `${APPLY}#update`, collection: NOTE, rkey: 'none', value: {} }] }), 400, 'InvalidRequest'],
  [39, 'a delete of nothing among others', json(APPLY, { repo: ALICE.did, writes: [...many(1), { $type: `${APPLY}#delete`, collection: NOTE, rkey: 'none' }] }), 400, 'InvalidRequest'],
  [39, 'a write that is none of the three', json(APPLY, { repo: ALICE.did, writes: [{ $type: `${APPLY}#move`, collection: NOTE, rkey: 'kept' }] }), 400, 'InvalidRequest'],
  [40, 'a record that is missing', read('com.atproto.repo.getRecord', { ...KEPT, rkey: 'none' }), 400, 'RecordNotFound'],
  [40, 'an older version', read('com.atproto.repo.getRecord', { ...KEPT, cid: ELSE }), 400, 'RecordNotFound'],
  [41, 'getRecord, unknown repository', read('com.atproto.repo.getRecord', { ...KEPT, repo: STRANGER }), 400, 'RepoNotFound'],
  [41, 'listRecords, unknown repository', read('com.atproto.repo.listRecords', { repo: 'nobody.test', collection: NOTE }), 400, 'RepoNotFound'],
  [41, 'describeRepo, unknown repository', read('com.atproto.repo.describeRepo', { repo: STRANGER }), 400, 'RepoNotFound'],
  ...['getRepo', 'getLatestCommit', 'getRepoStatus', 'listBlobs'].map((name): Row => (
    [41, `${name}, unknown repository`, read(`com.atproto.sync.${name}`, { did: STRANGER }), 400, 'RepoNotFound']
  )),
  [41, 'sync.getRecord, unknown repository', read('com.atproto.sync.getRecord', { did: STRANGER, collection: NOTE, rkey: 'a' }), 400, 'RepoNotFound'],
  [41, 'getBlocks, unknown repository', read('com.atproto.sync.getBlocks', { did: STRANGER, cids: ELSE }), 400, 'RepoNotFound'],
  [41, 'getBlob, unknown repository', read('com.atproto.sync.getBlob', { did: STRANGER, cid: RAW }), 400, 'RepoNotFound'],
  [41, 'a DID that is none', read('com.atproto.sync.getRepo', { did: 'alice.test' }), 400, 'InvalidRequest'],
  [41, 'a DID that is missing', read('com.atproto.sync.getRepo', {}), 400, 'InvalidRequest'],
  [41, 'an account that is unknown', read('app.holdfast.account.describe', { did: STRANGER }), 400, 'AccountNotFound'],
  [41, 'activity of an account that is unknown', read('app.holdfast.activity.list', { did: STRANGER }), 400, 'AccountNotFound'],
  [42, 'a block that is missing', read('com.atproto.sync.getBlocks', { did: ALICE.did, cids: ELSE }), 400, 'BlockNotFound'],
  [42, 'a block that is none', read('com.atproto.sync.getBlocks', { did: ALICE.did, cids: 'bafyreiaaaa' }), 400, 'InvalidRequest'],
  [42, 'too many blocks', read('com.atproto.sync.getBlocks', { did: ALICE.did, cids: Array.from({ length: 501 }, (_, index) => cidOf(Uint8Array.of(index, index >> 8)).toString()) }), 400, 'InvalidRequest'],
  [43, 'a blob that is missing', read('com.atproto.sync.getBlob', { did: ALICE.did, cid: RAW }), 400, 'BlobNotFound'],
  [45, 'a since that is no TID', read('com.atproto.sync.getRepo', { did: ALICE.did, since: 'yesterday' }), 400, 'InvalidRequest'],
  [53, 'a handle that nobody here has', read('com.atproto.identity.resolveHandle', { handle: 'nobody.test' }), 400, 'HandleNotFound'],
  [0, 'a new record without a request id', json(CREATE, { repo: ALICE.did, collection: NOTE, record: {} }), 400, 'InvalidRequest'],
  [0, 'a new record among others without a request id', json(APPLY, { repo: ALICE.did, writes: [{ $type: `${APPLY}#create`, collection: NOTE, value: {} }] }), 400, 'InvalidRequest'],
  [0, 'a request id that is none', (house) => house.create({}, {}, 'short'), 400, 'InvalidRequest'],
  [0, 'a limit beyond the lexicon', read('com.atproto.repo.listRecords', { repo: ALICE.did, collection: NOTE, limit: '101' }), 400, 'InvalidRequest'],
  [0, 'a cursor that is no record key', read('com.atproto.repo.listRecords', { repo: ALICE.did, collection: NOTE, cursor: 'a/b' }), 400, 'InvalidRequest'],
  [0, 'a cursor that is no rev', read('app.holdfast.activity.list', { did: ALICE.did, cursor: 'a' }), 400, 'InvalidRequest'],
];

test('bad inputs get the error of their row, and change nothing', async (t: TestContext) => {
  const house = await houseWithRecord();
  const before = Buffer.from(await house.car());
  const lines: unknown[] = [];
  const feed = house.feed.open('').body!.getReader();
  await feed.read();
  const reading = feed.read().then((line) => lines.push(line));
  for (const [number, what, call, status, error] of ROWS) {
    await t.test(`${number}: ${what}`, async () => {
      assertRefused(await call(house), status, error);
      assert.ok(before.equals(await house.car()), 'the repository is what it was');
      assert.deepEqual(lines, [], 'nobody has heard of anything');
    });
  }
  await feed.cancel();
  await reading;
});

test('3: without the owner, nothing is answered', async () => {
  const house = await houseWithRecord();
  const call = (nsid: string, init?: RequestInit): Promise<Response> => house.pds.fetch(new Request(`http://house.test/xrpc/${nsid}`, init));
  assertRefused(await answerOf(await call(CREATE, { method: 'POST', headers: TYPE, body: BODY })), 401, 'AuthMissing');
  assertRefused(await answerOf(await call('com.atproto.server.describeServer')), 401, 'AuthMissing');
  assertRefused(await answerOf(await call(`com.atproto.sync.getRepo?did=${ALICE.did}`)), 401, 'AuthMissing');
});

test('23: an unknown lexicon is said to be unknown; without validation nothing is said', async () => {
  const house = await PdsHouse.make();
  assert.equal((await house.create({ any: 'thing' })).body['validationStatus'], 'unknown');
  const unasked = await house.create({ text: 1 }, { collection: POST, validate: false });
  assert.equal(unasked.status, 200);
  assert.ok(!('validationStatus' in unasked.body));
  assert.equal((await house.create(post('a'), { collection: POST, validate: true })).body['validationStatus'], 'valid');
});

test('29: 200 writes are one commit', async () => {
  const house = await PdsHouse.make();
  const { status, body } = await house.post(APPLY, { repo: ALICE.did, writes: many(200) });
  assert.equal(status, 200);
  assert.equal((body['results'] as unknown[]).length, 200);
  assert.equal((await house.store.history(ALICE.did, { limit: 10 })).length, 1);
  const none = await house.post(APPLY, { repo: ALICE.did, writes: [] });
  assert.deepEqual(none, { status: 200, body: { results: [] } });
});

test('35: a record that lies about a blob', async () => {
  const house = await PdsHouse.make();
  const { body } = await answerOf(await house.fetch('com.atproto.repo.uploadBlob', {
    method: 'POST', body: 'text', headers: { 'content-type': 'text/plain; charset=utf-8' },
  }));
  const uploaded = body['blob'] as Record<string, unknown>;
  assert.deepEqual({ mimeType: uploaded['mimeType'], size: uploaded['size'] }, { mimeType: 'text/plain', size: 4 });
  assertRefused(await house.create({ file: { ...uploaded, mimeType: 'text/html' } }), 400, 'InvalidMimeType');
  assertRefused(await house.create({ file: { ...uploaded, size: 5 } }), 400, 'InvalidSize');
  assert.equal((await house.create({ file: uploaded })).status, 200);
});

test('37: what changes nothing is no commit', async () => {
  const house = await houseWithRecord();
  const head = await house.head();
  assert.deepEqual(await house.post(DELETE, { ...KEPT, rkey: 'none' }), { status: 200, body: {} });
  const put = await house.post(PUT, { ...KEPT, record: { text: 'kept' } });
  assert.equal(put.status, 200);
  assert.ok(!('commit' in put.body));
  assert.equal(await house.head(), head);
});

test('44: a proof says that there is no record', async () => {
  const house = await houseWithRecord();
  const key = house.keys.get(ALICE.did)!;
  for (const rkey of ['kept', 'none']) {
    const response = await house.fetch('com.atproto.sync.getRecord', { query: { did: ALICE.did, collection: NOTE, rkey } });
    assert.equal(response.status, 200);
    const car = new Uint8Array(await response.arrayBuffer());
    const proven = await verifyRecordProof(car, `${NOTE}/${rkey}`, { key, did: ALICE.did });
    assert.equal(proven.record !== null, rkey === 'kept');
  }
});

test('45: a since that nobody knows gives the repository', async () => {
  const house = await houseWithRecord();
  const response = await house.fetch('com.atproto.sync.getRepo', { query: { did: ALICE.did, since: '2222222222222' } });
  assert.equal(response.headers.get('content-type'), 'application/vnd.ipld.car');
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), await house.car());
});
