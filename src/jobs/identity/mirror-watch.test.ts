import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, formatDidKey } from '../../protocol/index.ts';
import type { Signer } from '../../protocol/index.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import type { Fetch, PlcData } from '../../identity/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { FakeDirectory } from '../../../test/support/fake-street.ts';
import { Town } from '../../../test/support/town.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from './ask.ts';
import type { IdentityAsk } from '../messages.ts';
import type { IdentityReport } from './report.ts';

const [thief, otherHouse] = await Promise.all([66, 67].map((seed) => seededP256Signer(new Uint8Array(32).fill(seed)))) as [Signer, Signer];
const otherKey = formatDidKey(otherHouse.publicKey);

/** What the pages of a town see. The directory tells its pages `lie`, and the mirror the truth. */
function read(town: Town, lie?: (log: unknown[]) => unknown, wish: Partial<IdentityAsk> = {}): Promise<IdentityReport> {
  const { house: { store }, network, settings, did } = town;
  const fetch: Fetch = async (input, init) => {
    const answer = await network.fetch(input, init);
    if (lie === undefined || !String(input).endsWith('/log/audit')) return answer;
    return Response.json(lie(await answer.json() as unknown[]));
  };
  const ask = { did, what: 'read', ...wish } as IdentityAsk;
  const context = { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now, signal: new AbortController().signal, tell: () => undefined };
  return answerAsk(ask, context) as Promise<IdentityReport>;
}

/** A paired account, looked at once. */
async function watched(): Promise<Town> {
  const town = await Town.make({ handle: 'ada.example.com' });
  await town.paired();
  const { alarm, mirror, fault } = await read(town);
  assert.deepEqual([alarm, mirror?.url, mirror?.only, fault], [undefined, town.mirror.url, 0, undefined]);
  return town;
}

async function change(town: Town, signer: Signer, how: (data: PlcData) => Partial<PlcData>): Promise<string> {
  const { data, head } = (await town.directory.log(town.did))!;
  await town.directory.add(town.did, await signOperation(signer, operationOf({ ...data!, ...how(data!) }, head)));
  return (await town.directory.log(town.did))!.head.toString();
}

const stolenKey = async ({ house, did }: Town): Promise<Signer> => createP256Signer((await house.store.keys(did))!.rotation);
const mallory = (): Partial<PlcData> => ({ alsoKnownAs: ['at://mallory.test'] });

test('the mirror learns what is the owner’s, and says when it saw what is not', async () => {
  const town = await watched();
  assert.deepEqual([...town.mirror.claims].sort(), [...(await town.account()).signedOperations!].sort());
  const cid = await change(town, await stolenKey(town), mallory);
  const { alarm } = await read(town);
  assert.deepEqual([alarm?.cids, alarm?.seenAt, alarm?.isMirrorOnly], [[cid], town.directory.audit(town.did).at(-1)?.createdAt, undefined]);
});

test('where the directory is down, lies, or holds back what the mirror has seen, the alarm is raised all the same', async () => {
  const town = await watched();
  const cid = await change(town, await stolenKey(town), mallory);
  const held = await read(town, (log) => log.slice(0, 2));
  assert.deepEqual([held.alarm?.cids, held.alarm?.isMirrorOnly, held.mirror?.only, held.missing], [[cid], true, 1, 0]);
  assert.notEqual(held.alarm?.until, undefined);
  // What only the mirror has shown is not held against the directory.
  assert.equal((await read(town, (log) => log.slice(0, 2))).missing, 0);

  const lied = await read(town, (log) => log.slice(1));
  assert.deepEqual([lied.fault, lied.alarm?.cids, lied.standing], ['DirectoryLies', [cid], 'registered']);
  town.network.fault = (call) => call.includes('directory.test');
  const down = await read(town);
  assert.deepEqual([down.fault, down.alarm?.cids], ['DirectoryUnreachable', [cid]]);
  // Neither: what the directory did is said.
  town.network.fault = () => true;
  assert.equal(await read(town).then(() => 'read', (error: unknown) => askFailure(error).code), 'DirectoryUnreachable');
});

test('a foreign change that a directory hides from the page is undone there with the kit', async () => {
  const town = await watched();
  const before = (await town.directory.log(town.did))!.data;
  await change(town, await stolenKey(town), mallory);
  const hide = (log: unknown[]): unknown => log.slice(0, 2);
  const { alarm } = await read(town, hide);
  const { kit, passphrase } = town;
  await read(town, hide, { what: 'undo', cids: alarm!.cids, kit, passphrase } as Partial<IdentityAsk>);
  assert.deepEqual((await town.directory.log(town.did))!.data, before);
  assert.equal((await read(town)).alarm, undefined);
});

