import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeMirror } from '../../../test/support/fake-street.ts';
import { Town } from '../../../test/support/town.ts';

const ADD = 'app.holdfast.bridge.addStandby';
const LEAVE = 'app.holdfast.bridge.leave';

/** A paired account whose move to another mirror stops at this call. */
async function moving(at: string, standby = false): Promise<{ readonly town: Town; readonly other: FakeMirror }> {
  const town = await Town.make();
  await town.paired();
  await town.write('before');
  const other = new FakeMirror(town.network, town.directory, 'other');
  if (standby) assert.equal((await town.house.post(ADD, { did: town.did, url: other.url })).status, 200);
  town.network.fault = (call) => call === at;
  assert.notEqual((await town.pair({ url: other.url })).status, 200);
  town.network.fault = () => false;
  const { state, url, from } = (await town.account()).mirror!;
  assert.deepEqual([state, url, from?.url], ['pairing', other.url, town.mirror.url]);
  return { town, other };
}

/** What a mirror has told the network of an account that it began to serve. */
const SERVED = ['#identity', '#account', '#sync'];

test('a move that is given up before the DID names the other leaves the account with the mirror that serves it', async () => {
  const { town, other } = await moving('POST other.test app.holdfast.mirror.putRepo');
  await town.write('meanwhile');
  const { status, body } = await town.house.post(LEAVE, { did: town.did }, { id: 'request-leave' });
  const { deleted, mirror } = body as { deleted: boolean; mirror: { url: string; state: string; waiting: number } };
  assert.deepEqual([status, deleted, mirror.url, mirror.state, mirror.waiting], [200, true, town.mirror.url, 'active', 2], 'what was written waits for it');
  assert.deepEqual([town.mirror.copy(town.did).status, town.mirror.told, other.copies.size], ['active', SERVED, 0]);
  assert.equal((await town.house.post('app.holdfast.bridge.handOver', { did: town.did })).status, 200);
  await town.assertPaired();
});

test('where the other mirror does not answer, the move is given up all the same, and it is asked again later', async () => {
  const { town, other } = await moving('POST other.test app.holdfast.mirror.putRepo');
  other.stop();
  const { body } = await town.house.post(LEAVE, { did: town.did }, { id: 'request-leave' });
  assert.equal(body['deleted'], false);
  const { url, leaving } = (await town.account()).mirror!;
  assert.deepEqual([url, leaving], [town.mirror.url, [{ url: other.url, mirrorDid: other.did }]]);
});

test('a switch to a standby that is given up leaves it a standby', async () => {
  const { town, other } = await moving('POST other.test app.holdfast.mirror.putRepo', true);
  const { body } = await town.house.post(LEAVE, { did: town.did }, { id: 'request-leave' });
  const { mirror } = body as { mirror: { url: string; standbys: { url: string }[] } };
  assert.deepEqual([mirror.url, mirror.standbys.map(({ url }) => url), other.copies.has(town.did)], [town.mirror.url, [other.url], true]);
});

test('once the DID names the other, the move is not given up but the account leaves', async () => {
  const { town, other } = await moving('POST other.test app.holdfast.mirror.activate');
  const { body } = await town.house.post(LEAVE, { did: town.did }, { id: 'request-leave' });
  assert.deepEqual(body, { deleted: true });
  assert.deepEqual([(await town.account()).mirror, other.copies.has(town.did), town.mirror.copies.has(town.did)], [undefined, false, false]);
});

test('of two moves in a row that are given up the mirror between them deletes what it has got, too', async () => {
  const { town, other } = await moving('POST other.test app.holdfast.mirror.putRepo');
  const third = new FakeMirror(town.network, town.directory, 'third');
  town.network.fault = (call) => call.includes('mirror.putRepo');
  assert.notEqual((await town.pair({ url: third.url })).status, 200);
  town.network.fault = () => false;
  await town.house.post(LEAVE, { did: town.did }, { id: 'request-leave' });
  const { url, leaving } = (await town.account()).mirror!;
  assert.deepEqual([url, leaving, other.copies.size, third.copies.size, town.mirror.copies.size], [town.mirror.url, undefined, 0, 0, 1]);
});

test('a standby that is removed while a move is not finished does not come back when that is given up', async () => {
  const town = await Town.make();
  await town.paired();
  const [second, third] = ['second', 'third'].map((name) => new FakeMirror(town.network, town.directory, name)) as [FakeMirror, FakeMirror];
  assert.equal((await town.house.post(ADD, { did: town.did, url: second.url })).status, 200);
  town.network.fault = (call) => call === 'POST third.test app.holdfast.mirror.putRepo';
  assert.notEqual((await town.pair({ url: third.url })).status, 200);
  town.network.fault = () => false;
  assert.equal((await town.house.post('app.holdfast.bridge.removeStandby', { did: town.did, url: second.url })).status, 200);
  await town.house.post(LEAVE, { did: town.did }, { id: 'request-leave' });
  const { url, standbys } = (await town.account()).mirror!;
  assert.deepEqual([url, standbys, second.copies.size], [town.mirror.url, undefined, 0]);
});

test('whoever pairs again with the mirror that serves the account, and stops, is with it as before', async () => {
  const { town, other } = await moving('POST other.test app.holdfast.mirror.putRepo');
  const { acknowledged } = (await town.account()).mirror!.from!;
  town.network.fault = (call) => call === 'POST mirror.test app.holdfast.mirror.putRepo';
  await town.pair();
  town.network.fault = () => false;
  const { mirror } = await town.account();
  assert.deepEqual([mirror?.url, mirror?.state, mirror?.from, mirror?.acknowledged?.rev], [town.mirror.url, 'active', undefined, acknowledged!.rev]);
  await town.paired();
  await town.assertPaired();
  assert.deepEqual([other.copies.size, town.mirror.told.filter((type) => type !== '#sync')], [0, ['#identity', '#account']]);
});
