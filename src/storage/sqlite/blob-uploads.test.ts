import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { queryObjects } from 'node:v8';
import { inDirectory, opened } from '../../../test/support/mirror-directory.ts';
import { until } from '../../../test/support/until.ts';
import { cidOf, parseDid } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { blobPath } from './blob-files.ts';
import type { BlobUploads } from './blob-uploads.ts';
import type { StorePoint } from './database.ts';
import { openMirrorStore } from './open-mirror-store.ts';

const ANN = parseDid('did:web:ann.test');
const BOB = parseDid('did:web:bob.test');
const ROOM = { limit: 10_000, most: 100_000 };
const BROKEN = new Error('the line is broken');

interface Made {
  readonly bytes: Uint8Array;
  readonly cid: Cid;
  readonly size: number;
  readonly mimeType: string;
}

function blobOf(size: number, seed = size): Made {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + seed) % 256);
  return { bytes, size, cid: cidOf(bytes, 'raw'), mimeType: 'video/mp4' };
}

/** The bytes from there to there, in chunks; then, if asked for, the line breaks. */
async function* part({ bytes }: Made, from: number, to: number, breaks = false): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += 100) yield bytes.subarray(at, Math.min(at + 100, to));
  if (breaks) throw BROKEN;
}

function put(uploads: BlobUploads, blob: Made, from: number, to = blob.size, did: Did = ANN): Promise<number> {
  return uploads.put(did, blob, part(blob, from, to), from, ROOM);
}

/** What lies aside. */
const aside = (directory: string): readonly string[] => readdirSync(join(directory, 'blobs', 'parts')).sort();

test('a blob that comes in parts is held part by part, is no blob before the last, and is one then', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs }) => {
  for (const did of [ANN, BOB]) await store.enroll({ did });
  const { uploads } = blobs;
  const blob = blobOf(1_000);
  assert.equal(await uploads.offset(ANN, blob, ROOM), 0);
  assert.equal(await put(uploads, blob, 0, 400), 400);
  assert.deepEqual([await uploads.offset(ANN, blob, ROOM), await uploads.offset(BOB, blob, ROOM), await uploads.offset(ANN, { ...blob, size: 999 }, ROOM)], [400, 0, 0]);
  assert.deepEqual([await blobs.info(ANN, blob.cid), await blobs.bytes(ANN, blob.cid)], [undefined, undefined]);
  // It has the room of all of it.
  assert.deepEqual(await blobs.usage(ANN), { blobs: 1, bytes: 1_000 });
  assert.equal(await put(uploads, blob, 400, 700), 700);
  assert.equal(await put(uploads, blob, 700), 1_000);
  assert.deepEqual(new Uint8Array(await (await blobs.bytes(ANN, blob.cid))!.arrayBuffer()), blob.bytes);
  assert.deepEqual([(await blobs.info(ANN, blob.cid))?.mimeType, await blobs.usage(ANN), aside(directory)], ['video/mp4', { blobs: 1, bytes: 1_000 }, []]);
  // Whoever did not hear of it asks, or sends the part again.
  assert.deepEqual([await uploads.offset(ANN, blob, ROOM), await put(uploads, blob, 700), await uploads.offset(BOB, blob, ROOM)], [1_000, 1_000, 0]);
})));

test('what has come of a part that breaks off is held, and the rest is all that is sent', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs: { uploads } }) => {
  await store.enroll({ did: ANN });
  const blob = blobOf(1_000);
  await assert.rejects(uploads.put(ANN, blob, part(blob, 0, 300, true), 0, ROOM), BROKEN);
  assert.equal(await uploads.offset(ANN, blob, ROOM), 300);
  await assert.rejects(uploads.put(ANN, blob, part(blob, 300, 500, true), 300, ROOM), BROKEN);
  assert.equal(await put(uploads, blob, 500), 1_000);
})));

