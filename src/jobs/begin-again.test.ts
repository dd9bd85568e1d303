import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { formatDidKey, tidFrom, tidTime } from '../protocol/index.ts';
import { generatePassphrase, openKit, wipeKit } from '../keys/index.ts';
import { renewKit } from '../pds/index.ts';
import { FakeMirror } from '../../test/support/fake-street.ts';
import { Town } from '../../test/support/town.ts';
import { askFailure } from './errors.ts';
import { beginAgain } from './begin-again.ts';
import type { BegunReport } from './begin-again.ts';

const RELAY = 'https://relay.test';

interface Beginning extends BegunReport {
  readonly newPassphrase: string;
}

async function begin(town: Town, more: object = {}, relay?: string): Promise<Beginning> {
  const { house: { store }, network: { fetch }, kit, passphrase } = town;
  const newPassphrase = generatePassphrase();
  const settings = async () => ({ ...await town.settings(), ...(relay !== undefined && { relay }) });
  const report = await beginAgain({ kit, passphrase, newPassphrase, ...more }, { store, fetch, settings, now: Date.now, signal: new AbortController().signal });
  return { ...report, newPassphrase };
}

async function refuses(town: Town, code: string, more: object = {}): Promise<void> {
  assert.equal(await begin(town, more).then(() => 'done', (error: unknown) => askFailure(error).code), code);
  assert.equal(await town.house.store.account(town.did), undefined);
}

/** A paired account whose house is gone, and its mirror with it. */
async function allLost(): Promise<{ readonly before: Town; readonly town: Town }> {
  const before = await Town.make({ handle: 'alone.example.com' });
  await before.write('what is lost');
  await before.paired();
  before.mirror.stop();
  return { before, town: new Town(before) };
}

test('with nothing but the kit the identity is saved: one operation, a new signing key, an empty repository above every rev', async () => {
  const { before, town } = await allLost();
  const { head, signingKey, rotationKeys, handle } = await before.account();
  const { did, lost, newPassphrase, ...rest } = await begin(town);
  assert.deepEqual([did, rest.handle, rest.mirror], [town.did, handle, undefined]);
  const account = await town.account();
  assert.notEqual(account.signingKey, signingKey);
  assert.equal(account.rotationKeys[0], rotationKeys[0]);
  assert.deepEqual([account.rotationKeys.length, account.rotationKeys.includes(rotationKeys[1]!)], [2, false]);
  assert.ok(account.head.rev > head.rev && lost !== undefined && lost <= head.rev);
  assert.equal(account.collections.size, 0);
  assert.equal(account.operations.length, 1);

  // The new kit holds the new signing key beside the key that it had.
  const kit = await openKit(account.kit!.file, newPassphrase);
  wipeKit(kit);
  assert.deepEqual([formatDidKey(kit.signing.publicKey), formatDidKey(kit.recovery.publicKey), kit.rev], [account.signingKey, rotationKeys[0], account.head.rev]);

  // It writes on, and goes to another mirror, which the DID names then.
  await town.write('the first word');
  await verifyRepoCar(new Uint8Array(await (await town.house.fetch(`com.atproto.sync.getRepo?did=${did}`)).arrayBuffer()), did, account.signingKey);
  assert.equal((await town.house.post('app.holdfast.kit.prove', { did, passphrase: newPassphrase })).status, 200);
  const other = new FakeMirror(town.network, town.directory, 'elsewhere');
  await town.paired({ url: other.url });
  await town.assertPaired(other);
  // Genesis, the first mirror, the new keys, the other mirror.
  assert.equal(await town.operations(), 4);
  const uses = (await town.house.store.uses(town.did)).filter(({ what }) => what !== 'token').map(({ what, key, subject }) => (what === 'operation' ? `${what} ${key}` : `${what} ${subject}`));
  for (const use of ['kit-opened begin-again', 'operation recovery', 'kit-made new-kit']) assert.ok(uses.includes(use), uses.join());
});

test('what a mirror still has is not given up, unless the owner says so; and is then replaced', async () => {
  const { before, town } = await allLost();
  before.mirror.start();
  await refuses(town, 'CopyExists');
  const { lost, mirror, newPassphrase } = await begin(town, { isSure: true });
  const { head } = await before.account();
  assert.deepEqual([lost, mirror], [head.rev, before.mirror.url]);
  assert.equal((await town.house.post('app.holdfast.kit.prove', { did: town.did, passphrase: newPassphrase })).status, 200);
  await town.paired();
  await town.assertPaired();
  assert.ok(town.mirror.copy(town.did).head!.rev > head.rev);
});

test('a relay that knows a later rev is believed, unless that is in the future', async () => {
  const { town } = await allLost();
  const later = tidFrom((Date.now() + 60_000) * 1000, 1);
  town.network.add(RELAY, async () => Response.json({ cid: 'bafyreigc4xbsdsjdc5qevxmtajinhlnzc2dlhnjklwbmepswpsfdsdq7qe', rev: later }));
  const { lost } = await begin(town, {}, RELAY);
  assert.equal(lost, later);
  assert.ok((await town.account()).head.rev > later);

  const { town: other } = await allLost();
  const absurd = tidFrom((Date.now() + 3_600_000) * 1000, 1);
  other.network.add(RELAY, async () => Response.json({ cid: 'bafyreigc4xbsdsjdc5qevxmtajinhlnzc2dlhnjklwbmepswpsfdsdq7qe', rev: absurd }));
  await begin(other, {}, RELAY);
  assert.ok(tidTime((await other.account()).head.rev) < (Date.now() + 60_000) * 1000);
});

test('an account that no directory has heard of comes from the genesis in its kit', async () => {
  const before = await Town.make({ handle: 'unheard.example.com' });
  const town = new Town(before);
  const { newPassphrase } = await begin(town);
  assert.equal((await town.account()).operations.length, 2);
  assert.equal((await town.house.post('app.holdfast.kit.prove', { did: town.did, passphrase: newPassphrase })).status, 200);
  await town.paired();
  await town.assertPaired();
});

test('is refused, and nothing is here: a wrong passphrase, a kit that was replaced, a directory that is away, an account that is here', async () => {
  const { before, town } = await allLost();
  await refuses(town, 'KitPassphrase', { passphrase: generatePassphrase() });
  await refuses(town, 'KitDamaged', { kit: new Blob(['no kit']) });
  before.mirror.start();
  const { house: { store }, network: { fetch }, settings } = before;
  await renewKit({ store, fetch, settings, now: Date.now }, before.did, { passphrase: generatePassphrase() });
  before.mirror.stop();
  await refuses(town, 'KitOfAnother');
  const { kit, passphrase } = before;
  assert.equal(await begin(before, { kit, passphrase }).then(() => 'done', (error: unknown) => askFailure(error).code), 'AccountExists');

  const { town: alone } = await allLost();
  alone.network.remove((await alone.settings()).directory);
  await refuses(alone, 'DirectoryUnreachable');
});
