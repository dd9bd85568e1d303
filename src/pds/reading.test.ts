import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, encodeCbor, parseCid } from '../protocol/index.ts';
import { readCar, verifyRepository } from '../repo/index.ts';
import { ALICE, answerOf, assertRefused, BOB, NOTE, PdsHouse } from '../../test/support/pds-house.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);

interface Listed { readonly records: { readonly uri: string; readonly cid: string; readonly value: unknown }[]; readonly cursor?: string }

async function houseOf(count: number): Promise<PdsHouse> {
  const house = await PdsHouse.make();
  const writes = Array.from({ length: count }, (_, n) => ({ $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, rkey: `r${100 + n}`, value: { n } }));
  const around = ['app.holdfast.nota', 'app.holdfast.note.more', 'app.holdfast.notf'].map((collection) => (
    { $type: 'com.atproto.repo.applyWrites#create', collection, rkey: 'a', value: {} }
  ));
  const { status } = await house.post('com.atproto.repo.applyWrites', { repo: ALICE.did, writes: [...writes, ...around] });
  assert.equal(status, 200);
  return house;
}

function upload(house: PdsHouse, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): ReturnType<typeof answerOf> {
  return house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body, headers }).then(answerOf);
}

for (const reverse of [false, true]) {
  test(`a collection is listed page by page, ${reverse ? 'oldest' : 'newest'} first, each record once and no other`, async () => {
    const house = await houseOf(25);
    const keys: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const query = { repo: ALICE.did, collection: NOTE, limit: '10', reverse: String(reverse), ...(cursor !== undefined && { cursor }) };
      const { status, body } = await house.get('com.atproto.repo.listRecords', query);
      assert.equal(status, 200);
      const listed = body as unknown as Listed;
      for (const { uri, cid, value } of listed.records) {
        assert.equal(cidOf(encodeCbor(value as never)).toString(), cid);
        keys.push(uri.split('/').at(-1)!);
      }
      cursor = listed.cursor;
      pages++;
    } while (cursor !== undefined);
    assert.equal(pages, 3);
    const expected = Array.from({ length: 25 }, (_, n) => `r${100 + n}`);
    assert.deepEqual(keys, reverse ? expected : expected.reverse());
  });
}

test('a collection that is empty is listed as empty', async () => {
  const house = await houseOf(1);
  assert.deepEqual((await house.get('com.atproto.repo.listRecords', { repo: ALICE.did, collection: 'app.holdfast.none' })).body, { records: [] });
});

test('a repository is streamed as it was when the stream began', async () => {
  const house = await houseOf(150);
  const head = await house.head();
  const response = await house.fetch('com.atproto.sync.getRepo', { query: { did: ALICE.did } });
  for (const rkey of ['r100', 'r101']) await house.post('com.atproto.repo.deleteRecord', { repo: ALICE.did, collection: NOTE, rkey });
  await house.store.maintain(ALICE.did);
  const { commit, records } = await verifyRepository(response.body!, { key: house.keys.get(ALICE.did)!, did: ALICE.did });
  assert.equal(commit.cid.toString(), head);
  assert.equal(records, 153);
});

test('what a stream reads is held until it ends, is cancelled or fails', async () => {
  let held = 0;
  const house = await PdsHouse.make({}, (store) => new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'reading') {
        return async (...args: Parameters<typeof target.reading>) => {
          held++;
          try {
            return await target.reading(...args);
          } finally {
            held--;
          }
        };
      }
      return typeof value === 'function' ? value.bind(target) as unknown : value;
    },
  }));
  const stream = async (): Promise<ReadableStream<Uint8Array>> => (await house.fetch('com.atproto.sync.getRepo', { query: { did: ALICE.did } })).body!;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const unread = await stream();
  assert.equal(held, 1);
  await unread.cancel();
  await settled();
  assert.equal(held, 0);
  const read = (await stream()).getReader();
  while (!(await read.read()).done) assert.equal(held, 1);
  await settled();
  assert.equal(held, 0);
});