test('a mirror cannot frighten: what is not signed by a key of the DID is nothing, and neither is what it says of itself', async () => {
  const town = await watched();
  const log = town.directory.audit(town.did);
  const last = log.at(-1)!;
  const { data, head } = (await town.directory.log(town.did))!;
  const forged = await signOperation(thief, operationOf({ ...data!, ...mallory() }, head));
  const made = { cid: last.cid, operation: forged, createdAt: new Date().toISOString(), nullified: false };
  const lies: readonly (readonly object[])[] = [
    [...log, made], [...log, { ...last }], log.slice(1), [], log.map((entry) => ({ ...entry, nullified: true })), [made],
    [...log, { ...made, isShown: false }], Array.from({ length: 2_001 }, () => last),
  ];
  for (const lie of lies) {
    town.mirror.seen = () => lie as typeof log;
    const { alarm, mirror, missing, fault } = await read(town);
    assert.deepEqual([alarm, mirror?.only ?? 0, missing, fault], [undefined, 0, 0, undefined], JSON.stringify(lie).slice(0, 200));
  }
});

test('a mirror that is behind, away, or of an earlier version changes nothing', async () => {
  const town = await watched();
  await change(town, await stolenKey(town), mallory);
  const all = town.directory.audit(town.did);
  town.mirror.seen = () => all.slice(0, 1);
  const behind = await read(town);
  assert.deepEqual([behind.alarm?.cids.length, behind.alarm?.seenAt, behind.mirror?.only], [1, undefined, 0]);
  town.network.fault = (call) => call.includes('mirror.watch');
  assert.deepEqual([(await read(town)).mirror, (await read(town)).alarm?.cids.length], [undefined, 1]);
  town.network.fault = () => false;
  town.mirror.copies.delete(town.did);
  assert.equal((await read(town)).mirror, undefined);
});

/** A town whose DID has the key of another house of the owner, and that knows it. */
async function withOther(): Promise<Town> {
  const town = await watched();
  await change(town, await stolenKey(town), ({ rotationKeys }) => ({ rotationKeys: [...rotationKeys, otherKey] }));
  const { alarm } = await read(town);
  await read(town, undefined, { what: 'accept', cids: alarm!.cids } as Partial<IdentityAsk>);
  return town;
}

test('another name that another house of the owner gave is theirs here too, once the mirror says that a house claimed it', async () => {
  const town = await withOther();
  const cid = await change(town, otherHouse, () => ({ alsoKnownAs: ['at://ada.example.org'] }));
  assert.deepEqual((await read(town)).alarm?.cids, [cid]);
  town.mirror.claims.add(cid);
  assert.equal((await read(town)).alarm, undefined);
  assert.equal((await town.account()).handle, 'ada.example.org');
  assert.ok((await town.account()).signedOperations!.includes(cid));
});

test('no word of a mirror covers what touches a key or the server, what the kit or this house signed, or what is not claimed', async () => {
  const rows: readonly (readonly [string, (town: Town) => Promise<string>])[] = [
    ['a key', (town) => change(town, otherHouse, ({ rotationKeys }) => ({ rotationKeys: rotationKeys.slice(0, 2) }))],
    ['the signing key', (town) => change(town, otherHouse, () => ({ verificationMethods: { atproto: formatDidKey(thief.publicKey) } }))],
    ['the server', (town) => change(town, otherHouse, () => ({ services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: 'https://mallory.test' } } }))],
    ['this house’s key', async (town) => change(town, await stolenKey(town), mallory)],
  ];
  for (const [what, act] of rows) {
    const town = await withOther();
    const cid = await act(town);
    const all = town.directory.audit(town.did);
    town.mirror.seen = () => all;
    town.mirror.claims.add(cid);
    assert.deepEqual((await read(town)).alarm?.cids, [cid], what);
  }
});

test('a directory that the account is not at yet is not asked, and neither is a mirror', async () => {
  const town = await Town.make();
  town.network.take();
  assert.deepEqual([(await read(town)).standing, town.network.take()], ['unregistered', []]);
  assert.equal(FakeDirectory.url, (await read(town)).directory);
});
