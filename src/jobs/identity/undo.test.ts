import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, decodeCbor, formatDidKey } from '../../protocol/index.ts';
import type { Signer } from '../../protocol/index.ts';
import { operationOf, readOperation, RECOVERY_WINDOW, signOperation } from '../../identity/index.ts';
import type { PlcData } from '../../identity/index.ts';
import { takeKit } from '../../pds/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { Town } from '../../../test/support/town.ts';
import type { IdentityAsk } from '../messages.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from './ask.ts';
import type { IdentityReport } from './report.ts';

type Wish<Ask = IdentityAsk> = Ask extends IdentityAsk ? Omit<Ask, 'did'> : never;

const thief = await seededP256Signer(new Uint8Array(32).fill(66));
const thiefKey = formatDidKey(thief.publicKey);

function ask(town: Town, wish: Wish, now = Date.now): Promise<IdentityReport> {
  const { house: { store }, network: { fetch }, settings, did } = town;
  const signal = new AbortController().signal;
  return answerAsk({ did, ...wish } as IdentityAsk, { store, vault: new MemoryKeyVault(), fetch, settings, now, signal, tell: () => undefined }) as Promise<IdentityReport>;
}

const read = (town: Town): Promise<IdentityReport> => ask(town, { what: 'read' });

async function undo(town: Town, { alarm }: IdentityReport, more: object = {}, now = Date.now): Promise<IdentityReport> {
  const { kit, passphrase } = town;
  return ask(town, { what: 'undo', cids: alarm!.cids, kit, passphrase, ...more }, now);
}

const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);

/** A paired account, looked at once. */
async function watched(): Promise<Town> {
  const town = await Town.make({ handle: 'ada.example.com' });
  await town.paired();
  assert.equal((await read(town)).alarm, undefined);
  return town;
}

/** The house's own key, as a thief of the whole device has it: what it signs is not remembered. */
const stolenKey = async (town: Town): Promise<Signer> => createP256Signer((await town.house.store.keys(town.did))!.rotation);

/** Somebody changes the DID past the house. */
async function attack(town: Town, signer: Signer, change: (data: PlcData) => Partial<PlcData>): Promise<void> {
  const { data, head } = (await town.directory.log(town.did))!;
  await town.directory.add(town.did, await signOperation(signer, operationOf({ ...data!, ...change(data!) }, head)));
}

const takeOver = (data: PlcData): Partial<PlcData> =>
  ({ rotationKeys: [thiefKey, ...data.rotationKeys.slice(1)], alsoKnownAs: ['at://mallory.test'], verificationMethods: { atproto: thiefKey } });

test('a stolen lower key takes over: the alarm names it, its time and what undoing changes; the kit undoes it', async () => {
  const town = await watched();
  const before = (await town.directory.log(town.did))!.data;
  await attack(town, await stolenKey(town), takeOver);
  await attack(town, thief, () => ({ services: {} }));
  const report = await read(town);
  const { alarm } = report;
  assert.deepEqual([alarm?.cids.length, alarm?.signer], [2, 'house']);
  assert.equal(Date.parse(alarm!.until!) - Date.parse(alarm!.time), RECOVERY_WINDOW);
  assert.deepEqual(alarm?.changes.map(({ what }) => what), ['handle', 'server', 'signing-key', 'rotation-key', 'rotation-key']);
  assert.equal(report.entries[0]?.signer.holder, 'other');

  const after = await undo(town, report);
  assert.equal(after.alarm, undefined);
  assert.deepEqual((await town.directory.log(town.did))!.data, before);
  assert.deepEqual(after.entries.map(({ isUndone, signer }) => `${signer.holder}${isUndone ? ' undone' : ''}`), ['kit', 'other undone', 'house undone', 'house', 'house']);
  // The house goes on: it may leave, and pair again.
  assert.equal((await town.house.post('app.holdfast.bridge.leave', { did: town.did }, { id: 'request-leave' })).status, 200);
  await town.paired();
  assert.equal((await read(town)).alarm, undefined);
});

test('a key that the owner’s other house had is locked out when it is undone', async () => {
  const town = await watched();
  await attack(town, await stolenKey(town), ({ rotationKeys }) => ({ rotationKeys: [...rotationKeys, thiefKey] }));
  const added = await read(town);
  assert.equal((await ask(town, { what: 'accept', cids: added.alarm!.cids })).alarm, undefined);
  assert.deepEqual((await town.account()).rotationKeys.at(-1), thiefKey);
  await attack(town, thief, () => ({ alsoKnownAs: ['at://mallory.test'] }));
  const report = await read(town);
  assert.equal(report.alarm?.signer, 'other');
  const after = await undo(town, report);
  assert.deepEqual(after.state?.rotationKeys.map(({ holder }) => holder), ['kit', 'house']);
  assert.deepEqual((await town.account()).rotationKeys, after.state?.rotationKeys.map(({ key }) => key));
  await town.paired();
});

