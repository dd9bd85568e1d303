import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, decodeCbor, formatDidKey } from '../../protocol/index.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import { generatePassphrase } from '../../keys/index.ts';
import { takeKit } from '../../pds/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { FakeMirror } from '../../../test/support/fake-street.ts';
import { Town } from '../../../test/support/town.ts';
import type { IdentityAsk } from '../messages.ts';
import { askFailure } from '../errors.ts';
import { newKit } from '../new-kit.ts';
import { answerAsk } from './ask.ts';
import type { IdentityReport, NamesCheck } from './report.ts';

const RESOLVER = 'https://resolver.test/dns-query';
const NAMES = ['at://ada.example.com', 'https://example.com/~ada'];

/** A paired account, and name servers by which these names lead to it. */
async function paired(...led: readonly string[]): Promise<Town> {
  const town = await Town.make({ handle: 'first.example.com' });
  await town.paired();
  town.network.add('https://resolver.test', async ({ url }) => {
    const name = (new URL(url).searchParams.get('name') ?? '').replace('_atproto.', '');
    return Response.json(led.includes(name) ? { Status: 0, Answer: [{ type: 16, data: `"did=${town.did}"` }] } : { Status: 3 });
  });
  return town;
}

function ask<Result>(town: Town, wish: object, told = { tell: () => undefined as void }): Promise<Result> {
  const { house: { store }, network: { fetch }, settings, did } = town;
  const context = { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now, signal: new AbortController().signal, ...told };
  return answerAsk({ did, resolver: RESOLVER, ...wish } as unknown as IdentityAsk, context) as Promise<Result>;
}

const check = (town: Town, ...names: readonly string[]): Promise<NamesCheck> => ask(town, { what: 'check-names', names });
const change = (town: Town, ...names: readonly string[]): Promise<IdentityReport> => ask(town, { what: 'change-names', names });
const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);
const namesOf = async (town: Town): Promise<readonly string[]> => (await town.directory.log(town.did))!.data!.alsoKnownAs;

test('a domain that leads here and a web address are added, kept and removed, each time by one operation', async () => {
  const town = await paired('ada.example.com');
  const { names, isProven, changes, bytes } = await check(town, 'at://Ada.Example.com', 'https://example.com/~ada', 'at://ada.example.com');
  assert.deepEqual(names.map(({ name, isNew, proofs }) => [name, isNew, proofs?.isProven]), [[NAMES[0], true, true], [NAMES[1], true, undefined]]);
  assert.deepEqual([isProven, changes], [true, NAMES.map((id) => ({ what: 'name', change: 'added', id }))]);
  assert.ok(bytes > 400 && bytes < 4_000);
  assert.equal(await town.operations(), 2);

  let told = 0;
  const report = await ask<IdentityReport>(town, { what: 'change-names', names: NAMES }, { tell: () => void told++ });
  assert.deepEqual([report.state?.handle, report.state?.furtherNames, report.alarm, told, await town.operations()], ['first.mirror.test', NAMES, undefined, 1, 3]);
  assert.deepEqual(await namesOf(town), ['at://first.mirror.test', ...NAMES]);
  await change(town, ...NAMES);
  assert.equal(await town.operations(), 3);

  assert.deepEqual((await check(town, NAMES[1]!)).changes, [{ what: 'name', change: 'removed', id: NAMES[0] }]);
  await change(town, NAMES[1]!, 'https://ada.example.org', 'at://first.mirror.test');
  assert.deepEqual(await namesOf(town), ['at://first.mirror.test', NAMES[1], 'https://ada.example.org']);
  assert.deepEqual((await change(town)).state?.furtherNames, []);
  assert.equal(await town.operations(), 5);
});

test('what does not lead here, is no name, or is more than the directory takes is refused, and changes nothing', async () => {
  const town = await paired('ada.example.com');
  assert.equal((await check(town, 'at://b.example.com')).isProven, false);
  assert.equal(await refused(change(town, NAMES[0]!, 'at://b.example.com')), 'HandleUnproven');
  const invalid = [
    '', 'ada.example.com', 'at://', 'at://no name', 'at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', 'at://ada.example.com/app.bsky.feed.post/1', 'http://example.com', 'https://', 'https://localhost',
    'https://user:secret@example.com/', 'https://example.com/#me', 'https://example.com/a b', 'ftp://example.com', 'mailto:ada@example.com', 'data:text/plain,x', `https://example.com/${'a'.repeat(250)}`,
  ];
  for (const name of invalid) assert.equal(await refused(check(town, name)), 'NameInvalid', name);
  // What turns the direction of text is written out.
  assert.equal((await check(town, 'https://example.com/\u202Egpj')).names[0]?.name, 'https://example.com/%E2%80%AEgpj');
  const many = Array.from({ length: 11 }, (_, index) => `https://example.com/${index}`);
  assert.equal(await refused(check(town, ...many)), 'IdentityLimit');
  assert.equal(await refused(check(town, ...many.slice(0, 10))), 'IdentityLimit');
  assert.equal((await check(town, ...many.slice(0, 9))).names.length, 9);
  assert.deepEqual([await town.operations(), await namesOf(town)], [2, ['at://first.mirror.test']]);
});

