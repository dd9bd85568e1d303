// Two houses of one owner, of which one moves the account to another mirror: what the other one does next harms nothing of that.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import type { RunningMirror } from '../../src/mirror/index.ts';
import { parseDid } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { readCar } from '../../src/repo/index.ts';
import { startBridgeOf } from '../support/node-bridge.ts';
import { PdsHouse } from '../support/pds-house.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';

const POST = 'app.bsky.feed.post';
let folder: string;
let world: World;
let second: RunningMirror;
let alice: NodeHouse;
let did: Did;
const stops: (() => void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-moving-'));
  world = await startWorld();
  second = await startMirror({ ...world.settings, port: 0, folder, handleDomains: ['second.test'] }, { log: () => undefined });
  alice = await makeHouse(world);
  did = parseDid(alice.did);
  await alice.pair();
  await alice.post('one');
  await settled(alice.house);
});

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  alice.disconnect();
  await second.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Mirror {
  readonly waiting: number;
  readonly notice?: { readonly conflicts: readonly { readonly path: string; readonly isTheirs?: boolean }[] };
  readonly standbys?: readonly { readonly state: string }[];
}

const known = async (house: PdsHouse): Promise<Mirror> => (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as Mirror;

const settled = (house: PdsHouse): Promise<unknown> => until('settled', async () => {
  const { waiting, standbys = [] } = await known(house);
  return waiting === 0 && standbys.every(({ state }) => state === 'same');
});

/** Another house of the owner, with the account as it is at the first one. @param isPaired whether it knows the mirror */
async function another(isPaired: boolean, fetch?: typeof globalThis.fetch): Promise<PdsHouse> {
  const { store } = alice.house;
  const { mirror, ...account } = (await store.account(did))!;
  const house = new PdsHouse({
    settings: async () => ({ directory: world.directory, mirror: world.mirror, relay: world.relay }), ...(fetch !== undefined && { fetch }),
  });
  const made = { ...account, origin: 'restored', ...(isPaired && mirror !== undefined && { mirror }) } as const;
  await house.store.create(made, (await store.keys(did))!, readCar(await alice.house.car(did)).blocks);
  return house;
}

const write = async (house: PdsHouse, text: string): Promise<string> => {
  const record = { $type: POST, text, createdAt: '2026-01-01T00:00:00Z' };
  return (await succeed(house, 'com.atproto.repo.createRecord', { repo: did, collection: POST, record }))['uri'] as string;
};

const textsIn = (records: unknown): string[] => (records as { value: { text: string } }[]).map(({ value }) => value.text).sort();
const texts = async (house: PdsHouse): Promise<string[]> => textsIn((await house.get('com.atproto.repo.listRecords', { repo: did, collection: POST })).body['records']);
const served = async (host: string): Promise<string[]> => {
  const { records } = await (await fetch(`${host}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=${POST}`)).json() as { records: unknown };
  return textsIn(records);
};

test('a mirror that could not be told that it was left keeps the account, where another house has moved it back', async () => {
  const bob = await another(true);
  await world.stopMirror();
  await succeed(alice.house, 'app.holdfast.bridge.pair', { did, url: second.url });
  alice.disconnect();
  await world.startMirror();
  await succeed(bob, 'app.holdfast.bridge.pair', { did, url: second.url });
  await succeed(bob, 'app.holdfast.bridge.pair', { did, url: world.mirror });
  alice.connect();
  await until('met', async () => (await alice.house.store.account(did))!.mirror!.alarm !== undefined);
  assert.deepEqual(await served(world.mirror), ['one']);
  const { active } = await (await fetch(`${world.relay}/xrpc/com.atproto.sync.getRepoStatus?did=${did}`)).json() as { active: boolean };
  assert.equal(active, true);
});

test('what one house has had confirmed while another one pairs is not replaced', async () => {
  const between: (() => Promise<void>)[] = [];
  const bob = await another(false, async (input, init) => {
    if (String(input).includes('mirror.putRepo')) await between.pop()?.();
    return fetch(input, init);
  });
  alice.disconnect();
  await alice.post('of alice');
  await write(bob, 'of bob');
  between.push(async () => {
    alice.connect();
    await settled(alice.house);
    alice.disconnect();
  });
  await succeed(bob, 'app.holdfast.bridge.pair', { did, url: world.mirror });
  assert.deepEqual(between, []);
  stops.push(startBridgeOf(bob));
  alice.connect();
  const all = ['of alice', 'of bob', 'one'];
  await until('everywhere', async () => [await served(world.mirror), await texts(bob), await texts(alice.house)].every((each) => each.join() === all.join()));
});

test('what another house has handed over to a standby meanwhile is not taken for confirmed unseen', async () => {
  await succeed(alice.house, 'app.holdfast.bridge.addStandby', { did, url: second.url });
  await settled(alice.house);
  alice.disconnect();
  const between: (() => Promise<void>)[] = [];
  const bob = await another(true, async (input, init) => {
    if (String(input).includes('mirror.putRepo')) await between.pop()?.();
    return fetch(input, init);
  });
  // It gets as far as that, and not to name it.
  const carol = await another(true, async (input, init) => {
    if (init?.method === 'POST' && String(input).startsWith(world.directory)) throw new TypeError('fetch failed');
    return fetch(input, init);
  });
  await write(bob, 'of bob');
  await write(carol, 'of carol');
  await world.stopMirror();
  between.push(async () => assert.equal((await carol.post('app.holdfast.bridge.pair', { did, url: second.url })).status, 502));
  await succeed(bob, 'app.holdfast.bridge.pair', { did, url: second.url });
  assert.deepEqual(between, []);
  stops.push(startBridgeOf(bob));
  const all = ['of bob', 'of carol', 'one'];
  await until('everywhere', async () => [await served(second.url), await texts(bob)].every((each) => each.join() === all.join()));
  await world.startMirror();
});

for (const how of ['a standby that takes its place', 'another mirror'] as const) {
  test(`what one house deleted stays deleted when the other one follows it to ${how}, and that one is told`, async () => {
    if (how !== 'another mirror') await succeed(alice.house, 'app.holdfast.bridge.addStandby', { did, url: second.url });
    const bob = await another(true);
    const stop = startBridgeOf(bob);
    const uri = await write(bob, 'regretted');
    await settled(bob);
    await until('there', async () => (await texts(alice.house)).includes('regretted'));
    await settled(alice.house);
    stop();
    await write(bob, 'not sent yet');
    await succeed(alice.house, 'app.holdfast.bridge.pair', { did, url: second.url });
    await succeed(alice.house, 'com.atproto.repo.deleteRecord', { repo: did, collection: POST, rkey: uri.split('/').at(-1) });
    await settled(alice.house);
    if (how === 'another mirror') await succeed(bob, 'app.holdfast.bridge.leave', { did });
    await succeed(bob, 'app.holdfast.bridge.pair', { did, url: second.url });
    stops.push(startBridgeOf(bob));
    const all = ['not sent yet', 'one'];
    await until('everywhere', async () => [await served(second.url), await texts(bob), await texts(alice.house)].every((each) => each.join() === all.join()));
    const [conflict, ...more] = (await known(bob)).notice!.conflicts;
    assert.deepEqual([conflict!.path, conflict!.isTheirs, more], [uri.slice(`at://${did}/`.length), true, []]);
    const { body } = await bob.get('app.holdfast.history.get', { did, rev: (conflict as unknown as { rev: string }).rev, path: conflict!.path });
    assert.deepEqual([(body['before'] as { text: string }).text, body['after']], ['regretted', undefined]);
  });
}
