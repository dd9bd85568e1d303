import assert from 'node:assert/strict';
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cidOf, parseDid, tidFrom } from '../../src/protocol/index.ts';
import type { Cid, Tid } from '../../src/protocol/index.ts';
import { blobStoreContract } from '../../src/testing/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';
import { mirrorAsHouse } from '../support/mirror-as-house.ts';

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

function blobOf(size: number): { readonly bytes: Uint8Array; readonly cid: Cid } {
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
