// What a page does through the methods of the bridge, its desk over XRPC, comes to the same as the house's own desk.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HouseCalls } from '../../src/bridge/house-calls.ts';
import { xrpcDesk } from '../../src/bridge/xrpc-desk.ts';
import { HouseConversation } from '../../src/mirroring/index.ts';
import { Pair } from '../support/mirrored-pair.ts';
import { ALICE, NOTE } from '../support/pds-house.ts';

/** The calls of a page, to this house. */
function callsTo({ house }: Pair): Pick<HouseCalls, 'get' | 'post'> {
  const read = async (response: Response): Promise<never> => {
    if (response.status !== 200) throw new Error(await response.text());
    return (response.headers.get('content-type')?.startsWith('application/json') === true ? response.json() : response) as never;
  };
  return {
    get: async (nsid, params) => read(await house.fetch(nsid, { query: params as Record<string, string> })),
    post: async (nsid, input) => read(await house.fetch(nsid, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } })),
  };
}

async function talk(pair: Pair): Promise<string> {
  const conversation = new HouseConversation(xrpcDesk(callsTo(pair), ALICE.did), { now: () => Date.now() + pair.ahead });
  return conversation.run(pair.mirror.connect(), { untilIdle: true }).catch(String);
}

test('commits with blobs go out and receipts come in', async () => {
  const pair = await Pair.met(1);
  const uploaded = await pair.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array([1, 2, 3]), headers: { 'content-type': 'image/png' } });
  const { blob } = await uploaded.json() as { blob: { ref: { $link: string } } };
  await pair.write();
  await pair.house.create({ $type: NOTE, text: 'with a picture', picture: blob });
  assert.equal(await talk(pair), 'idle');
  await pair.assertMirrored();
  assert.deepEqual([...pair.mirror.blobs.keys()], [blob.ref.$link]);
});

test('a receipt that was lost, a mirror that lost everything, and another house of the owner', async () => {
  const pair = await Pair.met(1);
  await pair.write();
  pair.mirror.losses = 1;
  assert.match(await talk(pair), /Lost|wants it/);
  assert.equal(await talk(pair), 'idle');
  await pair.assertMirrored();
  await pair.mirror.forget();
  await pair.write();
  assert.equal(await talk(pair), 'idle');
  await pair.assertMirrored();
  const other = await pair.another();
  await other.put('other', 'from the other house');
  await talk(other);
  await pair.put('here', 'from here');
  assert.equal(await talk(pair), 'idle');
  await pair.assertMirrored();
  assert.equal((await pair.notes())['other'], 'from the other house');
});

test('a clock that is far ahead', async () => {
  const pair = await Pair.met();
  pair.ahead = 600_000;
  await pair.write();
  assert.equal(await talk(pair), 'idle');
  await pair.assertMirrored();
});
