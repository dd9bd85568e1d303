import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassphrase } from '../../keys/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { FakeMirror } from '../../../test/support/fake-street.ts';
import { Town } from '../../../test/support/town.ts';
import { askFailure } from '../errors.ts';
import { findKit } from './find-kit.ts';
import type { FoundKits } from './find-kit.ts';
import { answerKeysAsk } from './ask.ts';
import type { KeysAsk, LongJobMessage } from '../messages.ts';
import type { RestoreResult } from '../restore.ts';
import { runJob } from '../run-job.ts';
import { piecesPlace } from '../save-place.ts';

const RESOLVER = 'https://resolver.test/dns-query';
const answer = (change = 0): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => index ^ change);
const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);

function find({ house: { store }, network: { fetch }, settings }: Town, name: string, standby?: string): Promise<FoundKits> {
  return findKit({ name, resolver: RESOLVER, ...(standby !== undefined && { standby }) }, { store, fetch, settings, signal: new AbortController().signal });
}

/** A paired account with records and both copies at its mirror, and a house that has nothing. */
async function lost(): Promise<{ readonly before: Town; readonly town: Town }> {
  const before = await Town.make({ handle: 'carol.example.com' });
  await before.write('the last words');
  await before.paired();
  const { house: { store }, network: { fetch }, did, kit, passphrase } = before;
  const context = { store, vault: new MemoryKeyVault(), fetch, now: Date.now, signal: new AbortController().signal };
  const asks: readonly object[] = [
    { what: 'add-passkey', kit, passphrase, id: Uint8Array.of(1, 2, 3), answer: answer() },
    { what: 'put-mirror-kit', kind: 'passphrase', kit, passphrase }, { what: 'put-mirror-kit', kind: 'passkey' },
  ];
  for (const ask of asks) await answerKeysAsk({ did, ...ask } as unknown as KeysAsk, context);
  before.network.add('https://resolver.test', async () => Response.json({ Status: 0, Answer: [{ type: 16, data: `"did=${did}"` }] }));
  return { before, town: new Town(before) };
}

