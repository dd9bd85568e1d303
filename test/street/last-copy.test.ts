// The browser is lost, and the only copy lies where nobody is shown it: with a standby, or with a mirror whose operator has suspended the account.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answerKeysAsk } from '../../src/jobs/keys/ask.ts';
import { findKit } from '../../src/jobs/keys/find-kit.ts';
import type { KeysAsk, LongJobMessage } from '../../src/jobs/messages.ts';
import type { RestoreResult } from '../../src/jobs/restore.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { startMirror } from '../../src/mirror/index.ts';
import type { RunningMirror } from '../../src/mirror/index.ts';
import { parseDid } from '../../src/protocol/index.ts';
import { MemoryKeyVault } from '../../src/storage/memory/index.ts';
import { startBridgeOf } from '../support/node-bridge.ts';
import { OPERATOR, operated } from '../support/operator.ts';
import { assertRefused, PdsHouse } from '../support/pds-house.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-last-'));
let world: World;
let second: RunningMirror;

before(async () => {
  world = await startWorld();
  second = await startMirror({ ...world.settings, port: 0, folder: join(folder, 'second'), handleDomains: ['second.test'], operator: OPERATOR }, { log: () => undefined });
});

after(async () => {
  await second.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An account with a post and a picture, of which its mirror has everything. */
async function owner(name: string, mirror: string): Promise<NodeHouse> {
  const made = await makeHouse(world, name);
  await made.pair(mirror, `${name}.${mirror === second.url ? 'second' : 'holdfast'}.test`);
  const upload = await made.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: PNG, headers: { 'content-type': 'image/png' } });
  const { blob } = await upload.json() as { blob: object };
  await made.post(`of ${name}`);
  await succeed(made.house, 'com.atproto.repo.createRecord', { repo: made.did, collection: 'app.holdfast.note', record: { $type: 'app.holdfast.note', blob } });
  await until('confirmed', async () => (await standing(made.house, made.did)).waiting === 0);
  return made;
}

interface Standing {
  readonly url: string;
  readonly state: string;
  readonly waiting: number;
  readonly standbys?: readonly { readonly url: string; readonly state: string }[];
}

