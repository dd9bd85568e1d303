import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, formatDidKey } from '../../protocol/index.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import { generatePassphrase } from '../../keys/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { Town } from '../../../test/support/town.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from '../identity/ask.ts';
import { newKit } from '../new-kit.ts';
import { answerKeysAsk } from './ask.ts';
import type { IdentityReport } from '../identity/report.ts';
import type { IdentityAsk, KeysAsk } from '../messages.ts';
import type { PasskeyReport } from './report.ts';

const ID = Uint8Array.of(1, 2, 3, 4);

/** What the passkey answers: each time in a buffer of its own, which the worker wipes. */
const answer = (change = 0): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => index ^ change);

class Keeper {
  readonly vault = new MemoryKeyVault();
  readonly town: Town;

  constructor(town: Town) {
    this.town = town;
  }

  keys(ask: object): Promise<PasskeyReport> {
    const { house: { store }, network: { fetch }, did } = this.town;
    return answerKeysAsk({ did, ...ask } as unknown as KeysAsk, { store, vault: this.vault, fetch, now: Date.now, signal: new AbortController().signal }) as Promise<PasskeyReport>;
  }

  add(more: object = {}): Promise<PasskeyReport> {
    const { kit, passphrase } = this.town;
    return this.keys({ what: 'add-passkey', kit, passphrase, id: ID, answer: answer(), ...more });
  }

  identity(ask: object): Promise<IdentityReport> {
    const { house: { store }, network: { fetch }, settings, did } = this.town;
    const { signal } = new AbortController();
    return answerAsk({ did, ...ask } as unknown as IdentityAsk, { store, vault: this.vault, fetch, settings, now: Date.now, signal, tell: () => undefined }) as Promise<IdentityReport>;
  }

  renew(old?: object): Promise<unknown> {
    const { house: { store }, network: { fetch }, settings, did } = this.town;
    const ask = { did, passphrase: generatePassphrase(), ...(old !== undefined && { old }) };
    return newKit(ask as never, { store, vault: this.vault, fetch, settings, now: Date.now });
  }

  async opened(): Promise<string[]> {
    return (await this.town.house.store.uses(this.town.did)).filter(({ what }) => what.startsWith('kit')).map(({ what, subject }) => `${what} ${subject}`);
  }
}

const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);

test('a copy is made of a kit that was proven, with its passphrase, and let go', async () => {
  const unproven = new Keeper(await Town.make({ proven: false }));
  assert.equal(await refused(unproven.add()), 'KitUnproven');
  const keeper = new Keeper(await Town.make());
  assert.equal((await keeper.keys({ what: 'passkey' })).copy, undefined);
  assert.equal(await refused(keeper.add({ passphrase: generatePassphrase() })), 'KitPassphrase');
  assert.equal((await keeper.keys({ what: 'passkey' })).copy, undefined);

  const given = answer();
  const { copy } = await keeper.add({ answer: given });
  assert.deepEqual(copy?.id, ID);
  assert.deepEqual(given, new Uint8Array(32), 'the answer was not wiped');
  assert.deepEqual((await keeper.opened()).sort(), ['kit-made passkey', 'kit-opened passkey']);
  assert.deepEqual((await keeper.keys({ what: 'passkey' })).copy, copy);
  assert.equal((await keeper.keys({ what: 'remove-passkey' })).copy, undefined);
  assert.equal(await refused(keeper.renew({ passkey: answer() })), 'NoPasskeyCopy');
});

test('with the passkey a new kit is signed by the old one, and the copy goes with it', async () => {
  const keeper = new Keeper(await Town.make({ handle: 'key.example.com' }));
  await keeper.town.paired();
  await keeper.add();
  assert.equal(await refused(keeper.renew({ passkey: answer(1) })), 'KitPassphrase');
  const given = answer();
  const renewed = await keeper.renew({ passkey: given }) as { undoableUntil?: string };
  assert.equal(renewed.undoableUntil, undefined);
  assert.deepEqual(given, new Uint8Array(32), 'the answer was not wiped');
  assert.equal(await keeper.vault.get(keeper.town.did, 'passkey'), undefined);
});

test('with the passkey a foreign operation is undone, and a key locked out', async () => {
  const keeper = new Keeper(await Town.make({ handle: 'undo.example.com' }));
  const { town } = keeper;
  await town.paired();
  await keeper.add();
  await keeper.identity({ what: 'read' });
  const thief = await seededP256Signer(new Uint8Array(32).fill(66));
  const own = await createP256Signer((await town.house.store.keys(town.did))!.rotation);
  const { data, head } = (await town.directory.log(town.did))!;
  const rotationKeys = [...data!.rotationKeys, formatDidKey(thief.publicKey)];
  await town.directory.add(town.did, await signOperation(own, operationOf({ ...data!, rotationKeys }, head)));
  const { alarm } = await keeper.identity({ what: 'read' });
  const undone = await keeper.identity({ what: 'undo', cids: alarm!.cids, passkey: answer() });
  assert.equal(undone.alarm, undefined);
  assert.ok((await keeper.opened()).includes('kit-opened undo'));

  const again = (await town.directory.log(town.did))!;
  await town.directory.add(town.did, await signOperation(own, operationOf({ ...again.data!, rotationKeys: [...again.data!.rotationKeys, formatDidKey(thief.publicKey)] }, again.head)));
  await keeper.identity({ what: 'accept', cids: (await keeper.identity({ what: 'read' })).alarm!.cids });
  const locked = await keeper.identity({ what: 'lock-out', keys: [formatDidKey(thief.publicKey)], passkey: answer() });
  assert.deepEqual(locked.state?.rotationKeys.map(({ holder }) => holder), ['kit', 'house']);
  assert.ok((await keeper.opened()).includes('kit-opened lock-out'));
});

test('a copy of other keys is none: another house made a new kit, or this one did', async () => {
  const keeper = new Keeper(await Town.make());
  await keeper.add();
  const entry = (await keeper.vault.get(keeper.town.did, 'passkey'))!;
  await keeper.renew({ passkey: answer() });
  await keeper.vault.put(keeper.town.did, 'passkey', entry);
  assert.equal((await keeper.keys({ what: 'passkey' })).copy, undefined);
  assert.equal(await refused(keeper.renew({ passkey: answer() })), 'KitOfAnother');
  await keeper.vault.put(keeper.town.did, 'passkey', { bytes: Uint8Array.of(1) });
  assert.equal((await keeper.keys({ what: 'passkey' })).copy, undefined);
});