test('4,000 bytes are the most, and where the owner wants to be asked again they are', async () => {
  const town = await paired();
  const own = await createP256Signer((await town.house.store.keys(town.did))!.rotation);
  const { data, head } = (await town.directory.log(town.did))!;
  const services = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`more${index}`, { type: 'More', endpoint: `https://example.com/${'x'.repeat(450)}` }]));
  await town.directory.add(town.did, await signOperation(own, operationOf({ ...data!, services: { ...data!.services, ...services } }, head)));
  await town.house.store.update(town.did, { signedOperations: (await town.directory.log(town.did))!.entries.map(({ cid }) => cid.toString()) });
  const long = Array.from({ length: 6 }, (_, index) => `https://example.com/${index}${'y'.repeat(230)}`);
  assert.equal(await refused(check(town, ...long)), 'IdentityLimit');
  assert.ok((await check(town, ...long.slice(0, 2))).bytes <= 4_000);
  await town.house.store.update(town.did, { confirmedUntil: 0 });
  assert.equal(await refused(change(town, 'https://example.com')), 'ConfirmationNeeded');
  assert.equal(await town.operations(), 3);
});

test('an account without a name gets none by the way', async () => {
  const town = await paired('ada.example.com');
  const own = await createP256Signer((await town.house.store.keys(town.did))!.rotation);
  const { data, head } = (await town.directory.log(town.did))!;
  await town.directory.add(town.did, await signOperation(own, operationOf({ ...data!, alsoKnownAs: [] }, head)));
  await town.house.store.update(town.did, { signedOperations: (await town.directory.log(town.did))!.entries.map(({ cid }) => cid.toString()) });
  assert.equal(await refused(check(town, NAMES[0]!)), 'HandleMissing');
  assert.deepEqual((await change(town, NAMES[1]!)).state?.furtherNames, [NAMES[1]]);
});

test('further names stay when the name, the mirror or the keys change', async () => {
  const town = await paired('ada.example.com', 'other.example.com');
  await change(town, ...NAMES);
  await ask(town, { what: 'change-handle', handle: 'other.example.com' });
  assert.deepEqual(await namesOf(town), ['at://other.example.com', ...NAMES], 'another name');

  const second = new FakeMirror(town.network, town.directory, 'second');
  await town.paired({ url: second.url, handle: 'first.second.test' });
  assert.deepEqual(await namesOf(town), ['at://first.second.test', ...NAMES], 'another mirror');
  const left = await town.house.post('app.holdfast.bridge.leave', { did: town.did }, { id: crypto.randomUUID() });
  assert.equal(left.status, 200, JSON.stringify(left.body));
  assert.deepEqual((await namesOf(town)).slice(1), NAMES, 'no mirror');
  await town.paired();
  assert.deepEqual(await namesOf(town), [`at://${(await town.account()).handle}`, ...NAMES], 'a mirror again');

  // A house that comes back adds its key, and the kit takes the right of another.
  const { operations, rotationKeys } = (await takeKit(new Uint8Array(await town.kit.arrayBuffer()), town.passphrase, (did) => town.directory.log(did))).account;
  assert.ok(rotationKeys.length > 2 && operations.length === 1);
  assert.deepEqual((decodeCbor(operations[0]!) as { alsoKnownAs: string[] }).alsoKnownAs.slice(1), NAMES, 'another house');
  const thief = await seededP256Signer(new Uint8Array(32).fill(66));
  const own = await createP256Signer((await town.house.store.keys(town.did))!.rotation);
  const { data, head } = (await town.directory.log(town.did))!;
  await town.directory.add(town.did, await signOperation(own, operationOf({ ...data!, rotationKeys: [...data!.rotationKeys, formatDidKey(thief.publicKey)] }, head)));
  const { alarm } = await ask<IdentityReport>(town, { what: 'read' });
  await ask(town, { what: 'accept', cids: alarm!.cids });
  await ask(town, { what: 'lock-out', keys: [formatDidKey(thief.publicKey)], kit: town.kit, passphrase: town.passphrase });
  assert.deepEqual((await namesOf(town)).slice(1), NAMES, 'a key locked out');

  const { house: { store }, network: { fetch }, settings, did } = town;
  await newKit({ did, passphrase: generatePassphrase() }, { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now });
  assert.deepEqual((await namesOf(town)).slice(1), NAMES, 'a new kit');
});