const standing = async (house: PdsHouse, did: string): Promise<Standing> => (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as Standing;

/** What a server serves of an account, as anybody sees it; why not, where it does not. */
async function latest(host: string, did: string): Promise<string> {
  const { rev, error } = await (await fetch(`${host}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).json() as { rev?: string; error?: string };
  return rev ?? error!;
}

const RESOLVER = 'https://resolver.test/dns-query';
/** Domains of tests are nowhere. */
const near: typeof fetch = async (input, init) => (String(input).startsWith('http://localhost') ? fetch(input, init) : Promise.reject(new TypeError('fetch failed')));

/** A browser that has nothing. */
function emptyHouse(): PdsHouse {
  return new PdsHouse({ settings: async () => ({ directory: world.directory, mirror: world.mirror, relay: world.relay }) });
}

/** Restores from a mirror, with what the owner holds. */
async function restore({ store, blobs, jobs }: PdsHouse, { kit, passphrase }: NodeHouse, url?: string): Promise<LongJobMessage> {
  let last!: LongJobMessage;
  const place = { store, blobs, jobs, fetch: near, settings: async () => ({ directory: world.directory }), tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  const standby = url === undefined ? {} : { standby: { url, resolver: RESOLVER } };
  await runJob({ job: 'restore', id: crypto.randomUUID(), kit, passphrase, ...standby }, place, new AbortController().signal, (message) => (last = message));
  return last;
}

/** As the house of the owner puts a sealed copy with its mirror, or takes it back. */
async function kitAt({ house: { store }, did, kit, passphrase }: NodeHouse, what: 'put-mirror-kit' | 'take-mirror-kit'): Promise<void> {
  const context = { store, vault: new MemoryKeyVault(), fetch, now: Date.now, signal: new AbortController().signal };
  await answerKeysAsk({ did, what, kind: 'passphrase', ...(what === 'put-mirror-kit' ? { kit, passphrase } : {}) } as KeysAsk, context);
}

/** Where the sealed kit is found by a name, from a browser that has nothing. */
async function foundAt(name: string, did: string, standby?: string): Promise<string> {
  const { store } = emptyHouse();
  const resolved: typeof fetch = async (input, init) => (
    String(input).startsWith(RESOLVER) ? Response.json({ Status: 0, Answer: [{ type: 16, data: `"did=${did}"` }] }) : near(input, init)
  );
  const context = { store, fetch: resolved, settings: async () => ({ directory: world.directory }), signal: new AbortController().signal };
  const found = await findKit({ name, resolver: RESOLVER, ...(standby !== undefined && { standby }) }, context).catch(({ code }: { readonly code: string }) => code);
  return typeof found === 'string' ? found : found.mirror;
}

/** It has come back, with everything. */
function assertBack(message: LongJobMessage): RestoreResult {
  assert.ok(message.type === 'done', JSON.stringify(message));
  const result = message.result as RestoreResult;
  assert.deepEqual([result.records, result.missingBlobs], [2, 0]);
  return result;
}

test('the mirror is dead and the browser lost: the kit brings the account out of its standby, which takes the place of the mirror', async () => {
  const alice = await owner('alice', world.mirror);
  const { did } = alice;
  await succeed(alice.house, 'app.holdfast.bridge.addStandby', { did, url: second.url });
  const { rev } = (await alice.house.store.account(parseDid(did)))!.head;
  await kitAt(alice, 'put-mirror-kit');
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did });
  await until('held', async () => (await standing(alice.house, did)).standbys?.[0]?.state === 'same');
  alice.disconnect();
  await world.stopMirror();

  const house = emptyHouse();
  assert.equal(await foundAt(did, did), 'MirrorUnreachable');
  assert.equal(await foundAt(did, did, second.url), second.url);
  const lost = await restore(house, alice);
  assert.equal(lost.type === 'failed' && lost.error.code, 'MirrorUnreachable');
  assert.equal(await latest(second.url, did), 'RepoNotFound');
  const result = assertBack(await restore(house, alice, second.url));
  assert.deepEqual([result.rev, result.mirror, result.isStandby, result.handle], [rev, second.url, true, 'alice.holdfast.test']);
  const noted = (await house.store.uses(parseDid(did))).filter(({ what }) => what === 'token').map(({ subject, audience, count }) => [subject, audience, count]);
  assert.deepEqual(noted.sort(), [['com.atproto.sync.getBlob', second.did, 1], ['com.atproto.sync.getRepo', second.did, 1]]);

  await succeed(house, 'app.holdfast.bridge.pair', { did, url: second.url });
  const stop = startBridgeOf(house);
  try {
    assert.equal(await latest(second.url, did), rev);
    const document = await (await fetch(`${world.directory}/${did}`)).json() as { alsoKnownAs: string[]; service: { serviceEndpoint: string }[] };
    assert.deepEqual([document.alsoKnownAs, document.service[0]!.serviceEndpoint], [['at://alice.second.test'], second.url]);
    await succeed(house, 'com.atproto.repo.createRecord', { repo: did, collection: 'app.holdfast.note', record: { $type: 'app.holdfast.note', text: 'home again' } });
    const next = (await house.store.account(parseDid(did)))!.head.rev;
    await until('on the street', async () => await latest(world.relay, did) === next);
    await world.startMirror();
    await until('a standby of the standby', async () => {
      const { mirror } = await succeed(house, 'app.holdfast.bridge.askStandbys', { did }) as { mirror: Standing };
      return mirror.standbys?.[0]?.url === world.mirror && mirror.standbys[0].state === 'same';
    });
    assert.equal(await latest(world.mirror, did), 'RepoNotFound');
    for (const name of [did, 'alice.second.test']) assert.equal(await foundAt(name, did), second.url);
  } finally {
    stop();
  }
});

test('the operator has suspended the account and the browser is lost: the kit brings it out of its mirror, and it moves to another', async () => {
  const bob = await owner('bob', second.url);
  const { did } = bob;
  bob.disconnect();
  const operator = { operatorUrl: `http://127.0.0.1:${second.operatorPort}` };
  for (const [status, said] of [['suspended', 'RepoSuspended'], ['takendown', 'RepoTakendown']] as const) {
    await operated(operator, 'updateAccount', { did, status });
    assert.equal(await latest(second.url, did), said);
    const house = emptyHouse();
    const result = assertBack(await restore(house, bob));
    assert.deepEqual([result.mirror, result.isStandby], [second.url, undefined]);
    assertRefused(await house.post('app.holdfast.bridge.pair', { did, url: second.url }), 502, 'MirrorRefused');
    if (status === 'suspended') continue;
    await succeed(house, 'app.holdfast.bridge.pair', { did, url: world.mirror });
    assert.equal(await latest(world.mirror, did), (await house.store.account(parseDid(did)))!.head.rev);
    assert.equal(await latest(second.url, did), 'RepoNotFound');
  }
});

test('a sealed kit that the standby did not get before it took the place outlasts both switches; what is taken back goes everywhere', async () => {
  const carol = await owner('carol', world.mirror);
  const { did, house } = carol;
  carol.disconnect();
  const kinds = (): Promise<unknown[]> => Promise.all([world.mirror, second.url].map(async (host) => {
    const { kits } = await (await fetch(`${host}/xrpc/app.holdfast.mirror.getKits?did=${did}`)).json() as { kits: { kind: string }[] };
    return kits.map(({ kind }) => kind).join();
  }));
  const followed = async (): Promise<unknown[]> => {
    await until('followed', async () => {
      await succeed(house, 'app.holdfast.bridge.askStandbys', { did });
      return (await standing(house, did)).standbys?.[0]?.state === 'same';
    });
    return kinds();
  };
  await succeed(house, 'app.holdfast.bridge.addStandby', { did, url: second.url });
  await kitAt(carol, 'put-mirror-kit');
  await world.stopMirror();
  await succeed(house, 'app.holdfast.bridge.pair', { did, url: second.url });
  await world.startMirror();
  assert.deepEqual(await followed(), ['passphrase', '']);
  await succeed(house, 'app.holdfast.bridge.pair', { did, url: world.mirror });
  assert.deepEqual(await followed(), ['passphrase', 'passphrase']);
  await kitAt(carol, 'take-mirror-kit');
  assert.deepEqual(await followed(), ['', '']);

  await kitAt(carol, 'put-mirror-kit');
  assert.deepEqual(await kinds(), ['passphrase', '']);
  await succeed(house, 'app.holdfast.bridge.pair', { did, url: second.url });
  assert.deepEqual(await kinds(), ['passphrase', 'passphrase'], 'a standby gets it before it takes the place');
  assert.deepEqual(await followed(), ['passphrase', 'passphrase']);
  await kitAt(carol, 'take-mirror-kit');
  assert.deepEqual(await followed(), ['', ''], 'also the first, which was given it by the new one');
});
