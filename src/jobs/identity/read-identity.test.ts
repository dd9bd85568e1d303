import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassphrase } from '../../keys/index.ts';
import type { Did } from '../../protocol/index.ts';
import { FakeDirectory } from '../../../test/support/fake-street.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { Town } from '../../../test/support/town.ts';
import { renewKit } from '../../pds/index.ts';
import { runJob } from '../run-job.ts';
import { piecesPlace } from '../save-place.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from './ask.ts';
import type { IdentityReport } from './report.ts';

/** What the house of a town is told of its account; the code where that fails. */
async function ask(town: Town, { did = town.did as string, signal = new AbortController().signal } = {}): Promise<IdentityReport> {
  const { house: { store }, network: { fetch }, settings } = town;
  return answerAsk({ did, what: 'read' }, { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now, signal, tell: () => undefined }) as Promise<IdentityReport>;
}

const failure = async (town: Town, did?: string): Promise<string> => {
  const error: unknown = await ask(town, did === undefined ? {} : { did }).then(() => undefined, (reason: unknown) => reason);
  return askFailure(error).code;
};

const told = ({ entries }: IdentityReport): string[] => entries.map(({ signer, changes }) => `${signer.holder}: ${changes.map(({ what }) => what).join(' ')}`);

/** A town whose directory answers something else than it should. */
function lying(town: Town, change: (log: Record<string, unknown>[]) => unknown): void {
  const { network: { fetch } } = town;
  Object.assign(town.network, {
    fetch: (async (input: string, init?: RequestInit) => {
      const response = await fetch(input, init);
      return input.endsWith('/log/audit') ? Response.json(change(await response.json() as Record<string, unknown>[])) : response;
    }),
  });
}

test('an account that was never paired: nobody is asked, and its beginning waits here', async () => {
  const town = await Town.make({ handle: 'ada.example.com' });
  town.network.take();
  const report = await ask(town);
  assert.deepEqual(town.network.take(), []);
  assert.deepEqual([report.standing, report.directory, told(report)], ['unregistered', FakeDirectory.url, ['house: made handle']]);
  assert.equal(report.entries[0]?.time, undefined);
  assert.deepEqual(report.state?.rotationKeys.map(({ holder }) => holder), ['kit', 'house']);
});

test('a paired account: operation by operation, who signed it, and what the DID says now', async () => {
  const town = await Town.make({ handle: 'ada.example.com' });
  await town.paired();
  const report = await ask(town);
  assert.equal(report.standing, 'registered');
  assert.deepEqual(told(report), ['house: handle server', 'house: made handle']);
  const { handle, server, signingKey, rotationKeys } = report.state!;
  assert.deepEqual([handle, server, signingKey?.isOwn], ['ada.mirror.test', town.mirror.url, true]);
  assert.deepEqual(rotationKeys.map(({ holder }) => holder), ['kit', 'house']);
  assert.ok(report.entries.every(({ time, isUndone }) => time !== undefined && !isUndone));
  // As a message between worker and page.
  assert.deepEqual(structuredClone(report), report);
});

test('a restored account: the operation of the kit waits, until it is paired; the other house is a stranger', async () => {
  const before = await Town.make({ handle: 'ada.example.com' });
  await before.paired();
  const town = new Town(before);
  const { house: { store, blobs, jobs }, network: { fetch }, settings, kit, passphrase } = town;
  const place = { store, blobs, jobs, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  await runJob({ job: 'restore', id: 'one', kit, passphrase }, place, new AbortController().signal, () => undefined);
  assert.deepEqual(told(await ask(town)), ['kit: rotation-key', 'other: handle server', 'other: made handle']);
  assert.equal((await ask(town)).entries[0]?.time, undefined);
  await town.paired();
  const report = await ask(town);
  assert.equal(report.alarm, undefined);
  assert.deepEqual(told(report), ['kit: rotation-key', 'other: handle server', 'other: made handle']);
  assert.deepEqual(report.state?.rotationKeys.map(({ holder }) => holder), ['kit', 'house', 'other']);
  assert.notEqual(report.entries[0]?.time, undefined);
  // A new kit takes the right to change the identity from every other house.
  await renewKit({ store, fetch, settings, now: Date.now }, town.did, { passphrase: generatePassphrase() });
  assert.deepEqual((await ask(town)).state?.rotationKeys.map(({ holder }) => holder), ['kit', 'house']);
});

test('a directory that is down, says no, or lies is told apart, and nothing of it is believed', async () => {
  const town = await Town.make();
  await town.paired();
  town.network.fault = () => true;
  assert.equal(await failure(town), 'DirectoryUnreachable');
  town.network.fault = () => false;
  assert.equal(await failure(town, 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'), 'AccountMissing');
  // What a mirror has seen would be told instead.
  town.mirror.stop();

  const lies: readonly ((log: Record<string, unknown>[]) => unknown)[] = [
    (log) => log.slice(1),
    (log) => [...log].reverse(),
    (log) => [log[0], log[0]],
    (log) => log.map((entry) => ({ ...entry, nullified: true })),
    (log) => log.map((entry) => ({ ...entry, operation: { ...entry['operation'] as object, alsoKnownAs: ['at://mallory.test'] } })),
    () => ({ message: 'moved' }),
  ];
  const honest = town.network.fetch;
  for (const lie of lies) {
    lying(town, lie);
    assert.equal(await failure(town), 'DirectoryLies', String(lie));
    Object.assign(town.network, { fetch: honest });
  }
});

test('a DID that no directory keeps is said to be none', async () => {
  const town = await Town.make();
  const web = 'did:web:ada.example.com' as Did;
  const [account, keys] = [await town.account(), await town.house.store.keys(town.did)];
  await town.house.store.create({ ...account, did: web }, keys!, []);
  assert.equal(await failure(town, web), 'NoDirectory');
});

test('a new kit raises no alarm, signed with the old one or by the house; the old key is told as what it was', async () => {
  for (const isAtHand of [true, false]) {
    const town = await Town.make();
    await town.paired();
    const { house: { store }, network: { fetch }, settings, did, kit, passphrase } = town;
    const old = { file: new Uint8Array(await kit.arrayBuffer()), passphrase };
    await renewKit({ store, fetch, settings, now: Date.now }, did, { passphrase: generatePassphrase(), ...(isAtHand && { old }) });
    const report = await ask(town);
    assert.equal(report.alarm, undefined);
    const [newest] = report.entries;
    assert.equal(newest?.signer.holder, isAtHand ? 'old-kit' : 'house');
    assert.deepEqual(newest?.changes.map((change) => `${change.what} ${change.holder ?? ''}`), ['signing-key ', 'rotation-key kit', 'rotation-key old-kit']);
    assert.ok(report.state?.signingKey?.isOwn);
  }
});
