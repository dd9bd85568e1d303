// An owner whose name is on a domain of their own has the standby take the mirror's place, and goes back: the name stays all the while.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startMirror } from '../../src/mirror/index.ts';
import { pointTo } from '../../src/pds/mirroring/identity.ts';
import { parseDid, parseHandle } from '../../src/protocol/index.ts';
import { readEvent } from '../support/event-facts.ts';
import { allOf } from '../support/host-rules.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';

const OWN = parseHandle('own.example');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-own-name-'));
let world: World;
let second: Awaited<ReturnType<typeof startMirror>>;
let alice: NodeHouse;

before(async () => {
  world = await startWorld();
  second = await startMirror({ ...world.settings, port: 0, folder: join(folder, 'second'), handleDomains: ['second.test'] }, { log: () => undefined });
  alice = await makeHouse(world);
  await alice.pair();
});

after(async () => {
  alice.disconnect();
  await second.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Standing {
  readonly waiting: number;
  readonly standbys?: readonly { readonly url: string; readonly state: string }[];
}

/** What has been confirmed is with the standby, too. */
async function standsBy(standby: string): Promise<void> {
  let last: Standing | undefined;
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(50)) {
    last = (await alice.house.get('app.holdfast.bridge.describe', { did: alice.did })).body['mirror'] as Standing;
    const [only] = last.standbys ?? [];
    if (last.waiting === 0 && only?.url === standby && only.state === 'same') return;
  }
  throw new Error(`not with the standby: ${JSON.stringify(last)}`);
}

/** What the document says, and what the mirror said last of the name. */
async function names(mirror: string): Promise<readonly unknown[]> {
  const { alsoKnownAs, service } = await (await fetch(`${world.directory}/${alice.did}`)).json() as { alsoKnownAs: string[]; service: { serviceEndpoint: string }[] };
  const told = (await allOf(mirror)).map(readEvent).filter(({ did, type }) => did === alice.did && type === '#identity').at(-1)!;
  return [...alsoKnownAs, ...service.map(({ serviceEndpoint }) => serviceEndpoint), told.body['handle']];
}

const pairWith = (url: string) => succeed(alice.house, 'app.holdfast.bridge.pair', { did: alice.did, url });

test('with a name of one\'s own an account changes to the standby and back', async () => {
  const { store } = alice.house;
  const did = parseDid(alice.did);
  const parts = { store, fetch, settings: async () => ({ directory: world.directory }), now: Date.now } as unknown as Parameters<typeof pointTo>[0];
  await pointTo(parts, (await store.account(did))!, { handle: OWN, pds: world.mirror });
  await store.update(did, { handle: OWN });
  await succeed(alice.house, 'app.holdfast.bridge.addStandby', { did, url: second.url });
  await standsBy(second.url);
  await pairWith(second.url);
  await alice.post('while the other one serves it');
  await standsBy(world.mirror);
  await pairWith(world.mirror);
  assert.deepEqual(await names(world.mirror), [`at://${OWN}`, world.mirror, undefined]);
  await alice.post('after the way back');
  await world.check();
});
