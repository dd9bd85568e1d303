import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pair } from '../../test/support/mirrored-pair.ts';
import { callsOf } from '../../test/support/node-bridge.ts';
import { ALICE, NOTE } from '../../test/support/pds-house.ts';
import { ChannelError, HouseConversation } from '../mirroring/index.ts';
import { loopbackChannels } from './loopback/index.ts';
import { Neighbour } from './neighbour.ts';
import { receiveVisit } from './visit.ts';
import { xrpcDesk } from './xrpc-desk.ts';
import type { HouseLines } from './house-line.ts';

/** Two houses of an owner, whose mirror gives out no bytes; `calls` is how often the second was called by the first. */
async function twoHouses({ isThere = true, isSilent = false } = {}) {
  const one = await Pair.met(0);
  await one.put('a', 'at first');
  await one.talk();
  const two = await one.another();
  assert.equal(await two.talk(), 'idle');
  const state = { calls: 0, isThere, cut: (): void => undefined };
  one.mirror.instead = (method) => (/getRepo|getBlob/.test(method) ? new Response('', { status: 503 }) : undefined);
  const lines = {
    async call(_family: unknown, _sign: unknown, signal: AbortSignal) {
      state.calls++;
      if (isSilent) return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new ChannelError('Lost', 'Nobody answers.'))));
      if (!state.isThere) throw new ChannelError('Lost', 'Nobody is there.');
      const { house, mirror, cut } = loopbackChannels();
      state.cut = cut;
      void receiveVisit(callsOf(two.house), ALICE.did, mirror);
      return house;
    },
  } as unknown as HouseLines;
  const calls = callsOf(one.house);
  const neighbour = new Neighbour(calls, { did: ALICE.did, url: one.mirror.url }, lines, new AbortController().signal, isSilent ? 20 : undefined);
  const desk = xrpcDesk(calls, ALICE.did);
  const talk = (): Promise<string> => new HouseConversation({
    ...desk,
    async greet(welcome, ...times) {
      await neighbour.bring(welcome.head);
      return desk.greet(welcome, ...times);
    },
  }).run(one.mirror.connect(), { untilIdle: true }).catch((error: unknown) => String(error));
  return { one, two, state, talk, neighbour };
}

/** A note with a picture, of which a house has the bytes. */
async function putPicture(pair: Pair): Promise<string> {
  const uploaded = await pair.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array([1, 2, 3]), headers: { 'content-type': 'image/png' } });
  const { blob } = await uploaded.json() as { blob: { ref: { $link: string } } };
  await pair.house.create({ $type: NOTE, text: 'with a picture', picture: blob });
  return blob.ref.$link;
}

const blobsOf = async ({ house }: Pair): Promise<string[]> => (await house.blobs.list(ALICE.did, { limit: 9 })).map(String);

test('what the other house wrote comes from it, with its pictures, when the mirror has ordered it', async () => {
  const { one, two, state, talk } = await twoHouses();
  await two.put('b', 'from two');
  const picture = await putPicture(two);
  await two.talk();
  assert.equal(await talk(), 'idle');
  await one.assertMirrored();
  assert.equal(await one.house.head(), await two.house.head());
  assert.deepEqual([await blobsOf(one), state.calls], [[picture], 1]);
  // The line stays, and serves again.
  await two.put('c', 'more from two');
  await two.talk();
  assert.equal(await talk(), 'idle');
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 1);
});

test('what was written here meanwhile is done on top of it', async () => {
  const { one, two, talk } = await twoHouses();
  await two.put('b', 'from two');
  await two.talk();
  await one.put('c', 'from one');
  assert.equal(await talk(), 'idle');
  await one.assertMirrored();
  assert.deepEqual(await one.notes(), { a: 'at first', b: 'from two', c: 'from one' });
});

test('what the mirror has not ordered is not taken, and raises no alarm', async () => {
  const { one, two, talk } = await twoHouses();
  await two.put('b', 'ordered');
  await two.talk();
  await two.put('c', 'not ordered yet');
  const before = await one.house.head();
  await talk();
  assert.equal(await one.house.head(), before);
  assert.equal((await one.known()).alarm, undefined);
  // The mirror gives it out again, and it comes from there.
  one.mirror.instead = () => undefined;
  assert.equal(await talk(), 'idle');
  assert.deepEqual(await one.notes(), { a: 'at first', b: 'ordered' });
});

test('where no other house is open the mirror is asked, and none is called for a while', async () => {
  const { one, two, state, talk } = await twoHouses({ isThere: false });
  one.mirror.instead = () => undefined;
  for (const key of ['b', 'c']) {
    await two.put(key, 'from two');
    await two.talk();
    assert.equal(await talk(), 'idle');
  }
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 1);
});

test('a line that was lost is opened again the next time', async () => {
  const { one, two, state, talk } = await twoHouses();
  await two.put('b', 'from two');
  await two.talk();
  await talk();
  state.cut();
  one.mirror.instead = () => undefined;
  for (const key of ['c', 'd']) {
    await two.put(key, 'from two');
    await two.talk();
    assert.equal(await talk(), 'idle');
  }
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 2);
});

test('nothing is asked for where nothing is new', async () => {
  const { one, state, talk } = await twoHouses();
  await one.put('b', 'from one');
  assert.equal(await talk(), 'idle');
  assert.equal(await talk(), 'idle');
  assert.equal(state.calls, 0);
});

test('a house that is rung and says nothing is not waited for for long: the mirror is asked', async () => {
  const { one, two, state, talk } = await twoHouses({ isSilent: true });
  one.mirror.instead = () => undefined;
  await two.put('b', 'from two');
  await two.talk();
  assert.equal(await talk(), 'idle');
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 1);
});

test('a state older than the one that the mirror has confirmed is asked of nobody', async () => {
  const { one, state, talk, neighbour } = await twoHouses();
  const { head: older } = (await one.house.store.account(ALICE.did))!;
  await one.put('b', 'from one');
  assert.equal(await talk(), 'idle');
  await neighbour.bring(older);
  assert.equal(state.calls, 0);
});
