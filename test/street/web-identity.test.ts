// An account whose DID is a document on a domain of its owner, with a mirror that runs; only the domain is not there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parseDid, parseDidKey, parseHandle } from '../../src/protocol/index.ts';
import { documentOf, plcDataOf } from '../../src/identity/index.ts';
import type { DidDocument, Fetch } from '../../src/identity/index.ts';
import { generatePassphrase } from '../../src/keys/index.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { renewKit } from '../../src/pds/index.ts';
import { verifyRepository } from '../../src/repo/index.ts';
import { startBridgeOf } from '../support/node-bridge.ts';
import { assertRefused, PdsHouse } from '../support/pds-house.ts';
import { startTestMirror } from '../support/running-mirror.ts';
import { succeed } from '../support/street-world.ts';
import type { RunningTestMirror } from '../support/running-mirror.ts';

const DOMAIN = 'ada.example.com';
const DID = parseDid(`did:web:${DOMAIN}`);
const ADDRESS = `https://${DOMAIN}/.well-known/did.json`;

let mirror: RunningTestMirror;
let published: DidDocument | undefined;

const ofDomain: Fetch = async (input, init) => {
  if (new Request(input).url !== ADDRESS) return fetch(input, init);
  if (published === undefined) throw new TypeError('fetch failed');
  return Response.json(published);
};
const settings = async () => ({ directory: mirror.directory.url });

async function publish(signingKey: string): Promise<void> {
  const said = { signingKey: parseDidKey(signingKey), handle: parseHandle(DOMAIN), pds: mirror.url };
  published = documentOf(plcDataOf(said, []), DID);
  mirror.directory.publish(DID, { signer: { publicKey: said.signingKey }, handle: DOMAIN, pds: mirror.url });
}

before(async () => {
  mirror = await startTestMirror({
    fetchPublic: async (url) => {
      assert.equal(url, ADDRESS);
      if (published === undefined) throw new TypeError('fetch failed');
      return published;
    },
  });
});
after(() => mirror.close());

const get = (path: string): Promise<Response> => fetch(`${mirror.url}/xrpc/${path}`);
const latest = async (): Promise<string> => ((await (await get(`com.atproto.sync.getLatestCommit?did=${DID}`)).json()) as { rev: string }).rev;
const records = async (signingKey: string): Promise<number> => {
  const car = new Uint8Array(await (await get(`com.atproto.sync.getRepo?did=${DID}`)).arrayBuffer());
  return (await verifyRepository(car, { key: parseDidKey(signingKey), did: DID })).records;
};
/** @throws AssertionError after a minute */
async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !await holds(); tries++) {
    assert.ok(tries < 1_200, what);
    await pause(50);
  }
}

const write = (house: PdsHouse, text: string) => house.create({ text }, { repo: DID });
const reached = async (house: PdsHouse): Promise<void> => {
  const { head } = (await house.store.account(DID))!;
  await eventually(async () => await latest() === head.rev, 'the mirror has the last commit');
};

test('it is published, paired, written to, given new keys, and comes back from kit and mirror', async () => {
  const house = new PdsHouse({ fetch: ofDomain, settings });
  const passphrase = generatePassphrase();
  await succeed(house, 'app.holdfast.account.create', { passphrase, domain: DOMAIN });
  await succeed(house, 'app.holdfast.kit.prove', { did: DID, passphrase });
  await write(house, 'before');
  const pair = (of: PdsHouse) => of.post('app.holdfast.bridge.pair', { did: DID, url: mirror.url }, { id: crypto.randomUUID() });
  assertRefused(await pair(house), 400, 'DocumentUnready');
  const account = (await house.store.account(DID))!;
  await publish(account.signingKey);
  assert.equal((await pair(house)).status, 200);
  const { mirror: { usage } } = await succeed(house, 'app.holdfast.bridge.look', { did: DID }) as { mirror: { usage: { status: string; repoLimit: number } } };
  assert.deepEqual([usage.status, usage.repoLimit], ['active', 50_000_000]);
  const stop = startBridgeOf(house);
  await write(house, 'after');
  await reached(house);
  assert.equal(await records(account.signingKey), 2);
  const described = await (await get(`com.atproto.repo.describeRepo?repo=${DID}`)).json() as Record<string, unknown>;
  assert.deepEqual([described['did'], described['handle']], [DID, DOMAIN]);

  // A new kit: nothing goes out until the domain names the new key.
  const fresh = generatePassphrase();
  await renewKit({ store: house.store, fetch: ofDomain, settings, now: Date.now }, DID, { passphrase: fresh });
  const renewed = (await house.store.account(DID))!;
  const kit = new Blob([new Uint8Array(renewed.kit!.file)]);
  await house.store.update(DID, { kit: undefined });
  house.feed.announce({ type: 'mirrors', did: DID });
  await eventually(async () => (await house.store.account(DID))!.mirror?.alarm?.message.includes('document on your domain') === true, 'the owner is told');
  await publish(renewed.signingKey);
  // What the mirror has read a moment ago it does not ask for again.
  await eventually(async () => (await pair(house)).status === 200, 'the mirror sees the new key');
  await succeed(house, 'app.holdfast.bridge.setPaused', { did: DID, paused: false });
  await write(house, 'by the new key');
  await reached(house);
  assert.equal(await records(renewed.signingKey), 3);
  stop();

  const again = new PdsHouse({ fetch: ofDomain, settings });
  const { store, blobs, jobs } = again;
  const place = { store, blobs, jobs, fetch: ofDomain, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  const said: unknown[] = [];
  await runJob({ job: 'restore', id: 'one', kit, passphrase: fresh }, place, new AbortController().signal, (message) => void said.push(message));
  assert.equal((said.at(-1) as { result?: { records: number } }).result?.records, 3, JSON.stringify(said.at(-1)));
  assert.equal((await pair(again)).status, 200);
  const stopAgain = startBridgeOf(again);
  await write(again, 'in the new house');
  await reached(again);
  stopAgain();
});