async function restore({ house: { store, blobs, jobs }, network: { fetch }, settings }: Town, given: object, vault = new MemoryKeyVault()): Promise<LongJobMessage> {
  let last!: LongJobMessage;
  const place = { store, blobs, jobs, vault, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  await runJob({ job: 'restore', id: 'one', passphrase: '', ...given }, place, new AbortController().signal, (message) => (last = message));
  return last;
}

const blobOf = ({ copies }: FoundKits, wanted: string): Blob => new Blob([copies.find(({ kind }) => kind === wanted)!.file.slice()]);

test('who has only the passphrase finds the kit by handle or DID, and the account comes back', async () => {
  const { before, town } = await lost();
  const { handle } = await before.account();
  const found = await find(town, town.did);
  assert.deepEqual([found.did, found.handle, found.mirror, found.copies.map(({ kind }) => kind).sort()], [town.did, handle, town.mirror.url, ['passkey', 'passphrase']]);
  assert.deepEqual((await find(town, 'Carol.example.com')).copies.length, 2);
  const wrong = await restore(town, { kit: blobOf(found, 'passphrase'), passphrase: generatePassphrase() });
  assert.equal(wrong.type === 'failed' && wrong.error.code, 'KitPassphrase');
  const message = await restore(town, { kit: blobOf(found, 'passphrase'), passphrase: town.passphrase });
  assert.ok(message.type === 'done', JSON.stringify(message));
  assert.deepEqual([(message.result as RestoreResult).records, (await town.account()).head.rev], [1, (await before.account()).head.rev]);
  assert.equal(await refused(find(town, town.did)), 'AccountExists');
});

test('where the mirror is lost the kit is found at a standby, which is asked in its place', async () => {
  const { before, town } = await lost();
  const { network, directory, mirror, did } = town;
  const second = new FakeMirror(network, directory, 'second');
  mirror.stop();
  assert.equal(await refused(find(town, did)), 'MirrorUnreachable');
  assert.equal(await refused(find(town, did, second.url)), 'NoKitThere');
  second.copies.set(did, { ...before.mirror.copy(did), status: 'pairing' });
  const { mirror: at, copies } = await find(town, did, second.url);
  assert.deepEqual([at, copies.length], [second.url, 2]);
});

test('who has only the passkey comes back, and the passkey opens the kit there too', async () => {
  const { town } = await lost();
  const found = await find(town, town.did);
  assert.deepEqual(found.copies.find(({ kind }) => kind === 'passkey')?.id, Uint8Array.of(1, 2, 3));
  const kit = blobOf(found, 'passkey');
  const other = answer(1);
  const wrong = await restore(town, { kit, passkey: other });
  assert.equal(wrong.type === 'failed' && wrong.error.code, 'PasskeyWrong', JSON.stringify(wrong));
  assert.deepEqual(other, new Uint8Array(32), 'the answer was not wiped');
  const vault = new MemoryKeyVault();
  const message = await restore(town, { kit, passkey: answer() }, vault);
  assert.ok(message.type === 'done', JSON.stringify(message));
  assert.deepEqual((await vault.get(town.did, 'passkey'))?.bytes, new Uint8Array(await kit.arrayBuffer()));
});

test('what is no name, leads nowhere, or has no copy is refused by name, and a false mirror brings nothing in', async () => {
  const { before, town } = await lost();
  const { mirror, network, did } = town;
  for (const name of ['', 'carol', 'did:plc:', 'https://carol.example.com']) assert.equal(await refused(find(town, name)), 'HandleInvalid', name);
  network.add('https://resolver.test', async () => Response.json({ Status: 3 }));
  assert.equal(await refused(find(town, 'carol.example.com')), 'HandleUnproven');
  network.add('https://carol.example.com', async () => new Response(did));
  assert.equal((await find(town, 'carol.example.com')).did, did);
  network.add('https://resolver.test', async () => Response.json({ Status: 0, Answer: [{ type: 16, data: '"did=did:plc:zzzzzzzzzzzzzzzzzzzzzzzz"' }] }));
  assert.equal(await refused(find(town, 'carol.example.com')), 'HandleUnproven');
  assert.equal(await refused(find(town, 'did:web:carol.example.com')), 'NoMirror');
  assert.equal(await refused(find(town, 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz')), 'NoMirror');

  const storedAt = new Date().toISOString();
  const useless: readonly unknown[] = [
    [], [{ kind: 'passphrase', file: { $bytes: 'AAAA' }, storedAt }], [{ kind: 'passkey', file: { $bytes: 'oWFhAQ' }, storedAt }],
    [{ kind: 'passkey', file: { $bytes: Buffer.alloc(16_384, 0x9f).toString('base64').replaceAll('=', '') }, storedAt }],
  ];
  for (const lie of useless) {
    mirror.altered = () => lie;
    assert.equal(await refused(find(town, did)), 'NoKitThere', JSON.stringify(lie).slice(0, 99));
  }
  // A file of the right form that asks for the work of a week.
  const costly = Buffer.from(`age-encryption.org/v1\n-> scrypt ${Buffer.alloc(16).toString('base64').replaceAll('=', '')} 40\n${Buffer.alloc(32).toString('base64').replaceAll('=', '')}\n--- ${Buffer.alloc(32).toString('base64').replaceAll('=', '')}\n`);
  mirror.altered = () => [{ kind: 'passphrase', file: { $bytes: costly.toString('base64').replaceAll('=', '') }, storedAt }];
  const message = await restore(town, { kit: blobOf(await find(town, did), 'passphrase'), passphrase: town.passphrase });
  assert.equal(message.type === 'failed' && message.error.code, 'KitDamaged', JSON.stringify(message));
  assert.equal(await town.house.store.account(did), undefined);

  mirror.keepsKits = false;
  assert.equal(await refused(find(town, did)), 'MirrorOld');
  mirror.stop();
  assert.equal(await refused(find(town, did)), 'MirrorUnreachable');
  network.fault = (call) => call.includes('directory.test');
  assert.equal(await refused(find(town, did)), 'DirectoryUnreachable');
  assert.notEqual(await before.account(), undefined);
});
