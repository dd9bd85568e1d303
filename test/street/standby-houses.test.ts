// Two houses of one owner, a mirror and a standby: what one house does of its own, the other finds out, and goes on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import type { RunningMirror } from '../../src/mirror/index.ts';
import { verifyMirror } from '../../src/mirror/safekeeping/verify.ts';
import { Signers } from '../../src/pds/write/signers.ts';
import { parseDid, parseNsid, signServiceAuth } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { readCar } from '../../src/repo/index.ts';
import { startBridgeOf } from '../support/node-bridge.ts';
import { assertRefused, PdsHouse } from '../support/pds-house.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const POST = 'app.bsky.feed.post';
let folder: string;
let world: World;
let alice: NodeHouse;
let did: Did;
const mirrors: RunningMirror[] = [];
const stops: (() => void)[] = [];

async function another(name: string, invites: readonly string[] = [], port = 0): Promise<RunningMirror> {
  const mirror = await startMirror({
    ...world.settings, port, folder: join(folder, name), handleDomains: [`${name}.test`], invites, inviteOnly: invites.length > 0,
  }, { log: () => undefined });
  mirrors.push(mirror);
  return mirror;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-houses-'));
  world = await startWorld();
  alice = await makeHouse(world);
  did = parseDid(alice.did);
  await alice.pair();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  alice.disconnect();
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
  const { faults } = await verifyMirror(join(folder, 'second'));
  await world.close();
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(faults, []);
});

interface Standing {
  readonly url: string;
  readonly state: string;
  readonly waiting: number;
  readonly alarm?: { readonly code: string };
  readonly standbys?: readonly { readonly url: string; readonly state: string; readonly trouble?: string }[];
}

const standing = async (house: PdsHouse): Promise<Standing> => (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as Standing;
const ask = async (): Promise<Standing> => (await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did }))['mirror'] as Standing;
const add = (url: string, invite?: string): Promise<unknown> => succeed(alice.house, 'app.holdfast.bridge.addStandby', { did, url, ...(invite !== undefined && { invite }) });
const pair = (house: PdsHouse, url: string): Promise<unknown> => succeed(house, 'app.holdfast.bridge.pair', { did, url });
const write = (house: PdsHouse, text: string, more: object = {}): Promise<unknown> => (
  succeed(house, 'com.atproto.repo.createRecord', { repo: did, collection: POST, record: { $type: POST, text, createdAt: '2026-01-01T00:00:00Z', ...more } })
);

async function texts(house: PdsHouse): Promise<string[]> {
  const { body } = await house.get('com.atproto.repo.listRecords', { repo: did, collection: POST });
  return (body['records'] as { value: { text: string } }[]).map(({ value }) => value.text).sort();
}

/** Another house of the same owner, with the account as it is here now. */
async function twin(): Promise<PdsHouse> {
  const { store } = alice.house;
  const house = new PdsHouse({ settings: async () => ({ directory: world.directory, mirror: world.mirror, relay: world.relay }) });
  const { blocks } = readCar(await alice.house.car(did));
  await house.store.create({ ...(await store.account(did))!, origin: 'restored' }, (await store.keys(did))!, blocks);
  return house;
}

/** Carries what it signs, until the test ends. */
function connect(house: PdsHouse): void {
  stops.push(startBridgeOf(house));
}

/** The mirror has confirmed everything, and its standbys have it. */
const settled = (house: PdsHouse): Promise<unknown> => until('settled', async () => {
  const { state, waiting, standbys = [] } = await standing(house);
  return state === 'active' && waiting === 0 && standbys.every((each) => each.state === 'same');
});

/** As the house of the account would call a mirror. */
async function call(mirror: RunningMirror, method: string, input?: object): Promise<void> {
  const signer = await new Signers(alice.house.store).of((await alice.house.store.account(did))!);
  const token = await signServiceAuth(signer, { iss: did, aud: parseDid(mirror.did), lxm: parseNsid(method) }, Date.now());
  const response = await fetch(`${mirror.url}/xrpc/${method}`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, ...(input !== undefined && { 'content-type': 'application/json' }) }, ...(input !== undefined && { body: JSON.stringify(input) }),
  });
  assert.equal(response.status, 200, await response.text());
}

test('the mirror is lost: a house that lacks what another one wrote puts the standby in its place, and goes on from what that holds', async () => {
  const second = await another('second');
  await add(second.url);
  const { uri } = await write(alice.house, 'deleted') as { uri: string };
  await settled(alice.house);
  const bob = await twin();
  await succeed(alice.house, 'com.atproto.repo.deleteRecord', { repo: did, collection: POST, rkey: uri.split('/').at(-1) });
  const upload = await alice.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: PNG, headers: { 'content-type': 'image/png' } });
  const { blob } = await upload.json() as { blob: { ref: { $link: string } } };
  await write(alice.house, 'of alice', { embed: { $type: 'app.bsky.embed.images', images: [{ alt: '', image: blob }] } });
  await settled(alice.house);
  await write(bob, 'of bob');
  await world.stopMirror();
  await pair(bob, second.url);
  connect(bob);
  assert.deepEqual(await texts(bob), ['of alice', 'of bob']);
  const picture = await bob.fetch('com.atproto.sync.getBlob', { query: { did, cid: blob.ref.$link } });
  assert.deepEqual(new Uint8Array(await picture.arrayBuffer()), PNG);
  const { rev } = (await bob.store.account(did))!.head;
  await until('on the street', async () => {
    const response = await fetch(`${world.relay}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`);
    return response.ok && (await response.json() as { rev: string }).rev === rev;
  });
  await world.startMirror();
});

