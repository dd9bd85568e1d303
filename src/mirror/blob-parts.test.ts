import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { until } from '../../test/support/until.ts';
import { cidOf } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import { makeBackup } from './safekeeping/backup.ts';

const refused = ({ status, body }: Told): readonly unknown[] => [status, body['error']];

function bytesOf(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed) % 256);
}

describe('blobs that come in parts', () => {
  let mirror: RunningTestMirror;
  before(async () => {
    mirror = await startTestMirror();
  });
  after(() => mirror.close());

  const queryOf = (bytes: Uint8Array<ArrayBuffer>, more: object): string => `?${new URLSearchParams({ cid: cidOf(bytes, 'raw').toString(), size: String(bytes.length), ...more })}`;

  function putPart(house: MirrorHouse, bytes: Uint8Array<ArrayBuffer>, offset: number, to = bytes.length, more: object = {}): Promise<Told> {
    return house.call('putBlobPart', { body: bytes.subarray(offset, to), headers: { 'content-type': 'image/png' } }, queryOf(bytes, { offset: String(offset), ...more }));
  }

  function offsetOf(house: MirrorHouse, bytes: Uint8Array<ArrayBuffer>): Promise<Told> {
    return house.call('getBlobOffset', { method: 'GET' }, queryOf(bytes, {}));
  }

  const getBlob = (house: MirrorHouse, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> => (
    fetch(`${mirror.url}/xrpc/com.atproto.sync.getBlob?did=${house.did}&cid=${cidOf(bytes, 'raw').toString()}`, { headers }));

  it('are missing and served to nobody before the last part, over a restart too', async () => {
    const bytes = bytesOf(900_000);
    const pic = { $type: 'blob', ref: cidOf(bytes, 'raw'), mimeType: 'image/png', size: bytes.length };
    const house = await MirrorHouse.paired(mirror, 1, [note('one', 'one', { pic })]);
    assert.deepEqual((await offsetOf(house, bytes)).body, { offset: 0 });
    assert.deepEqual((await putPart(house, bytes, 0, 300_000)).body, { offset: 300_000 });
    await mirror.restart();
    assert.equal((await getBlob(house, bytes)).status, 400);
    assert.deepEqual((await house.call('listMissingBlobs', { method: 'GET' })).body['cids'], [cidOf(bytes, 'raw').toString()]);
    assert.deepEqual((await offsetOf(house, bytes)).body, { offset: 300_000 });
    assert.deepEqual((await putPart(house, bytes, 300_000)).body, { offset: 900_000 });
    const served = await getBlob(house, bytes);
    assert.deepEqual([served.headers.get('content-type'), new Uint8Array(await served.arrayBuffer())], ['image/png', bytes]);
    assert.deepEqual((await offsetOf(house, bytes)).body, { offset: 900_000 });
  });

  it('are served whole and by ranges, whether they are read at once or by and by', async () => {
    const blobs = [bytesOf(200_000, 5), bytesOf(700_000, 6)];
    const pics = blobs.map((bytes) => ({ $type: 'blob', ref: cidOf(bytes, 'raw'), mimeType: 'image/png', size: bytes.length }));
    const house = await MirrorHouse.paired(mirror, 9, [note('one', 'one', { pics })]);
    for (const bytes of blobs) {
      assert.deepEqual((await putPart(house, bytes, 0)).body, { offset: bytes.length });
      assert.deepEqual(new Uint8Array(await (await getBlob(house, bytes)).arrayBuffer()), bytes);
      const part = await getBlob(house, bytes, { range: 'bytes=100000-150000' });
      assert.deepEqual([part.status, part.headers.get('content-range'), part.headers.get('content-type')], [206, `bytes 100000-150000/${bytes.length}`, 'image/png']);
      assert.deepEqual(new Uint8Array(await part.arrayBuffer()), bytes.subarray(100_000, 150_001));
      const end = await getBlob(house, bytes, { range: 'bytes=-7' });
      assert.deepEqual(new Uint8Array(await end.arrayBuffer()), bytes.subarray(-7));
    }
  });

  it('are refused by name, and what is held stays', async () => {
    const house = await MirrorHouse.paired(mirror, 2);
    const bytes = bytesOf(900_000, 2);
    await putPart(house, bytes, 0, 300_000);
    assert.deepEqual(refused(await putPart(house, bytes, 400_000)), [409, 'WrongOffset']);
    assert.deepEqual(refused(await putPart(house, bytes, 300_000, 900_000, { offset: '-1' })), [409, 'WrongOffset']);
    const long = new Uint8Array(600_001);
    assert.deepEqual(refused(await house.call('putBlobPart', { body: long, headers: { 'content-type': 'image/png' } }, queryOf(bytes, { offset: '300000' }))), [413, 'PartTooLarge']);
    assert.deepEqual(refused(await putPart(house, bytesOf(1_000_001), 0, 1_000)), [413, 'BlobTooLarge']);
    assert.deepEqual(refused(await offsetOf(house, bytesOf(1_000_001))), [413, 'BlobTooLarge']);
    assert.deepEqual(refused(await putPart(house, bytes, 300_000, 900_000, { size: '0' })), [400, 'InvalidRequest']);
    assert.deepEqual((await offsetOf(house, bytes)).body, { offset: 300_000 });
    const other = bytesOf(900_000, 3).subarray(300_000);
    assert.deepEqual(refused(await house.call('putBlobPart', { body: other, headers: { 'content-type': 'image/png' } }, queryOf(bytes, { offset: '300000' }))), [400, 'InvalidBlob']);
    assert.deepEqual((await offsetOf(house, bytes)).body, { offset: 0 });
  });

  it('take a token for the method, of an account that is here and open', async () => {
    const house = await MirrorHouse.paired(mirror, 3);
    const bytes = bytesOf(1_000);
    for (const [method, other, init] of [['putBlobPart', 'putBlob', { body: bytes }], ['getBlobOffset', 'putBlobPart', { method: 'GET' }]] as const) {
      const headers = { authorization: `Bearer ${await house.token(other)}`, 'content-type': 'image/png' };
      assert.deepEqual(refused(await house.call(method, { ...init, headers }, queryOf(bytes, { offset: '0' }))), [401, 'BadJwtLexiconMethod']);
    }
    const stranger = await MirrorHouse.make(mirror, 4);
    stranger.register();
    assert.deepEqual(refused(await putPart(stranger, bytes, 0)), [400, 'AccountNotFound']);
    assert.deepEqual(refused(await offsetOf(stranger, bytes)), [400, 'AccountNotFound']);
  });

  it('are no part of a backup, and nothing that verify minds; from one they begin anew', async () => {
    const house = await MirrorHouse.paired(mirror, 7);
    const bytes = bytesOf(900_000, 7);
    await putPart(house, bytes, 0, 300_000);
    const to = join(mirror.folder, 'copy');
    assert.deepEqual((await makeBackup({ from: mirror.folder, to, version: '1' })).faults, []);
    assert.deepEqual([existsSync(join(mirror.folder, 'blobs', 'parts')), existsSync(join(to, 'blobs', 'parts'))], [true, false]);
    const { blobs, close } = await openMirrorStore(to);
    const [blob, room] = [{ cid: cidOf(bytes, 'raw'), mimeType: 'image/png', size: bytes.length }, { limit: 1e6, most: 1e6 }];
    assert.equal(await blobs.uploads.offset(house.did, blob, room), 0);
    assert.equal(await blobs.uploads.put(house.did, blob, new Blob([bytes]).stream(), 0, room), bytes.length);
    await close();
  });

  it('take the room of the whole blob from the first part on, however many come at once; and give it back when the account leaves', async () => {
    const house = await MirrorHouse.paired(mirror, 5);
    const outcomes = await Promise.all(Array.from({ length: 9 }, (_, seed) => putPart(house, bytesOf(900_000, seed), 0, 1_000)));
    assert.deepEqual(outcomes.map(({ body }) => body['error'] ?? 'held').toSorted(), [...Array<string>(4).fill('QuotaExceeded'), ...Array<string>(5).fill('held')]);
    assert.deepEqual(refused(await house.putBlob(new Uint8Array(600_000))), [413, 'QuotaExceeded']);
    assert.deepEqual(refused(await offsetOf(house, bytesOf(900_000, 99))), [413, 'QuotaExceeded']);
    const { usage } = (await house.call('getUsage', { method: 'GET' })).body as { usage: { blobBytes: number } };
    assert.equal(usage.blobBytes, 4_500_000);
    house.move('https://elsewhere.test');
    await house.expect('leave', {});
    house.register();
    await house.enroll();
    assert.equal((await house.putBlob(new Uint8Array(600_000))).status, 200);
  });

  it('go on from where a connection broke off', async () => {
    const house = await MirrorHouse.paired(mirror, 6);
    const bytes = bytesOf(900_000, 6);
    const cut = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.subarray(0, 500_000)),
    });
    const init: RequestInit & { readonly duplex: 'half' } = { body, duplex: 'half', signal: cut.signal, headers: { 'content-type': 'image/png' } };
    const sending = assert.rejects(house.call('putBlobPart', init, queryOf(bytes, { offset: '0' })), { name: 'AbortError' });
    const parts = join(mirror.folder, 'blobs', 'parts');
    const isThis = (name: string): boolean => name.startsWith(cidOf(bytes, 'raw').toString());
    await until('some of the part is there', () => readdirSync(parts).filter(isThis).some((name) => statSync(join(parts, name)).size > 0));
    cut.abort();
    await sending;
    await until('what came is held', async () => Number((await offsetOf(house, bytes)).body['offset']) > 0);
    const { offset } = (await offsetOf(house, bytes)).body;
    assert.deepEqual((await putPart(house, bytes, Number(offset))).body, { offset: 900_000 });
  });
});