test('blocks are given by CID', async () => {
  const house = await houseOf(1);
  const head = await house.head();
  const response = await house.fetch('com.atproto.sync.getBlocks', { query: { did: ALICE.did, cids: [head, head] } });
  const { root, blocks } = readCar(new Uint8Array(await response.arrayBuffer()));
  assert.deepEqual([root.toString(), ...blocks.map(({ cid }) => cid.toString())], [head, head]);
});

test('a blob is temporary until a record names it, then listed and served so that nothing runs', async () => {
  const house = await PdsHouse.make();
  const { status, body } = await upload(house, PNG, { 'content-type': 'image/jpeg' });
  assert.equal(status, 200);
  const cid = cidOf(PNG, 'raw').toString();
  const blob = { $type: 'blob', ref: { $link: cid }, mimeType: 'image/png', size: PNG.length };
  assert.deepEqual(body, { blob });
  const query = { did: ALICE.did, cid };
  assertRefused(await house.get('com.atproto.sync.getBlob', query), 400, 'BlobNotFound');
  assert.deepEqual((await house.get('com.atproto.sync.listBlobs', { did: ALICE.did })).body, { cids: [] });
  const { commit } = (await house.create({ pictures: [{ blob }, { again: blob }] })).body as { commit: { rev: string } };
  const response = await house.fetch('com.atproto.sync.getBlob', { query });
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), PNG);
  const header = (name: string): string | null => response.headers.get(name);
  assert.deepEqual(
    [header('content-type'), header('content-length'), header('content-disposition'), header('content-security-policy'), header('x-content-type-options')],
    ['image/png', String(PNG.length), `attachment; filename="${cid}"`, "default-src 'none'; sandbox", 'nosniff'],
  );
  assert.deepEqual((await house.get('com.atproto.sync.listBlobs', { did: ALICE.did, limit: '1' })).body, { cids: [cid], cursor: cid });
  assert.deepEqual((await house.get('com.atproto.sync.listBlobs', { did: ALICE.did, cursor: cid })).body, { cids: [] });
  assert.deepEqual((await house.get('com.atproto.sync.listBlobs', { did: ALICE.did, since: commit.rev })).body, { cids: [] });
  const { account, blobs, blobBytes } = (await house.get('app.holdfast.account.describe', { did: ALICE.did })).body;
  assert.ok(account);
  assert.deepEqual([blobs, blobBytes], [1, PNG.length]);
});

test('blobs that records name and that are not here are listed with a record that names them', async () => {
  const house = await PdsHouse.make();
  const blobs = await Promise.all([1, 2, 3].map(async (byte) => {
    const upload = await house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array([byte]), headers: { 'content-type': 'image/png' } });
    return (await upload.json() as { blob: { ref: { $link: string } } }).blob;
  }));
  const uris = new Map<string, unknown>();
  for (const blob of blobs) uris.set(blob.ref.$link, (await house.create({ blob })).body['uri']);
  const ask = async (query: Record<string, string> = {}): Promise<unknown> => (await house.get('com.atproto.repo.listMissingBlobs', query)).body;
  assert.deepEqual(await ask(), { blobs: [] });
  const gone = blobs.slice(1).map(({ ref }) => ref.$link).sort();
  const { info } = house.blobs;
  house.blobs.info = async (did, cid) => (gone.includes(cid.toString()) ? undefined : info.call(house.blobs, did, cid));
  const rows = gone.map((cid) => ({ cid, recordUri: uris.get(cid) }));
  assert.deepEqual(await ask(), { blobs: rows });
  assert.deepEqual(await ask({ limit: '1' }), { blobs: rows.slice(0, 1), cursor: gone[0] });
  assert.deepEqual(await ask({ limit: '1', cursor: gone[0]! }), { blobs: rows.slice(1), cursor: gone[1] });
  assert.deepEqual(await ask({ cursor: gone[1]! }), { blobs: [] });
});

