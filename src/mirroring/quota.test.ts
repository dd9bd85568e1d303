import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DID, House, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import type { Write } from '../repo/index.ts';
import { MirrorRefusal } from './mirror-refusal.ts';

const HOUR_MS = 3_600_000;
const path = (name: string): string => `app.bsky.feed.post/${name}`;
const create = (name: string, text = name): Write => ({ action: 'create', path: path(name), record: post(text) });
const refusal = (code: string) => (error: unknown): boolean => {
  assert.ok(error instanceof MirrorRefusal, String(error));
  assert.equal(error.code, code);
  return true;
};

test('above its quota and a tenth more nothing is added to an account; what is changed counts as added', async () => {
  const house = await House.create([create('first', 'x'.repeat(200))]);
  const mirror = await TestMirror.of(house);
  const { bytes } = await mirror.account();
  // Over it, and within the grace.
  await mirror.store.setTerms(DID, { repoBytes: bytes - 10 });
  await mirror.ingest.commit(DID, (await house.write([create('within', 'y'.repeat(300))])).message);
  const full = await mirror.account();
  assert.ok(full.bytes > (bytes - 10) * 1.1);
  const before = await mirror.state();
  const refused = await house.write([create('beyond')]);
  await assert.rejects(mirror.ingest.commit(DID, refused.message), refusal('QuotaExceeded'));
  assert.equal(await mirror.state(), before);
  // What is changed counts as added.
  const again = await House.create([create('first', 'x'.repeat(200)), create('second', 'y'.repeat(300))]);
  const other = await TestMirror.of(again);
  await other.store.setTerms(DID, { repoBytes: 100 });
  await assert.rejects(other.ingest.commit(DID, (await again.write([{ action: 'update', path: path('first'), record: post('z') }])).message), refusal('QuotaExceeded'));
});

test('what only deletes is taken over the quota too', async () => {
  const house = await House.create([create('first', 'x'.repeat(200)), create('second')]);
  const mirror = await TestMirror.of(house);
  await mirror.store.setTerms(DID, { repoBytes: 100 });
  await mirror.ingest.commit(DID, (await house.write([{ action: 'delete', path: path('first') }])).message);
  await mirror.assertCopyOf(house);
});

test('what only deletes does not pass what was refused before it; the whole repository, smaller now, is taken', async () => {
  const house = await House.create([create('first', 'x'.repeat(2_000))]);
  const mirror = await TestMirror.of(house);
  await mirror.store.setTerms(DID, { repoBytes: Math.floor((await mirror.account()).bytes / 1.2) });
  const [added, deleted] = [await house.write([create('beyond')]), await house.write([{ action: 'delete', path: path('first') }])];
  for (let times = 0; times < 2; times++) {
    await assert.rejects(mirror.ingest.commit(DID, added.message), refusal('QuotaExceeded'));
    await assert.rejects(mirror.ingest.commit(DID, deleted.message), refusal('StaleHead'));
  }
  await mirror.ingest.putRepo(DID, await house.car());
  await mirror.assertCopyOf(house);
  await mirror.ingest.commit(DID, (await house.write([create('after')])).message);
});

test('a repository above the quota and its grace is not taken in; one within it is', async () => {
  const house = await House.create([create('first', 'x'.repeat(2_000))]);
  const size = (await new Response(new Blob([await house.car() as Uint8Array<ArrayBuffer>])).arrayBuffer()).byteLength;
  for (const [repoBytes, fits] of [[Math.floor(size / 1.2), false], [Math.ceil(size / 1.05), true]] as const) {
    const mirror = new TestMirror();
    await mirror.store.enroll({ did: DID });
    await mirror.store.setTerms(DID, { repoBytes });
    const taken = mirror.ingest.putRepo(DID, await house.car());
    if (fits) await taken;
    else await assert.rejects(taken, refusal('RepoTooLarge'));
  }
});

test('of what was agreed for an hour no more is taken, until the hour is over', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  await mirror.store.setTerms(DID, { writesPerHour: 2 });
  for (const name of ['one', 'two']) await mirror.ingest.commit(DID, (await house.write([create(name)])).message);
  const third = await house.write([create('three')]);
  const before = await mirror.state();
  await assert.rejects(mirror.ingest.commit(DID, third.message), refusal('RateLimitExceeded'));
  assert.equal(await mirror.state(), before);
  assert.equal(mirror.ingest.writesOf(DID), 2);
  mirror.ahead = HOUR_MS + 1_000;
  await mirror.ingest.commit(DID, third.message);
  await mirror.assertCopyOf(house);
  assert.equal(mirror.ingest.writesOf(DID), 1);
});

test('a repository that is put in the place of another counts as a change; the first, and what is held already, do not', async () => {
  const house = await House.create();
  const mirror = new TestMirror();
  await mirror.store.enroll({ did: DID });
  await mirror.store.setTerms(DID, { writesPerHour: 1 });
  for (let time = 0; time < 2; time++) await mirror.ingest.putRepo(DID, await house.car());
  assert.equal(mirror.ingest.writesOf(DID), 0);
  await house.write([create('one')]);
  await mirror.ingest.putRepo(DID, await house.car());
  assert.equal(mirror.ingest.writesOf(DID), 1);
  const { message } = await house.write([create('two')]);
  const before = await mirror.state();
  await assert.rejects(mirror.ingest.putRepo(DID, await house.car()), refusal('RateLimitExceeded'));
  await mirror.store.update(DID, { status: 'active' });
  await assert.rejects(mirror.ingest.commit(DID, message), refusal('RateLimitExceeded'));
  await mirror.store.update(DID, { status: 'pairing' });
  assert.equal(await mirror.state(), before);
});