test('a part at another place, one that is too long, and one of too large a blob are refused, and what is held stays', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs: { uploads } }) => {
  await store.enroll({ did: ANN });
  const blob = blobOf(1_000);
  await assert.rejects(put(uploads, blob, 100), { code: 'WrongOffset' });
  assert.deepEqual(aside(directory), []);
  await put(uploads, blob, 0, 400);
  const longer = blobOf(1_100, 1_000);
  for (const [wrong, offset, from, to, code] of [
    [blob, 300, 300, 1_000, 'WrongOffset'], [blob, 0, 0, 1_000, 'WrongOffset'], [blob, 500, 500, 1_000, 'WrongOffset'], [blob, -1, 0, 1, 'WrongOffset'],
    [{ ...longer, cid: blob.cid, size: 1_000 }, 400, 400, 1_100, 'PartTooLarge'],
  ] as const) await assert.rejects(uploads.put(ANN, wrong, part(wrong, from, to), offset, ROOM), { code }, `${offset} to ${to}`);
  await assert.rejects(put(uploads, blobOf(10_001), 0), { code: 'BlobTooLarge' });
  await assert.rejects(put(uploads, blob, 0, 400, BOB), { code: 'AccountMissing' });
  assert.deepEqual([await uploads.offset(ANN, blob, ROOM), aside(directory).length], [400, 1]);
  assert.equal(await put(uploads, blob, 400), 1_000);
})));

test('bytes that hash to something else are let go of, and the next try begins anew', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs }) => {
  await store.enroll({ did: ANN });
  const [blob, other] = [blobOf(1_000), blobOf(1_000, 7)];
  await put(blobs.uploads, blob, 0, 400);
  await assert.rejects(put(blobs.uploads, { ...other, cid: blob.cid }, 400), { code: 'InvalidBlob' });
  assert.deepEqual([await blobs.uploads.offset(ANN, blob, ROOM), await blobs.info(ANN, blob.cid), await blobs.usage(ANN), aside(directory)], [0, undefined, { blobs: 0, bytes: 0 }, []]);
  assert.equal(await put(blobs.uploads, blob, 0), 1_000);
})));

test('what comes at the same time passes no quota, and only so many lie aside', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs }) => {
  await store.enroll({ did: ANN });
  const { uploads } = blobs;
  const first = (blob: Made): Promise<string> => uploads.put(ANN, blob, part(blob, 0, 10), 0, { limit: 10_000, most: 3_500 }).then(() => 'held', ({ code }: { code: string }) => code);
  const all = Array.from({ length: 9 }, (_, index) => blobOf(1_000, index));
  assert.deepEqual((await Promise.all(all.map(first))).toSorted(), [...Array<string>(6).fill('QuotaExceeded'), ...Array<string>(3).fill('held')]);
  assert.deepEqual(await blobs.usage(ANN), { blobs: 3, bytes: 3_000 });
  // A blob that comes whole finds no more room than is left, and takes that which its own parts had.
  const whole = (blob: Made): Promise<unknown> => blobs.putStream(ANN, part(blob, 0, blob.size), blob, 10_000, 3_500);
  await assert.rejects(whole(blobOf(501)), { code: 'QuotaExceeded' });
  // Before any of it is sent.
  await assert.rejects(uploads.offset(ANN, blobOf(501), { limit: 10_000, most: 3_500 }), { code: 'QuotaExceeded' });
  await assert.rejects(uploads.offset(ANN, blobOf(501), { limit: 500, most: 10_000 }), { code: 'BlobTooLarge' });
  const [begun] = (await Promise.all(all.map(async (blob) => [blob, await uploads.offset(ANN, blob, ROOM)] as const))).find(([, offset]) => offset > 0)!;
  await whole(begun);
  assert.deepEqual(await blobs.usage(ANN), { blobs: 3, bytes: 3_000 });
  for (let seed = 100; seed < 120; seed++) await put(uploads, blobOf(200, seed), 0, 10);
  await until('what gave way is gone', async () => aside(directory).length === 16);
  assert.deepEqual([await uploads.offset(ANN, blobOf(200, 100), ROOM), await uploads.offset(ANN, blobOf(200, 119), ROOM)], [0, 10]);
})));

test('while as many come as may, another is refused; whoever goes on with a blob ends who sent it before', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs: { uploads } }) => {
  await store.enroll({ did: ANN });
  const blobs = Array.from({ length: 16 }, (_, index) => blobOf(200, index));
  const opens = blobs.map(() => Promise.withResolvers<void>());
  /** Brings ten bytes, and then nothing until it is let go on. */
  async function* halting(blob: Made, index: number): AsyncGenerator<Uint8Array> {
    yield blob.bytes.subarray(0, 10);
    await opens[index]!.promise;
    yield blob.bytes.subarray(10, 20);
  }
  const coming = blobs.map((blob, index) => uploads.put(ANN, blob, halting(blob, index), 0, ROOM));
  await until('all have begun', async () => aside(directory).length === 16 && aside(directory).every((name) => statSync(join(directory, 'blobs', 'parts', name)).size === 10));
  await assert.rejects(put(uploads, blobOf(200, 99), 0, 10), { code: 'TooManyUploads' });
  const ended = assert.rejects(coming[0]!, { code: 'UploadTaken' });
  assert.equal(await uploads.offset(ANN, blobs[0]!, ROOM), 10);
  await ended;
  assert.equal(await put(uploads, blobs[0]!, 10), 200);
  for (const { resolve } of opens) resolve();
  assert.deepEqual(await Promise.all(coming.slice(1)), Array<number>(15).fill(20));
})));

