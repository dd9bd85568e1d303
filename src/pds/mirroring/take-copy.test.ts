import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, generateP256Key, tidFrom, TidClock } from '../../protocol/index.ts';
import { carBytes, Repository } from '../../repo/index.ts';
import { MemoryBlockStore } from '../../storage/memory/index.ts';
import { Pair } from '../../../test/support/mirrored-pair.ts';
import { ALICE } from '../../../test/support/pds-house.ts';

/** Two houses that are in step, and what the mirror holds after the second has gone on. */
async function behind() {
  const one = await Pair.met(0);
  await one.put('a', 'at first');
  await one.talk();
  const two = await one.another();
  assert.equal(await two.talk(), 'idle');
  await two.put('b', 'from two');
  await two.talk();
  const { cid, rev, data } = (await one.mirror.store.account(ALICE.did))!.head!;
  return { one, two, head: { commit: cid.toString(), rev, data: data.toString() } };
}

async function take({ house }: Pair, car: Uint8Array, head: { readonly commit: string; readonly rev: string; readonly data: string }) {
  const response = await house.fetch('app.holdfast.bridge.takeCopy', {
    method: 'POST', query: { did: ALICE.did, ...head }, headers: { 'content-type': 'application/vnd.ipld.car' }, body: car as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, body: await response.json() as Record<string, unknown> };
}

test('a copy of what the mirror holds is taken in, verified, and is confirmed when they meet', async () => {
  const { one, two, head } = await behind();
  assert.deepEqual(await take(one, await two.house.car(), head), { status: 200, body: { isTaken: true, blobs: [] } });
  assert.equal(await one.house.head(), head.commit);
  assert.notEqual((await one.known()).acknowledged?.commit.toString(), head.commit, 'a receipt comes from the mirror alone');
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
});

test('what is not right, or another state, changes nothing and raises no alarm', async () => {
  const { one, two, head } = await behind();
  const before = await one.house.head();
  const car = await two.house.car();
  const signer = await createP256Signer(await generateP256Key(false));
  const forged = await Repository.create(new MemoryBlockStore(), ALICE.did, { signer, clock: new TidClock() });
  const wrong: Readonly<Record<string, Uint8Array>> = {
    'bytes were changed': car.map((byte, index) => (index === car.length - 20 ? byte ^ 1 : byte)), 'it breaks off': car.subarray(0, car.length - 10),
    'it is empty': new Uint8Array(), 'another key has signed it': carBytes(forged.commit.cid, forged.newBlocks), 'it is what is here': await one.house.car(),
  };
  for (const [what, bytes] of Object.entries(wrong)) {
    assert.deepEqual(await take(one, bytes, head), { status: 200, body: { isTaken: false, blobs: [] } }, what);
  }
  await two.put('c', 'not ordered yet');
  assert.deepEqual((await take(one, await two.house.car(), head)).body, { isTaken: false, blobs: [] });
  assert.deepEqual([await one.house.head(), (await one.known()).alarm], [before, undefined]);
});

test('an old state is not taken as a new one, whatever rev the mirror gives it', async () => {
  const one = await Pair.met(0);
  await one.put('a', 'at first');
  await one.talk();
  const two = await one.another();
  const { cid, data } = (await two.house.store.account(ALICE.did))!.head;
  await one.put('b', 'confirmed');
  await one.talk();
  const before = await one.house.head();
  const late = { commit: cid.toString(), rev: tidFrom((Date.now() + 60_000) * 1_000, 0), data: data.toString() };
  assert.deepEqual((await take(one, await two.house.car(), late)).body, { isTaken: false, blobs: [] });
  assert.deepEqual([await one.house.head(), await one.notes()], [before, { a: 'at first', b: 'confirmed' }]);
});

test('nothing is taken where nothing is new, in a pause, or without a mirror', async () => {
  const { one, two, head } = await behind();
  const car = await two.house.car();
  assert.equal((await take(two, car, head)).body['isTaken'], false);
  await one.house.store.update(ALICE.did, { mirror: { ...await one.known(), isPaused: true } });
  assert.equal((await take(one, car, head)).body['isTaken'], false);
  await one.house.store.update(ALICE.did, { mirror: undefined });
  assert.equal((await take(one, car, head)).body['error'], 'NotPaired');
  assert.equal((await take(one, car, { ...head, commit: 'nothing' })).status, 400);
});
