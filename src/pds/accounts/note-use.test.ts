import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armorKit, generatePassphrase } from '../../keys/index.ts';
import { Town } from '../../../test/support/town.ts';
import { PdsHouse } from '../../../test/support/pds-house.ts';
import { renewKit } from './renew-kit.ts';

/** What was noted, oldest first: kind, key, and whom it was for. */
async function noted({ house: { store }, did }: Town): Promise<string[]> {
  return (await store.uses(did)).map(({ what, key, subject, audience }) => (
    [what, key, what === 'operation' ? '' : subject.split('.').at(-1), audience].filter((part) => part !== '').join(' ')
  )).reverse();
}

test('every use of a key but commits is noted: kits, operations with their CIDs, passes with whom they are for', async () => {
  const town = await Town.make({ handle: 'noted.example.com' });
  await town.paired();
  const { mirrorDid } = (await town.account()).mirror!;
  const passes = (await noted(town)).filter((use) => use.startsWith('token'));
  for (const method of ['enroll', 'putRepo', 'activate']) assert.ok(passes.includes(`token signing ${method} ${mirrorDid}`), passes.join());
  assert.deepEqual((await noted(town)).filter((use) => !use.startsWith('token')), ['operation house directory']);

  const { store } = town.house;
  const { entries } = (await town.directory.log(town.did))!;
  assert.deepEqual((await store.uses(town.did)).filter(({ what }) => what === 'operation').map(({ subject }) => subject), [entries[1]!.cid.toString()]);

  const proof = { did: town.did, passphrase: town.passphrase, armored: armorKit(new Uint8Array(await town.kit.arrayBuffer())) };
  assert.equal((await town.house.post('app.holdfast.kit.prove', proof)).status, 200);
  assert.equal((await town.house.post('app.holdfast.kit.prove', { ...proof, passphrase: generatePassphrase() })).status, 400);
  assert.equal((await noted(town)).filter((use) => use === 'kit-opened kit proof').length, 1);

  const parts = { store, fetch: town.network.fetch, settings: town.settings, now: () => Date.now() + 10_000 };
  const old = { file: new Uint8Array(await town.kit.arrayBuffer()), passphrase: town.passphrase };
  await renewKit(parts, town.did, { passphrase: generatePassphrase(), old });
  assert.deepEqual((await noted(town)).slice(-3).sort(), ['kit-made kit new-kit', 'kit-opened kit new-kit', 'operation recovery directory']);
});

test('a new account begins with its kit and the operation that made it; a write adds nothing but its commit', async () => {
  const house = new PdsHouse();
  const made = await house.post('app.holdfast.account.create', { passphrase: generatePassphrase() }, { id: 'request-make' });
  const { did } = made.body['account'] as { did: `did:plc:${string}` };
  const uses = await house.store.uses(did as never);
  assert.deepEqual(uses.map(({ what, key }) => `${what} ${key}`).sort(), ['kit-made kit', 'operation house']);
  await house.create({ text: 'hello' }, { repo: did });
  assert.equal((await house.store.uses(did as never)).length, 2);
});

test('a note that cannot be kept stops nothing', async () => {
  const house = new PdsHouse({}, (store) => {
    store.noteUse = () => Promise.reject(new Error('the disk is full'));
    return store;
  });
  const made = await house.post('app.holdfast.account.create', { passphrase: generatePassphrase() }, { id: 'request-make' });
  assert.equal(made.status, 200, JSON.stringify(made.body));
});
