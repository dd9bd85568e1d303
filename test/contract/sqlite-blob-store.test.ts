import assert from 'node:assert/strict';
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cidOf, parseDid, tidFrom } from '../../src/protocol/index.ts';
import type { Cid, Did, Tid } from '../../src/protocol/index.ts';
import { blobStoreContract } from '../../src/testing/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';
import { mirrorAsHouse } from '../support/mirror-as-house.ts';
import { until } from '../support/until.ts';

const ANN = parseDid('did:web:ann.test');
const BOB = parseDid('did:web:bob.test');

for (const { name, run } of blobStoreContract) {
  test(`blobs of a mirror: ${name}`, () => inDirectory((directory) => (
    opened(directory, {}, ({ store, blobs }) => run({ store: mirrorAsHouse(store), blobs }))
  )));
}

test('a stream is kept if it hashes to its CID and is not too long, and leaves nothing otherwise', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store, blobs }) => {
    await store.enroll({ did: ANN });
    const { bytes, cid } = blobOf(300_000);
    const info = { cid, mimeType: 'image/png' };
    await assert.rejects(blobs.putStream(ANN, chunks(bytes), info, 299_999), { code: 'BlobTooLarge' });
    await assert.rejects(blobs.putStream(ANN, chunks(bytes.subarray(1)), info, 300_000), { code: 'InvalidBlob' });
    await assert.rejects(blobs.putStream(ANN, broken(bytes), info, 300_000), { message: 'planted' });
    await assert.rejects(blobs.putStream(BOB, chunks(bytes), info, 300_000), { code: 'AccountMissing' });
    assert.deepEqual([await blobs.info(ANN, cid), filesIn(directory)], [undefined, []]);
    assert.equal((await blobs.putStream(ANN, chunks(bytes), info, 300_000)).size, 300_000);
    assert.deepEqual(new Uint8Array(await (await blobs.bytes(ANN, cid))!.arrayBuffer()), bytes);
    assert.deepEqual(filesIn(directory), [cid.toString()]);
  });
}));

test('of streams that come at once no more are kept than there is room for, and what is there already needs none', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store, blobs }) => {
    await store.enroll({ did: ANN });
    const coming = Array.from({ length: 9 }, (_, index) => blobOf(100 + index));
    const put = ({ bytes, cid }: (typeof coming)[number]): Promise<string> => (
      blobs.putStream(ANN, chunks(bytes), { cid, mimeType: 'a/b' }, 1_000, 350).then(() => 'kept', ({ code }: { readonly code: string }) => code)
    );
    const outcomes = await Promise.all(coming.map(put));
    assert.deepEqual(outcomes.toSorted(), [...Array<string>(6).fill('QuotaExceeded'), ...Array<string>(3).fill('kept')]);
    assert.equal(filesIn(directory).length, 3);
    assert.equal(await put(coming[outcomes.indexOf('kept')]!), 'kept');
  });
}));

test('what comes takes its room before it is whole, as much as was announced or has come; nothing is read of what finds none', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store, blobs }) => {
    await store.enroll({ did: ANN });
    const ways = { announced: (size: number) => ({ size }), grown: () => ({}) };
    for (const [index, [way, said]] of Object.entries(ways).entries()) {
      // Of the round before two are here.
      const most = 1_000 + 900 * index;
      const [first, second, third] = [blobOf(600 + index), blobOf(500 + index), blobOf(300 + index)];
      const goOn = Promise.withResolvers<void>();
      let begun = false;
      async function* halting(): AsyncGenerator<Uint8Array> {
        yield first.bytes.subarray(0, 550);
        begun = true;
        await goOn.promise;
        yield first.bytes.subarray(550);
      }
      const put = ({ bytes, cid }: Made, stream: AsyncIterable<Uint8Array>): Promise<unknown> => (
        blobs.putStream(ANN, stream, { cid, mimeType: 'a/b', ...said(bytes.length) }, 1_000, most)
      );
      const coming = put(first, halting());
      await until('the first has begun', async () => begun);
      let asked = 0;
      async function* counted(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < 500; at += 100, asked++) yield second.bytes.subarray(at, at + 100);
      }
      await assert.rejects(put(second, counted()), { code: 'QuotaExceeded' }, way);
      assert.ok(way === 'announced' ? asked === 0 : asked < 5, `${asked} pieces were read`);
      const inParts = { ...second, mimeType: 'a/b', size: second.bytes.length };
      await assert.rejects(blobs.uploads.offset(ANN, inParts, { limit: 1_000, most }), { code: 'QuotaExceeded' }, way);
      await assert.rejects(blobs.uploads.put(ANN, inParts, chunks(second.bytes), 0, { limit: 1_000, most }), { code: 'QuotaExceeded' }, way);
      assert.equal(filesIn(directory).length, 1 + 2 * index, way);
      await put(third, chunks(third.bytes));
      goOn.resolve();
      await coming;
      // What has come takes its room once.
      assert.deepEqual([(await blobs.usage(ANN)).blobs, filesIn(directory).length], [2 + 2 * index, 2 + 2 * index]);
      await put(first, chunks(first.bytes));
    }
  });
}));