test('a part takes no more memory with each chunk of it', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs: { uploads } }) => {
  await store.enroll({ did: ANN });
  const blob = blobOf(1_000);
  const promises: number[] = [];
  async function* small(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 500; at++) {
      yield blob.bytes.subarray(at, at + 1);
      // Whatever can be let go of has been, then.
      if (at % 499 === 0) promises.push(queryObjects(Promise, { format: 'count' }));
    }
  }
  assert.equal(await uploads.put(ANN, blob, small(), 0, ROOM), 500);
  assert.ok(promises[1]! < promises[0]! + 100, `first ${promises[0]} promises, then ${promises[1]}`);
})));

test('what comes while the store is closed is ended, and what has come of it is held', () => inDirectory(async (directory) => {
  const blob = blobOf(1_000);
  const { store, blobs, close } = await openMirrorStore(directory);
  await store.enroll({ did: ANN });
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* halting(): AsyncGenerator<Uint8Array> {
    yield* part(blob, 0, 300);
    begun.resolve();
    await over.promise;
  }
  const ended = assert.rejects(blobs.uploads.put(ANN, blob, halting(), 0, ROOM), { code: 'StoreClosed' });
  await begun.promise;
  await close();
  over.resolve();
  await ended;
  await opened(directory, {}, async ({ blobs: { uploads } }) => assert.equal(await uploads.offset(ANN, blob, ROOM), 300));
}));

test('where the row of a blob that has come whole cannot be written, its file has no name; the next try keeps it', () => inDirectory(async (directory) => {
  /** Where it fails, one after another. */
  const failures: StorePoint[] = [];
  const onPoint = (point: StorePoint): void => {
    if (point !== failures[0]) return;
    failures.shift();
    // The file has its name then.
    if (point !== 'blob-linked') throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
  };
  await opened(directory, { onPoint }, async ({ store, blobs }) => {
    await store.enroll({ did: ANN });
    const blob = blobOf(1_000);
    const isNamed = (): boolean => existsSync(blobPath(join(directory, 'blobs'), blob.cid.toString()));
    await put(blobs.uploads, blob, 0, 400);
    failures.push('blob-linked', 'committing');
    await assert.rejects(put(blobs.uploads, blob, 400), { code: 'StorageFull' });
    assert.deepEqual([failures, isNamed(), await blobs.uploads.offset(ANN, blob, ROOM)], [[], false, 400]);
    failures.push('blob-linked', 'committing', 'begun');
    await assert.rejects(blobs.putStream(ANN, part(blob, 0, 1_000), blob, 10_000), { code: 'StorageFull' });
    assert.equal(isNamed(), true);
    // The disk takes something again.
    await blobs.collect(ANN, 1_000);
    assert.equal(isNamed(), false);
    assert.equal(await put(blobs.uploads, blob, 400), 1_000);
    await blobs.collect(ANN, 1_000);
    assert.deepEqual([isNamed(), new Uint8Array(await (await blobs.bytes(ANN, blob.cid))!.arrayBuffer())], [true, blob.bytes]);
  });
}));

test('what stands still goes after a while, with its account at once', () => inDirectory(async (directory) => {
  let now = 1_750_000_000_000;
  await opened(directory, { now: () => now }, async ({ store, blobs }) => {
    for (const did of [ANN, BOB]) await store.enroll({ did });
    const [old, young] = [blobOf(1_000), blobOf(900)];
    await put(blobs.uploads, old, 0, 10);
    await put(blobs.uploads, blobOf(800), 0, 10, BOB);
    now += 1_000;
    await put(blobs.uploads, young, 0, 10);
    assert.equal(await blobs.uploads.collect(ANN, 500), 1);
    assert.deepEqual([await blobs.uploads.offset(ANN, old, ROOM), await blobs.uploads.offset(ANN, young, ROOM), aside(directory).length], [0, 10, 2]);
    await store.remove(BOB);
    await until('the files of an account that has gone are gone', async () => aside(directory).length === 1);
    await store.enroll({ did: BOB });
    assert.deepEqual([await blobs.usage(BOB), await blobs.uploads.offset(BOB, blobOf(800), ROOM)], [{ blobs: 0, bytes: 0 }, 0]);
  });
}));