test('whoever signs with the kit cannot be undone by the kit, and that is said before it is tried', async () => {
  const town = await watched();
  const { rotationKeys } = await town.account();
  await attack(town, await stolenKey(town), ({ rotationKeys: [kit, house] }) => ({ rotationKeys: [house!, kit!] }));
  const demoted = await read(town);
  assert.notEqual(demoted.alarm?.until, undefined);
  await undo(town, demoted);
  assert.deepEqual((await town.account()).rotationKeys, rotationKeys);

  const { did, kit, passphrase } = town;
  const taken = await takeKit(new Uint8Array(await kit.arrayBuffer()), passphrase, async () => town.directory.log(did));
  await town.directory.add(did, readOperation(decodeCbor(taken.account.operations[0]!)));
  const report = await read(town);
  assert.deepEqual([report.alarm?.signer, report.alarm?.until], ['kit', undefined]);
  assert.equal(await refused(undo(town, report)), 'UndoImpossible');
  // It was the owner, in another browser: this house goes on with the keys as they are.
  await ask(town, { what: 'accept', cids: report.alarm!.cids });
  await town.paired();
});

test('after 72 hours, with a wrong kit, or not having seen all, nothing is signed', async () => {
  const town = await watched();
  await attack(town, await stolenKey(town), takeOver);
  const report = await read(town);
  const late = Date.parse(report.alarm!.until!) + 1;
  assert.equal(await refused(undo(town, report, {}, () => late)), 'UndoLate');
  assert.equal(await refused(undo(town, report, { passphrase: 'AAAAA-AAAAA-AAAAA-AAAAA' })), 'KitPassphrase');
  const stranger = await Town.make();
  assert.equal(await refused(undo(town, report, { kit: stranger.kit, passphrase: stranger.passphrase })), 'KitOfAnother');
  await attack(town, thief, () => ({ services: {} }));
  assert.equal(await refused(undo(town, report)), 'IdentityMoved');
  assert.equal(await refused(ask(town, { what: 'accept', cids: report.alarm!.cids })), 'IdentityMoved');
  assert.equal(await town.operations(), 4);
});

test('a lost answer to the undoing raises no alarm, and the keys are as they were undone to', async () => {
  const town = await watched();
  await attack(town, await stolenKey(town), takeOver);
  const report = await read(town);
  let isLost = false;
  town.network.fault = (call, place) => (isLost ||= place === 'after' && call.startsWith('POST directory.test'));
  assert.equal(await refused(undo(town, report)), 'OutcomeUnknown');
  town.network.fault = () => false;
  assert.equal((await read(town)).alarm, undefined);
  await town.paired();
});

test('what a directory has shown it cannot take back unnoticed: neither the end of a log nor all of it', async () => {
  const town = await watched();
  const { network: { fetch } } = town;
  const answer = (change: (log: readonly unknown[]) => Response): void => {
    Object.assign(town.network, {
      fetch: (async (input, init) => {
        const response = await fetch(input, init);
        return String(input).endsWith('/log/audit') ? change(await response.json() as unknown[]) : response;
      }) satisfies typeof fetch,
    });
  };
  answer((log) => Response.json(log.slice(0, -1)));
  const behind = await read(town);
  assert.deepEqual([behind.missing, behind.standing, behind.alarm], [1, 'registered', undefined]);
  answer(() => Response.json({ message: 'DID not registered' }, { status: 404 }));
  assert.deepEqual([(await read(town)).missing, (await read(town)).standing], [2, 'unregistered']);
  Object.assign(town.network, { fetch });
  assert.equal((await read(town)).missing, 0);
});

test('an account of an earlier version: what it has counts as its owner’s, what comes after does not', async () => {
  const town = await watched();
  const { signedOperations: _, shownOperations: __, ...account } = await town.account();
  const keys = (await town.house.store.keys(town.did))!;
  await town.house.store.remove(town.did);
  await town.house.store.create(account, keys, []);
  assert.equal((await read(town)).alarm, undefined);
  await attack(town, await stolenKey(town), takeOver);
  assert.equal((await read(town)).alarm?.cids.length, 1);
});

test('a lost house is locked out with the kit: its key may change nothing any more, and could not undo that', async () => {
  const town = await watched();
  await attack(town, await stolenKey(town), ({ rotationKeys: [kitKey, houseKey] }) => ({ rotationKeys: [kitKey!, thiefKey, houseKey!] }));
  await ask(town, { what: 'accept', cids: (await read(town)).alarm!.cids });
  const { kit, passphrase } = town;
  const [kitKey, , houseKey] = (await town.account()).rotationKeys;
  for (const keys of [[], [kitKey!], [houseKey!], [thiefKey, 'did:key:zNobody']]) {
    assert.equal(await refused(ask(town, { what: 'lock-out', keys, kit, passphrase })), 'IdentityMoved');
  }
  assert.equal(await refused(ask(town, { what: 'lock-out', keys: [thiefKey], kit, passphrase: 'AAAAA-AAAAA-AAAAA-AAAAA' })), 'KitPassphrase');
  assert.equal(await town.operations(), 3);
  const after = await ask(town, { what: 'lock-out', keys: [thiefKey], kit, passphrase });
  assert.deepEqual([after.alarm, after.entries[0]?.signer.holder, after.state?.rotationKeys.map(({ holder }) => holder)], [undefined, 'kit', ['kit', 'house']]);
  const { entries } = (await town.directory.log(town.did))!;
  const rival = await signOperation(thief, operationOf({ ...(await town.directory.log(town.did))!.data!, alsoKnownAs: [] }, entries[2]!.cid));
  await assert.rejects(town.directory.add(town.did, rival));
  await town.paired();
});