test('a part of a blob is given where one is asked for, so that a download goes on', async () => {
  const house = await PdsHouse.make();
  const upload = await house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: 'abcdefghij', headers: { 'content-type': 'text/plain' } });
  const { blob } = await upload.json() as { blob: { ref: { $link: string } } };
  await house.create({ blob });
  const cid = blob.ref.$link;
  const ask = async (headers: Record<string, string>, method = 'GET'): Promise<unknown[]> => {
    const response = await house.fetch('com.atproto.sync.getBlob', { query: { did: ALICE.did, cid }, headers, method });
    return [response.status, await response.text(), response.headers.get('content-range'), response.headers.get('content-length')];
  };
  assert.deepEqual(await ask({ range: 'bytes=2-4' }), [206, 'cde', 'bytes 2-4/10', '3']);
  assert.deepEqual(await ask({ range: 'bytes=7-' }), [206, 'hij', 'bytes 7-9/10', '3']);
  assert.deepEqual(await ask({ range: 'bytes=-2', 'if-range': `"${cid}"` }), [206, 'ij', 'bytes 8-9/10', '2']);
  for (const headers of [{}, { range: 'bytes=0-1,4-5' }, { range: 'bytes=2-4', 'if-range': '"another"' }]) assert.deepEqual(await ask(headers as Record<string, string>), [200, 'abcdefghij', null, '10']);
  const [status, words, of] = await ask({ range: 'bytes=10-' });
  assert.deepEqual([status, (JSON.parse(String(words)) as { error: string }).error, of], [416, 'InvalidRequest', 'bytes */10']);
  // A range is a matter of GET alone, and who has the blob is given nothing.
  for (const range of ['bytes=2-4', 'bytes=20-']) assert.deepEqual((await ask({ range }, 'HEAD')).filter((_, index) => index !== 1), [200, null, '10']);
  for (const tag of [`"${cid}"`, '*', `"another", W/"${cid}"`]) assert.deepEqual((await ask({ 'if-none-match': tag })).slice(0, 2), [304, '']);
  assert.deepEqual((await ask({ 'if-none-match': '"another"' })).slice(0, 2), [200, 'abcdefghij']);
  const { headers } = await house.fetch('com.atproto.sync.getBlob', { query: { did: ALICE.did, cid }, headers: { range: 'bytes=0-0' } });
  assert.deepEqual(['etag', 'accept-ranges', 'x-content-type-options', 'content-security-policy'].map((name) => headers.get(name)), [`"${cid}"`, 'bytes', 'nosniff', "default-src 'none'; sandbox"]);
});

test('a blob without a type is of no type in particular', async () => {
  const house = await PdsHouse.make();
  for (const headers of [{}, { 'content-type': '*/*' }, { 'content-type': 'nonsense' }]) {
    const { body } = await upload(house, new TextEncoder().encode('<script>'), headers);
    assert.equal((body['blob'] as { mimeType: string }).mimeType, 'application/octet-stream');
  }
});

test('in a house of several accounts, a blob is for the one that is named', async () => {
  const house = await PdsHouse.make();
  await house.addAccount(BOB);
  assertRefused(await upload(house, PNG), 400, 'InvalidRequest');
  assertRefused(await upload(house, PNG, { 'holdfast-account': 'eve.test' }), 403, 'AccountNotFound');
  assert.equal((await upload(house, PNG, { 'holdfast-account': BOB.handle })).status, 200);
  const cid = cidOf(PNG, 'raw');
  assert.equal(await house.blobs.info(ALICE.did, cid), undefined);
  assert.ok(await house.blobs.info(BOB.did, cid));
});

test('links, bytes and blobs of a record come back as they were', async () => {
  const house = await PdsHouse.make();
  const link = cidOf(new Uint8Array(1)).toString();
  const value = { $type: NOTE, link: { $link: link }, bytes: { $bytes: 'AQID' }, null: null, list: [1, { deep: true }] };
  const { body } = await house.create(value, { rkey: 'a' });
  const read = await house.get('com.atproto.repo.getRecord', { repo: ALICE.did, collection: NOTE, rkey: 'a' });
  assert.deepEqual(read.body['value'], value);
  const expected = cidOf(encodeCbor({ ...value, link: parseCid(link), bytes: Uint8Array.of(1, 2, 3) }));
  assert.equal(body['cid'], expected.toString());
});
