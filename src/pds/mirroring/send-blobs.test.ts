import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/pds-house.ts';
import { Town } from '../../../test/support/town.ts';
import { cidOf, createP256Signer, parseCid } from '../../protocol/index.ts';
import { BlobsUnderWay } from './blobs-under-way.ts';
import { MirrorClient } from './mirror-client.ts';
import { sendBlobs } from './send-blobs.ts';
import { PART_BYTES } from './send-parts.ts';

const SEND = 'app.holdfast.bridge.sendBlobs';
const REST = 1_000;
const FILM = Uint8Array.from({ length: 2 * PART_BYTES + REST }, (_, index) => (index * 31) % 256);

/** A paired account whose mirror has lost its blobs; nothing has been sent since. */
async function lacking(...blobs: readonly Uint8Array<ArrayBuffer>[]): Promise<Town> {
  const town = await Town.make();
  town.mirror.maxBlobBytes = 10_000_000;
  for (const blob of blobs) await town.writeBlob(blob);
  await town.paired();
  town.mirror.copy(town.did).blobs.clear();
  town.mirror.came.length = 0;
  return town;
}

/** The parts of these numbers, from 0, do not arrive. */
function lose(town: Town, isLost: (part: number) => boolean): void {
  let parts = 0;
  town.network.fault = (call, place) => call.endsWith('putBlobPart') && place === 'before' && isLost(parts++);
}

const held = ({ mirror, did }: Town): Uint8Array | undefined => mirror.copy(did).blobs.get(cidOf(FILM, 'raw').toString());

test('a large blob goes in parts, and one that is no larger than a part goes whole', async () => {
  const town = await lacking(FILM, FILM.subarray(0, PART_BYTES));
  assert.deepEqual((await town.house.post(SEND, { did: town.did })).body, { sent: 2, missing: 0 });
  assert.deepEqual(town.mirror.came.toSorted((a, b) => a - b), [REST, PART_BYTES, PART_BYTES, PART_BYTES]);
  assert.equal(town.mirror.copy(town.did).aside.size, 0);
  assert.deepEqual(held(town), FILM);
});

test('where the line breaks, the next try sends the rest and no more', async () => {
  const town = await lacking(FILM);
  lose(town, (part) => part > 0);
  assertRefused(await town.house.post(SEND, { did: town.did }), 502, 'MirrorUnreachable');
  assert.deepEqual([town.mirror.came, held(town)], [[PART_BYTES], undefined]);
  lose(town, () => false);
  assert.deepEqual((await town.house.post(SEND, { did: town.did })).body, { sent: 1, missing: 0 });
  assert.deepEqual(town.mirror.came, [PART_BYTES, PART_BYTES, REST]);
  assert.deepEqual(held(town), FILM);
});

test('when one blob cannot be sent, no part of another is begun', async () => {
  const town = await lacking(FILM, FILM.subarray(1), FILM.subarray(2));
  lose(town, (part) => part === 2);
  assertRefused(await town.house.post(SEND, { did: town.did }), 502, 'MirrorUnreachable');
  const { length } = town.mirror.came;
  // What was on its way at that moment may still come, while as much else is done as the rest would take.
  for (let writes = 0; writes < 10; writes++) await town.write(`meanwhile ${writes}`);
  assert.ok(town.mirror.came.length <= length + 2, `${town.mirror.came.length - length} more came`);
});

test('a mirror of an earlier version gets it whole; what is too large for one is missing there', async () => {
  const town = await lacking(FILM);
  town.mirror.takesParts = false;
  assert.deepEqual((await town.house.post(SEND, { did: town.did })).body, { sent: 1, missing: 0 });
  assert.deepEqual([town.mirror.came, held(town)], [[FILM.length], FILM]);
  const other = await lacking(FILM);
  other.mirror.maxBlobBytes = FILM.length - 1;
  assert.deepEqual((await other.house.post(SEND, { did: other.did })).body, { sent: 0, missing: 1 });
});