test('a standby that lacks what the mirror had confirmed takes its place: nothing of what another house wrote is lost', async () => {
  const second = await another('second');
  await add(second.url);
  await write(alice.house, 'held twice');
  await settled(alice.house);
  const bob = await twin();
  connect(bob);
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
  await write(alice.house, 'of alice');
  await until('brought together', async () => (await texts(bob)).includes('of alice'));
  await write(bob, 'of bob');
  await until('confirmed', async () => (await standing(bob)).waiting === 0);
  await world.stopMirror();
  await another('second', [], Number(new URL(second.url).port));
  await pair(bob, second.url);
  assert.deepEqual(await texts(bob), ['held twice', 'of alice', 'of bob']);
  const { records } = await (await fetch(`${second.url}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=${POST}`)).json() as { records: unknown[] };
  assert.equal(records.length, 3);
  await world.startMirror();
});

test('a mirror that does not answer is not left, and its standbys keep what they have', async () => {
  const second = await another('second');
  await add(second.url);
  await settled(alice.house);
  await world.stopMirror();
  assertRefused(await alice.house.post('app.holdfast.bridge.leave', { did }), 502, 'MirrorUnreachable');
  await world.startMirror();
  assert.deepEqual((await ask()).standbys?.map(({ state, trouble }) => [state, trouble]), [['same', undefined]]);
});

test('another house of the owner is told of the switch, and leaves to the standby what it holds', async () => {
  const second = await another('second');
  await add(second.url);
  await settled(alice.house);
  const bob = await twin();
  connect(bob);
  await pair(alice.house, second.url);
  await settled(alice.house);
  await write(alice.house, 'of alice');
  await settled(alice.house);
  await write(bob, 'of bob');
  await until('told', async () => (await standing(bob)).alarm?.code === 'moved');
  assertRefused(await bob.post('app.holdfast.bridge.removeStandby', { did, url: second.url }), 400, 'NotStandby');
  assert.deepEqual((await bob.post('app.holdfast.bridge.leave', { did })).body, { deleted: false });
  assert.deepEqual((await ask()).standbys?.map(({ state, trouble }) => [state, trouble]), [['same', undefined]]);
  await pair(bob, second.url);
  await until('one state', async () => (await texts(alice.house)).join() === 'of alice,of bob' && (await texts(bob)).join() === 'of alice,of bob');
  await settled(alice.house);
});

test('the mirror comes back after the switch: it takes nothing from a house that does not know of that, and nothing of either is lost', async () => {
  const second = await another('second');
  await add(second.url);
  await settled(alice.house);
  const bob = await twin();
  await world.stopMirror();
  await pair(alice.house, second.url);
  await write(alice.house, 'of alice');
  await until('confirmed', async () => (await standing(alice.house)).waiting === 0);
  alice.disconnect();
  await world.startMirror();
  await write(bob, 'of bob');
  connect(bob);
  await until('told, or taken', async () => (await standing(bob)).alarm !== undefined || (await standing(bob)).waiting === 0);
  assert.deepEqual([(await standing(bob)).alarm?.code, (await standing(bob)).waiting], ['moved', 1]);
  await pair(bob, second.url);
  assert.deepEqual(await texts(bob), ['of alice', 'of bob']);
  alice.connect();
  await until('one state', async () => (await texts(alice.house)).join() === 'of alice,of bob');
});

test('another house of the owner moves after the switch, and leaves to the standby what it holds', async () => {
  const second = await another('second');
  await add(second.url);
  await settled(alice.house);
  const bob = await twin();
  const { standbys: _, ...mirror } = (await bob.store.account(did))!.mirror!;
  await bob.store.update(did, { mirror });
  await pair(alice.house, second.url);
  await settled(alice.house);
  await pair(bob, second.url);
  assert.equal((await bob.store.account(did))!.mirror!.leaving, undefined);
  assert.deepEqual((await ask()).standbys?.map(({ state, trouble }) => [state, trouble]), [['same', undefined]]);
});

test('a standby that has lost the account is told anew whom to follow, and one that takes nobody back keeps no other from being asked', async () => {
  const [second, third] = [await another('second'), await another('third', ['come in'])];
  await add(second.url);
  await add(third.url, 'come in');
  await settled(alice.house);
  await Promise.all([second, third].map((mirror) => call(mirror, 'app.holdfast.mirror.leave')));
  await until('asked anew', async () => (await ask()).standbys?.[0]?.state === 'same');
  await until('asked anew, and refused', async () => / by invitation/.test((await ask()).standbys?.[1]?.trouble ?? ''));
});

test('a standby that follows another mirror by now is told anew whom to follow', async () => {
  const second = await another('second');
  await add(second.url);
  await settled(alice.house);
  await call(second, 'app.holdfast.mirror.enroll', { primary: { url: 'http://localhost:1', key: 'did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo' } });
  await write(alice.house, 'of alice');
  await until('followed', async () => {
    const { rev } = (await alice.house.store.account(did))!.head;
    return (await alice.house.store.account(did))!.mirror!.standbys![0]!.held?.rev === rev;
  });
});

test('a mirror that was left and comes back as a standby is not asked to delete what it holds', async () => {
  const second = await another('second');
  alice.disconnect();
  await world.stopMirror();
  await pair(alice.house, second.url);
  await world.startMirror();
  await add(world.mirror);
  alice.connect();
  await settled(alice.house);
  await pair(alice.house, second.url);
  assert.deepEqual((await ask()).standbys?.map(({ url, state, trouble }) => [url, state, trouble]), [[world.mirror, 'same', undefined]]);
});