test('where the blob comes whole while a part of it comes, all of it is held', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs }) => {
  await store.enroll({ did: ANN });
  for (const [seed, end] of [[1, 300], [2, 1_000]] as const) {
    const blob = blobOf(1_000, seed);
    async function* overtaken(): AsyncGenerator<Uint8Array> {
      yield* part(blob, 0, 200);
      await blobs.putStream(ANN, part(blob, 0, 1_000), blob, 10_000);
      yield* part(blob, 200, end);
    }
    assert.equal(await blobs.uploads.put(ANN, blob, overtaken(), 0, ROOM), 1_000, `a part to ${end}`);
  }
  await blobs.collect(ANN, 1_000);
  assert.deepEqual([await blobs.usage(ANN), aside(directory)], [{ blobs: 2, bytes: 2_000 }, []]);
})));

test('one that is gone on with at the last moment does not go while its next part comes', () => inDirectory(async (directory) => {
  let now = 1_750_000_000_000;
  await opened(directory, { now: () => now }, async ({ store, blobs: { uploads } }) => {
    await store.enroll({ did: ANN });
    const blob = blobOf(1_000);
    await put(uploads, blob, 0, 100);
    now += 499;
    async function* slowly(): AsyncGenerator<Uint8Array> {
      now += 499;
      assert.equal(await uploads.collect(ANN, 500), 0);
      yield* part(blob, 100, 200);
    }
    assert.equal(await uploads.put(ANN, blob, slowly(), 100, ROOM), 200);
  });
}));

test('files are looked through where an upload has gone, and not at every look', () => inDirectory((directory) => opened(directory, {}, async ({ store, blobs }) => {
  await store.enroll({ did: ANN });
  const stray = join(directory, 'blobs', 'parts', `${blobOf(50).cid.toString()}.1.50`);
  await blobs.collect(ANN, 1_000);
  writeFileSync(stray, 'x');
  await put(blobs.uploads, blobOf(1_000), 0, 100);
  await blobs.collect(ANN, 1_000);
  assert.equal(aside(directory).length, 2);
  for (let seed = 0; seed < 250; seed++) writeFileSync(join(directory, 'blobs', 'parts', `${blobOf(40, seed).cid.toString()}.1.40`), 'x');
  await blobs.putStream(ANN, part(blobOf(1_000), 0, 1_000), blobOf(1_000), 10_000);
  await blobs.collect(ANN, 1_000);
  assert.deepEqual(aside(directory), []);
})));

test('after a start what was held goes on; what nobody was told of is overwritten, files without a row go, and where the file is gone it begins anew', () => inDirectory(async (directory) => {
  const [blob, gone] = [blobOf(1_000), blobOf(900)];
  await opened(directory, {}, async ({ store, blobs: { uploads } }) => {
    await store.enroll({ did: ANN });
    await put(uploads, blob, 0, 400);
    await put(uploads, gone, 0, 400);
  });
  const pathOf = ({ cid, size }: Made): string => join(directory, 'blobs', 'parts', `${cid.toString()}.1.${size}`);
  // As a kill leaves it: more was written than was flushed and told.
  writeFileSync(pathOf(blob), Buffer.alloc(100, 'x'), { flag: 'a' });
  rmSync(pathOf(gone));
  writeFileSync(pathOf(blobOf(50)), 'x');
  await opened(directory, {}, async ({ blobs }) => {
    await until('the loose file is gone', async () => !existsSync(pathOf(blobOf(50))));
    assert.deepEqual([await blobs.uploads.offset(ANN, blob, ROOM), await blobs.uploads.offset(ANN, gone, ROOM), await blobs.usage(ANN)], [400, 0, { blobs: 2, bytes: 1_900 }]);
    assert.equal(await put(blobs.uploads, blob, 400), 1_000);
    await put(blobs.uploads, gone, 0, 400);
    truncateSync(pathOf(gone), 300);
    assert.deepEqual([await blobs.uploads.begun(ANN, gone.cid), await blobs.uploads.offset(ANN, gone, ROOM)], [{ size: 900, held: 300 }, 300]);
  });
}));