test('bytes that the mirror finds wrong begin anew with the next try', async () => {
  const town = await lacking(FILM);
  town.mirror.copy(town.did).aside.set(cidOf(FILM, 'raw').toString(), new Uint8Array(PART_BYTES));
  assertRefused(await town.house.post(SEND, { did: town.did }), 502, 'MirrorRefused');
  assert.deepEqual((await town.house.post(SEND, { did: town.did })).body, { sent: 1, missing: 0 });
  assert.deepEqual(town.mirror.came, [PART_BYTES, REST, PART_BYTES, PART_BYTES, REST]);
});

test('a mirror that never holds more is not sent the same for ever', async () => {
  const town = await lacking(FILM);
  let parts = 0;
  town.network.add(town.mirror.url, async (_request, path) => {
    if (path.endsWith('putBlobPart')) parts++;
    return Response.json({ offset: 0, cids: [cidOf(FILM, 'raw').toString()] });
  });
  assertRefused(await town.house.post(SEND, { did: town.did }), 502, 'MirrorRefused');
  assert.equal(parts, 1);
});

test('where the one who sent it before has brought a little more since the question, it goes on from there', async () => {
  const town = await lacking(FILM);
  const aside = FILM.subarray(0, PART_BYTES + 500);
  town.network.fault = (call) => {
    if (call.endsWith('putBlobPart') && town.mirror.came.length === 1) town.mirror.copy(town.did).aside.set(cidOf(FILM, 'raw').toString(), aside);
    return false;
  };
  assert.deepEqual((await town.house.post(SEND, { did: town.did })).body, { sent: 1, missing: 0 });
  assert.deepEqual([town.mirror.came, held(town)], [[PART_BYTES, PART_BYTES, REST - 500], FILM]);
});

test('those who send the same blob of this house at once send it once', async () => {
  const town = await lacking(FILM);
  const all = await Promise.all([1, 2, 3].map(() => town.house.post(SEND, { did: town.did })));
  assert.deepEqual(all.map(({ body }) => body), [1, 2, 3].map(() => ({ sent: 1, missing: 0 })));
  assert.deepEqual(town.mirror.came, [PART_BYTES, PART_BYTES, REST]);
  // What has failed is begun anew.
  town.mirror.copy(town.did).blobs.clear();
  lose(town, () => true);
  for (const { body } of await Promise.all([1, 2].map(() => town.house.post(SEND, { did: town.did })))) assert.equal(body['error'], 'MirrorUnreachable');
  lose(town, () => false);
  assert.deepEqual((await town.house.post(SEND, { did: town.did })).body, { sent: 1, missing: 0 });
});

test('the feed tells how far large blobs are, once that has taken a second, and that they have come', async () => {
  const town = await lacking(FILM);
  const cid = cidOf(FILM, 'raw');
  const { signing } = (await town.house.store.keys(town.did))!;
  const client = new MirrorClient({
    fetch: town.network.fetch, now: Date.now, did: town.did, signer: await createP256Signer(signing), url: town.mirror.url, mirrorDid: town.mirror.did,
  });
  const { blobs, feed } = town.house;
  const blobsUnderWay = new BlobsUnderWay();
  const lines = feed.open('1').text();
  for (const ms of [0, 700]) {
    let clock = 0;
    await sendBlobs({ blobs, feed, blobsUnderWay, now: () => clock += ms }, town.did, client, [parseCid(cid.toString())]);
    town.mirror.copy(town.did).blobs.clear();
  }
  feed.end();
  const told = (await lines).trim().split('\n').map((line) => JSON.parse(line) as { type: string; done: number }).filter(({ type }) => type === 'sending');
  const total = FILM.length;
  assert.deepEqual(told, [PART_BYTES, 2 * PART_BYTES, total].map((done) => ({ type: 'sending', did: town.did, done, total })));
});