test('of one account so many come at once and no more; whoever sends a blob anew ends who sent it before', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store, blobs }) => {
    for (const did of [ANN, BOB]) await store.enroll({ did });
    const end = Promise.withResolvers<void>();
    const all = Array.from({ length: 16 }, (_, index) => blobOf(200 + index));
    async function* halting({ bytes }: Made): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 10);
      await end.promise;
      yield bytes.subarray(10);
    }
    const put = (did: Did, blob: Made, stream: AsyncIterable<Uint8Array>): Promise<unknown> => blobs.putStream(did, stream, { cid: blob.cid, mimeType: 'a/b' }, 1_000, 100_000);
    const coming = all.map((blob) => put(ANN, blob, halting(blob)));
    await until('all have begun', async () => filesIn(directory).length === 16);
    const other = blobOf(99);
    await assert.rejects(put(ANN, other, chunks(other.bytes)), { code: 'TooManyUploads' });
    await put(BOB, other, chunks(other.bytes));
    const ended = assert.rejects(coming[0]!, { code: 'UploadTaken' });
    await put(ANN, all[0]!, chunks(all[0]!.bytes));
    await ended;
    await put(ANN, other, chunks(other.bytes));
    end.resolve();
    await Promise.all(coming.slice(1));
    assert.equal((await blobs.usage(ANN)).blobs, 17);
  });
}));

test('a blob that is here comes again where there is no room, and brings no more than itself', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store, blobs }) => {
    await store.enroll({ did: ANN });
    const { bytes, cid } = blobOf(500);
    const put = (stream: AsyncIterable<Uint8Array>, size?: number): Promise<unknown> => (
      blobs.putStream(ANN, stream, { cid, mimeType: 'a/b', ...(size !== undefined && { size }) }, 1_000, 500)
    );
    for (const size of [undefined, 500, 500, undefined]) await put(chunks(bytes), size);
    await assert.rejects(put(chunks(bytes), 501), { code: 'QuotaExceeded' });
    await assert.rejects(put(chunks(new Uint8Array(501))), { code: 'QuotaExceeded' });
    assert.deepEqual(await blobs.usage(ANN), { blobs: 1, bytes: 500 });
  });
}));

test('two accounts share the file of a blob, and neither sees the other by it', () => inDirectory(async (directory) => {
  let now = 1_750_000_000_000;
  await opened(directory, { now: () => now }, async ({ store, blobs }) => {
    const { bytes, cid } = blobOf(1000);
    for (const did of [ANN, BOB]) await store.enroll({ did });
    await blobs.put(ANN, bytes, { cid, mimeType: 'a/ann' });
    assert.equal(await blobs.info(BOB, cid), undefined);
    await blobs.put(BOB, bytes, { cid, mimeType: 'b/bob' });
    assert.equal((await blobs.bytes(ANN, cid))?.type, 'a/ann');
    assert.deepEqual(filesIn(directory), [cid.toString()]);
    await store.remove(ANN);
    assert.equal((await blobs.bytes(BOB, cid))?.size, 1000);
    now += 1000;
    assert.equal(await blobs.collect(BOB, 500), 1);
    assert.deepEqual(filesIn(directory), []);
  });
}));

test('what a mirror adopts decides which blobs its records name', () => inDirectory(async (directory) => {
  let now = 1_750_000_000_000;
  await opened(directory, { now: () => now }, async ({ store, blobs }) => {
    const [a, b] = [blobOf(10), blobOf(20)];
    await store.enroll({ did: ANN });
    for (const { bytes, cid } of [a, b]) await blobs.put(ANN, bytes, { cid, mimeType: 'a/b' });
    const heads = [headOf(1), headOf(2)] as const;
    for (const [index, blob] of [a, b].entries()) {
      const writer = await store.copy(ANN);
      await writer.add([], new Map([['a.b.c/d', [blob.cid]]]));
      await writer.adopt({
        expected: heads[index - 1]?.cid, head: heads[index]!, signingKey: 'did:key:z', collections: new Map(), events: [],
      });
      now += 1000;
    }
    assert.deepEqual([await blobs.isReferenced(ANN, a.cid), await blobs.isReferenced(ANN, b.cid)], [false, true]);
    assert.deepEqual((await blobs.list(ANN, { limit: 9, since: heads[0].rev })).map(String), [b.cid.toString()]);
    assert.deepEqual(await blobs.list(ANN, { limit: 9, since: heads[1].rev }), []);
    // Temporary since it was let go, not since it came.
    assert.deepEqual([await blobs.collect(ANN, 1500), await blobs.collect(ANN, 500)], [0, 1]);
  });
}));

test('a blob whose file was cut short is damaged, and whole when it is sent again', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store, blobs }) => {
    const { bytes, cid } = blobOf(1000);
    await store.enroll({ did: ANN });
    await blobs.put(ANN, bytes, { cid, mimeType: 'a/b' });
    const path = join(directory, 'blobs', cid.toString().slice(-4, -2), cid.toString());
    truncateSync(path, 500);
    await assert.rejects(blobs.bytes(ANN, cid), { code: 'StoreDamaged' });
    rmSync(path);
    await assert.rejects(blobs.bytes(ANN, cid), { code: 'StoreDamaged' });
    await blobs.put(ANN, bytes, { cid, mimeType: 'a/b' });
    truncateSync(path, 500);
    await blobs.put(ANN, bytes, { cid, mimeType: 'a/b' });
    assert.deepEqual(new Uint8Array(await (await blobs.bytes(ANN, cid))!.arrayBuffer()), bytes);
  });
}));

/** Names of files that hold blobs, those aside too. */
function filesIn(directory: string): string[] {
  const entries = readdirSync(join(directory, 'blobs'), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

interface Made {
  readonly bytes: Uint8Array;
  readonly cid: Cid;
}

function blobOf(size: number): Made {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) % 256);
  return { bytes, cid: cidOf(bytes, 'raw') };
}

function headOf(number: number): { readonly cid: Cid; readonly rev: Tid; readonly data: Cid } {
  const cid = cidOf(Uint8Array.of(number));
  return { cid, rev: tidFrom(1_750_000_000_000_000 + number, 1), data: cid };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}

async function* broken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 1000);
  throw new Error('planted');
}
