// A house among real servers: it moves from one mirror to another, is lost, and comes back from kit and mirror.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runJob } from '../../src/jobs/run-job.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { startMirror } from '../../src/mirror/index.ts';
import type { HouseSettings } from '../../src/pds/index.ts';
import { parseDid, parseDidKey } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { verifyRepository } from '../../src/repo/index.ts';
import { assertRefused, PdsHouse } from '../support/pds-house.ts';
import { startWorld, succeed } from '../support/street-world.ts';
import type { World } from '../support/street-world.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-moving-'));
let world: World;
let second: Awaited<ReturnType<typeof startMirror>>;

before(async () => {
  world = await startWorld();
  second = await startMirror({ ...world.settings, port: 0, folder: join(folder, 'second'), handleDomains: ['second.test'] }, { log: () => undefined });
});

after(async () => {
  await second.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = async (): Promise<HouseSettings> => ({ directory: world.directory });

async function get(url: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() as Record<string, unknown> };
}

async function write(house: PdsHouse, did: Did, more: object = {}): Promise<void> {
  const answer = await house.create({ text: 'told', ...more }, { repo: did });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

test('an account moves, its house is lost, and it comes back; then it leaves', async () => {
  const house = new PdsHouse({ settings });
  const { passphrase } = await succeed(house, 'app.holdfast.kit.generatePassphrase', undefined);
  const { account } = await succeed(house, 'app.holdfast.account.create', { passphrase, handle: 'carol.example.com' }) as { account: { did: string } };
  const did = parseDid(account.did);
  const kit = new Blob([new Uint8Array((await house.store.account(did))!.kit!.file)]);
  assertRefused(await house.post('app.holdfast.bridge.pair', { did, url: world.mirror }), 400, 'KitUnproven');
  await succeed(house, 'app.holdfast.kit.prove', { did, passphrase });
  const upload = await house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: PNG, headers: { 'content-type': 'image/png' } });
  const { blob } = await upload.json() as { blob: { ref: { $link: string } } };
  await write(house, did, { blob });

  const pair = (of: PdsHouse, url: string): Promise<Record<string, unknown>> => succeed(of, 'app.holdfast.bridge.pair', { did, url });
  assert.equal(((await pair(house, world.mirror))['mirror'] as { handle: string }).handle, 'carol.holdfast.test');
  await write(house, did);
  assert.equal(((await pair(house, second.url))['mirror'] as { handle: string }).handle, 'carol.second.test');
  const latest = (url: string): ReturnType<typeof get> => get(`${url}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`);
  const head = (await house.store.account(did))!.head;
  assert.deepEqual((await latest(second.url)).body, { cid: head.cid.toString(), rev: head.rev });
  assert.equal((await latest(world.mirror)).status, 400);
  const { body: document } = await get(`${world.directory}/${did}`);
  assert.deepEqual(document['alsoKnownAs'], ['at://carol.second.test']);
  assert.deepEqual((document['service'] as { serviceEndpoint: string }[]).map(({ serviceEndpoint }) => serviceEndpoint), [second.url]);

  const again = new PdsHouse({ settings });
  const { store, blobs, jobs } = again;
  const place = { store, blobs, jobs, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  const said: unknown[] = [];
  await runJob({ job: 'restore', id: 'one', kit, passphrase: String(passphrase) }, place, new AbortController().signal, (message) => void said.push(message));
  const { result } = said.at(-1) as { result: { head: string; records: number; missingBlobs: number; mirror: string } };
  assert.deepEqual([result.head, result.records, result.missingBlobs, result.mirror], [head.cid.toString(), 2, 0, second.url]);
  await write(again, did);
  await pair(again, second.url);
  const { head: next, signingKey } = (await store.account(did))!;
  assert.deepEqual((await latest(second.url)).body, { cid: next.cid.toString(), rev: next.rev });
  const car = new Uint8Array(await (await fetch(`${second.url}/xrpc/com.atproto.sync.getRepo?did=${did}`)).arrayBuffer());
  assert.equal((await verifyRepository(car, { did, key: parseDidKey(signingKey) })).records, 3);
  const picture = await fetch(`${second.url}/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${blob.ref.$link}`);
  assert.deepEqual(new Uint8Array(await picture.arrayBuffer()), PNG);
  assertRefused(await house.post('app.holdfast.bridge.pair', { did, url: second.url }), 409, 'IdentityChanged');

  assert.deepEqual(await succeed(again, 'app.holdfast.bridge.leave', { did }), { deleted: true });
  assert.equal((await latest(second.url)).status, 400);
  assert.deepEqual((await get(`${world.directory}/${did}`)).body['service'], []);
  await pair(again, world.mirror);
  assert.deepEqual((await latest(world.mirror)).body, { cid: next.cid.toString(), rev: next.rev });
});
