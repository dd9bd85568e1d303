import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { formatDidKey } from '../../protocol/index.ts';
import { generatePassphrase, openKit, wipeKit } from '../../keys/index.ts';
import { XrpcError } from '../index.ts';
import { Town } from '../../../test/support/town.ts';
import { renewKit } from './renew-kit.ts';
import type { RenewalWish, RenewedKit } from './renew-kit.ts';

const HOURS = 60 * 60 * 1000;

interface Renewed extends RenewedKit {
  readonly passphrase: string;
}

async function renew(town: Town, old?: RenewalWish['old']): Promise<Renewed> {
  const { house: { store }, network: { fetch }, settings } = town;
  const passphrase = generatePassphrase();
  const renewed = await renewKit({ store, fetch, settings, now: Date.now }, town.did, { passphrase, ...(old !== undefined && { old }) });
  return { ...renewed, passphrase };
}

const oldKit = async (town: Town): Promise<NonNullable<RenewalWish['old']>> => ({
  file: new Uint8Array(await town.kit.arrayBuffer()), passphrase: town.passphrase,
});

/** That the account and its kit name the same new keys, and that what is exported now is signed by them. */
async function assertRenewed(town: Town, before: Awaited<ReturnType<Town['account']>>, passphrase: string): Promise<void> {
  const account = await town.account();
  assert.notEqual(account.signingKey, before.signingKey);
  assert.notEqual(account.rotationKeys[0], before.rotationKeys[0]);
  assert.deepEqual(account.rotationKeys.slice(1), before.rotationKeys.slice(1));
  assert.ok(account.head.rev > before.head.rev);
  assert.deepEqual(account.head.data, before.head.data);
  const kit = await openKit(account.kit!.file, passphrase);
  wipeKit(kit);
  assert.deepEqual(
    [kit.did, formatDidKey(kit.signing.publicKey), formatDidKey(kit.recovery.publicKey), kit.rev],
    [town.did, account.signingKey, account.rotationKeys[0], account.head.rev],
  );
  await town.write('signed by the new key');
  const car = new Uint8Array(await (await town.house.fetch(`com.atproto.sync.getRepo?did=${town.did}`)).arrayBuffer());
  await verifyRepoCar(car, town.did, account.signingKey);
  await assert.rejects(verifyRepoCar(car, town.did, before.signingKey));
}

test('an account that no directory knows gets a new kit without any network', async () => {
  const town = await Town.make();
  await town.write('before');
  const before = await town.account();
  town.network.remove('https://directory.test');
  const { passphrase, undoableUntil, isQueued } = await renew(town);
  assert.deepEqual([undoableUntil, isQueued, (await town.account()).operations.length], [undefined, false, 2]);
  await assertRenewed(town, before, passphrase);
});

test('with the house\'s key alone the old kit can undo it for 72 hours, and mirror and directory follow', async () => {
  const town = await Town.make();
  await town.paired();
  await town.write('before');
  const before = await town.account();
  const { passphrase, undoableUntil, isQueued } = await renew(town);
  const left = Date.parse(undoableUntil!) - Date.now();
  assert.ok(left > 71 * HOURS && left <= 72 * HOURS, String(left));
  assert.equal(isQueued, false);
  const log = (await town.directory.log(town.did))!;
  const account = await town.account();
  assert.deepEqual([log.data?.verificationMethods['atproto'], log.data?.rotationKeys], [account.signingKey, account.rotationKeys]);
  assert.equal(account.mirror?.resend, true);
  await assertRenewed(town, before, passphrase);
  const { status, body } = await town.house.post('app.holdfast.bridge.handOver', { did: town.did }, { id: 'request-hand-over' });
  assert.equal(status, 200, JSON.stringify(body));
  await town.assertPaired();
});

test('with the old kit at hand nobody can undo it', async () => {
  const town = await Town.make();
  await town.paired();
  const before = await town.account();
  const { passphrase, undoableUntil } = await renew(town, await oldKit(town));
  assert.equal(undoableUntil, undefined);
  const entries = (await town.directory.log(town.did))!.entries;
  assert.equal(entries.at(-1)?.signer, 0);
  await assertRenewed(town, before, passphrase);
});

test('what does not open, is of another account, or is no longer the kit, is refused, and nothing is changed', async () => {
  const town = await Town.make();
  const other = await Town.make({ handle: 'other.example.com' });
  await town.paired();
  const before = await town.account();
  const refuses = (old: RenewalWish['old'], code: string): Promise<void> => assert.rejects(renew(town, old), (error) => error instanceof XrpcError && error.code === code);
  await refuses({ ...(await oldKit(town)), passphrase: generatePassphrase() }, 'KitPassphrase');
  await refuses({ file: new Uint8Array(40), passphrase: town.passphrase }, 'KitDamaged');
  await refuses(await oldKit(other), 'KitOfAnother');
  town.network.remove('https://directory.test');
  await refuses(undefined, 'DirectoryUnreachable');
  assert.deepEqual(await town.account(), before);
  assert.equal(await town.operations(), 2);
});

test('a kit that was replaced replaces nothing any more', async () => {
  const town = await Town.make();
  const old = await oldKit(town);
  await renew(town, old);
  await assert.rejects(renew(town, old), (error) => error instanceof XrpcError && error.code === 'KitOfAnother');
});

test('what was signed while an earlier operation was on its way is not let go with it', async () => {
  const town = await Town.make();
  await town.paired();
  town.network.fault = (call, place) => place === 'before' && call.startsWith('POST directory');
  await renew(town);
  const { operations, genesis } = await town.account();
  town.network.fault = (call, place) => {
    if (place === 'after' && call.startsWith('POST directory')) void town.house.store.update(town.did, { operations: [...operations, genesis!] });
    return false;
  };
  await town.house.post('app.holdfast.bridge.hello', { did: town.did }, { id: 'request-hello' });
  assert.equal(await town.operations(), 3);
  assert.deepEqual((await town.account()).operations, [genesis]);
});

test('where the directory did not hear of it, it is told before the mirror is spoken to', async () => {
  const town = await Town.make();
  await town.paired();
  const before = await town.account();
  town.network.fault = (call, place) => place === 'before' && call.startsWith('POST directory');
  const { isQueued, passphrase } = await renew(town);
  assert.deepEqual([isQueued, (await town.account()).operations.length, await town.operations()], [true, 1, 2]);
  town.network.fault = () => false;
  await town.house.post('app.holdfast.bridge.hello', { did: town.did }, { id: 'request-hello' });
  assert.deepEqual([(await town.account()).operations.length, await town.operations()], [0, 3]);
  await assertRenewed(town, before, passphrase);
});
