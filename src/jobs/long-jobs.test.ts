import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, decodeCbor, formatDidKey, parseDidKey, tidFrom } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import { operationCid, readOperation, verifyPlcLog } from '../identity/index.ts';
import { generatePassphrase } from '../keys/index.ts';
import { DEFAULT_SETTINGS, StoreError } from '../pds/index.ts';
import { verifyRepository } from '../repo/index.ts';
import { bytesOf, NO_NETWORK, restoreOf, TestHouse } from '../../test/support/job-house.ts';
import { makeRestorable } from '../../test/support/restorable.ts';
import type { CompactResult } from './compact.ts';
import type { RestoreResult } from './restore.ts';
import { runJob } from './run-job.ts';
import { piecesPlace } from './save-place.ts';
import type { SavePlace } from './save-place.ts';
import type { SaveResult } from './save.ts';
import type { VerifyResult } from './verify.ts';
import type { LongJobMessage } from './messages.ts';

test('an account comes back from kit and file: same DID, same head, keys that cannot be read', async () => {
  const house = new TestHouse();
  const made = await makeRestorable({ records: 400 });
  const result = await house.done<RestoreResult>(restoreOf(made));
  assert.deepEqual([result.did, result.head, result.rev, result.records], [made.did, made.head.toString(), made.rev, 400]);
  assert.deepEqual([result.bytes, result.foreign, result.unreachable, result.newerKit], [made.car.size, 0, 0, undefined]);
  const account = (await house.store.account(made.did))!;
  assert.equal(account.head.cid.toString(), made.head.toString());
  assert.deepEqual([account.origin, account.kit, account.signingKey], ['restored', undefined, formatDidKey(made.key)]);
  assert.equal([...account.collections.values()].reduce((sum, { records }) => sum + records, 0), 400);
  const keys = (await house.store.keys(made.did))!;
  for (const { privateKey } of [keys.signing, keys.rotation]) {
    for (const form of ['pkcs8', 'jwk'] as const) await assert.rejects(crypto.subtle.exportKey(form, privateKey), { name: 'InvalidAccessError' });
  }
  assert.ok(house.told.includes('accounts') && house.told.includes('jobs'));
  const [job] = await house.jobs.list();
  assert.deepEqual([job?.kind, job?.state, job?.result?.records], ['restore', 'done', 400]);
});

test('a restore whose row cannot be written at the end is done all the same', async () => {
  const house = new TestHouse();
  const put = house.jobs.put.bind(house.jobs);
  house.jobs.put = (job) => (job.state === 'running' ? put(job) : Promise.reject(new StoreError('StorageFull', 'no room')));
  assert.equal((await house.run(restoreOf(await makeRestorable()))).type, 'done');
  assert.equal((await house.store.accounts()).length, 1);
});

test('the new house gets a rotation key of its own by an operation that the recovery key has signed', async () => {
  const house = new TestHouse();
  const made = await makeRestorable();
  const result = await house.done<RestoreResult>(restoreOf(made));
  assert.equal(result.operationQueued, true);
  const account = (await house.store.account(made.did))!;
  const operations = account.operations.map((bytes) => readOperation(decodeCbor(bytes)));
  assert.deepEqual(account.operations[0], made.genesis);
  const log = operations.map((operation, index) => ({
    did: made.did, operation, cid: operationCid(operation).toString(), nullified: false,
    createdAt: `2026-01-0${index + 1}T00:00:00.000Z`,
  }));
  const { data } = await verifyPlcLog(made.did, log);
  assert.deepEqual(data?.rotationKeys, account.rotationKeys);
  assert.equal(account.rotationKeys.length, 3);
  assert.deepEqual([account.rotationKeys[0], account.rotationKeys[2]], [made.recoveryKey, formatDidKey(made.key)]);
  assert.deepEqual(data?.verificationMethods, { atproto: account.signingKey });
});

test('a kit without its genesis brings the account back all the same, and says that nothing is queued', async () => {
  const house = new TestHouse();
  const made = await makeRestorable({ withoutGenesis: true });
  assert.equal((await house.done<RestoreResult>(restoreOf(made))).operationQueued, false);
  assert.deepEqual((await house.store.account(made.did))!.operations, []);
});

test('what is saved is the file that was restored, byte for byte, under a name that says what it is', async () => {
  const house = new TestHouse();
  const made = await makeRestorable({ records: 500 });
  await house.done(restoreOf(made));
  const saved = await house.done<SaveResult>({ job: 'save', did: made.did });
  assert.deepEqual(await bytesOf(saved.file!), await bytesOf(made.car));
  assert.match(saved.fileName, new RegExp(`^did-plc-[a-z2-7]{24}-\\d{8}-\\d{4}-${made.rev}\\.car$`));
  assert.deepEqual([saved.records, saved.head], [500, made.head.toString()]);
});

test('a kit or a passphrase that is wrong is told before the file is read', async () => {
  const house = new TestHouse();
  const made = await makeRestorable();
  const unreadable = Object.assign(new Blob(['x']), { slice: () => assert.fail('the file was read') });
  await house.refuses({ ...restoreOf(made), car: unreadable, passphrase: generatePassphrase() }, 'KitPassphrase');
  await house.refuses({ ...restoreOf(made), car: unreadable, kit: new Blob(['no kit at all']) }, 'KitDamaged');
});

test('a file that is cut short, changed, of another account or of another key makes nothing visible', async () => {
  const house = new TestHouse();
  const [made, other] = [await makeRestorable(), await makeRestorable({ seed: 6 })];
  const bytes = await bytesOf(made.car);
  for (const end of [0, 10, 300, bytes.length - 1]) {
    const message = await house.refuses({ ...restoreOf(made), car: made.car.slice(0, end) }, 'CarTruncated');
    assert.match(message, /^Nothing in this house was changed\./);
  }
  const changed = bytes.slice();
  changed[bytes.length - 5]! ^= 1;
  await house.refuses({ ...restoreOf(made), car: new Blob([changed]) }, 'BlockHash');
  await house.refuses({ ...restoreOf(made), car: other.car }, 'CommitDid');
  await house.refuses({ ...restoreOf(made), car: new Blob(['hello, this is no CAR']) }, 'CarTruncated');
  const [first] = await house.store.accounts();
  assert.equal(first, undefined);
  await house.done(restoreOf(made));
});

test('an account that is in the house already is left as it is', async () => {
  const house = new TestHouse();
  const made = await makeRestorable();
  await house.done(restoreOf(made));
  const before = await house.store.account(made.did);
  await house.refuses(restoreOf(made), 'AccountExists');
  assert.equal(await house.store.account(made.did), before);
});

test('a rev a little ahead of the clock is taken, one far ahead is not', async () => {
  const near = await makeRestorable({ committedAt: Date.now() + 240_000 });
  assert.equal((await new TestHouse().done<RestoreResult>(restoreOf(near))).rev, near.rev);
  const far = await makeRestorable({ committedAt: Date.now() + 400_000 });
  await new TestHouse().refuses(restoreOf(far), 'FutureRev');
});

test('a kit that is newer than the file is told', async () => {
  const at = Date.now() - 1_000_000;
  const made = await makeRestorable({ committedAt: at, kitRevAt: at + 1000 });
  assert.deepEqual((await new TestHouse().done<RestoreResult>(restoreOf(made))).newerKit, { rev: tidFrom((at + 1000) * 1000, 3) });
});

test('blobs that records name are counted, and known to the house by path', async () => {
  const house = new TestHouse();
  const blob = (text: string): Cid => cidOf(new TextEncoder().encode(text), 'raw');
  const picture = (text: string) => ({ $type: 'blob', ref: blob(text), mimeType: 'image/png', size: text.length });
  const items = [
    { path: 'app.holdfast.test/a', record: { $type: 'app.holdfast.test', image: picture('one') } },
    { path: 'app.holdfast.test/b', record: { $type: 'app.holdfast.test', image: picture('one') } },
    { path: 'app.holdfast.test/c', record: { $type: 'app.holdfast.test', images: [picture('one'), picture('two')] } },
    { path: 'app.holdfast.test/d', record: { $type: 'app.holdfast.test', text: 'blob' } },
  ];
  const made = await makeRestorable({ items });
  const result = await house.done<RestoreResult>(restoreOf(made));
  assert.deepEqual([result.records, result.blobs, result.missingBlobs], [4, 2, 2]);
  const listed = await house.blobs.list(made.did, { limit: 10 });
  assert.deepEqual(listed.map(String), [blob('one'), blob('two')].map(String).sort());
});

test('cancelling leaves nothing, wherever it comes', async () => {
  const made = await makeRestorable({ records: 3_000 });
  for (const phase of ['kit', 'reading', 'storing'] as const) {
    const house = new TestHouse();
    const cancelling = new AbortController();
    const push = house.messages.push.bind(house.messages);
    house.messages.push = (message) => {
      if (message.type === 'progress' && message.progress.phase === phase) cancelling.abort();
      return push(message);
    };
    const last = await house.run(restoreOf(made), cancelling.signal);
    // Once it is being stored it is faster.
    assert.equal(last.type, phase === 'storing' ? 'done' : 'cancelled');
    assert.equal((await house.store.accounts()).length, phase === 'storing' ? 1 : 0);
    assert.equal((await house.jobs.list())[0]?.state, last.type);
  }
});

test('a save that is cancelled, fails, or is read back differently keeps no file', async () => {
  const house = new TestHouse();
  const made = await makeRestorable({ records: 2_000 });
  await house.done(restoreOf(made));
  const save = { job: 'save', did: made.did } as const;
  const gone: string[] = [];
  const watched = (name: string, more: Partial<SavePlace> = {}): SavePlace => ({
    ...piecesPlace(), ...more, remove: async () => void gone.push(name),
  });
  const cancelling = new AbortController();
  house.place = watched('cancelled', { write: async () => cancelling.abort() });
  assert.equal((await house.run(save, cancelling.signal)).type, 'cancelled');
  house.place = watched('full', { write: async () => Promise.reject(new DOMException('planted', 'QuotaExceededError')) });
  await house.refuses(save, 'StorageFull');
  house.place = watched('cut', { finish: async () => made.car.slice(0, made.car.size - 10) });
  await house.refuses(save, 'CarTruncated');
  const old = await makeRestorable({ records: 2_000, committedAt: Date.now() - 500_000, again: made });
  house.place = watched('another', { finish: async () => old.car });
  await house.refuses(save, 'SavedDiffers');
  assert.deepEqual(gone, ['cancelled', 'full', 'cut', 'another']);
  await house.refuses({ job: 'save', did: 'did:web:nobody.test' }, 'AccountMissing');
});

test('a file is tested with the key that is given, with the account’s, or honestly without', async () => {
  const house = new TestHouse();
  const [made, other] = [await makeRestorable(), await makeRestorable({ seed: 6 })];
  const verify = (more: object = {}) => house.done<VerifyResult>({ job: 'verify', car: made.car, ...more });
  const without = await verify();
  assert.deepEqual([without.signature, without.signedBy, without.house, without.records], ['unknown', undefined, 'absent', 300]);
  const given = await verify({ key: formatDidKey(made.key) });
  assert.deepEqual([given.signature, given.signedBy], ['verified', formatDidKey(made.key)]);
  await house.refuses({ job: 'verify', car: made.car, key: formatDidKey(other.key) }, 'CommitSignature');
  await house.done(restoreOf(made));
  const known = await verify();
  assert.deepEqual([known.signature, known.house], ['verified', 'same']);
  const older = await makeRestorable({ records: 20, committedAt: Date.now() - 900_000, again: made });
  assert.equal((await verify({ car: older.car })).house, 'older');
  const newer = await makeRestorable({ records: 20, committedAt: Date.now(), again: made });
  assert.equal((await verify({ car: newer.car })).house, 'newer');
  await house.refuses({ job: 'verify', car: made.car.slice(0, -1) }, 'CarTruncated');
});

test('progress moves through the file, and never back within a phase', async () => {
  const house = new TestHouse();
  const made = await makeRestorable({ records: 5_000 });
  await house.done(restoreOf(made));
  const said = house.messages.flatMap((message) => (message.type === 'progress' ? [message.progress] : []));
  assert.deepEqual([...new Set(said.map(({ phase }) => phase))], ['kit', 'reading', 'storing']);
  const reading = said.filter(({ phase }) => phase === 'reading');
  assert.ok(reading.every(({ total, done }, index) => total === made.car.size && done >= (reading[index - 1]?.done ?? 0)));
  assert.equal(reading.at(-1)?.done, made.car.size);
});

test('a compaction says what it brought, how far it is, and changes nothing when it is cancelled', async () => {
  const house = new TestHouse();
  const made = await makeRestorable({ records: 400 });
  const { did } = await house.done<RestoreResult>(restoreOf(made));
  const size = await house.store.size(made.did);
  assert.equal((await house.run({ job: 'compact', did }, AbortSignal.abort())).type, 'cancelled');
  const result = await house.done<CompactResult>({ job: 'compact', did });
  assert.deepEqual(result, { did, records: 400, bytes: size.blocks, brought: 0 });
  const said = house.messages.flatMap((message) => (message.type === 'progress' && message.progress.phase === 'writing' ? [message.progress] : []));
  assert.ok(said.length > 0 && said.every(({ done, total }) => total === 400 && done <= total));
  assert.equal(house.told.at(-1), 'accounts');
  await house.refuses({ job: 'compact', did: 'did:web:nobody.test' }, 'AccountMissing');
});

test('a restored account can be written to, above its old rev', async () => {
  const made = await makeRestorable({ committedAt: Date.now() + 200_000 });
  const { PdsHouse } = await import('../../test/support/pds-house.ts');
  const house = new PdsHouse();
  const messages: LongJobMessage[] = [];
  await runJob(
    { ...restoreOf(made), id: 'one' }, {
      store: house.store, blobs: house.blobs, jobs: house.jobs, fetch: NO_NETWORK, settings: async () => DEFAULT_SETTINGS, tell: () => undefined, now: Date.now,
      ownPlace: async () => piecesPlace(),
    },
    new AbortController().signal, (message) => void messages.push(message),
  );
  assert.equal(messages.at(-1)?.type, 'done');
  const created = await house.create({ text: 'home again' }, { repo: made.did });
  assert.equal(created.status, 200, JSON.stringify(created.body));
  const { commit, records } = await verifyRepository(await house.car(made.did), {
    key: parseDidKey((await house.store.account(made.did))!.signingKey), did: made.did,
  });
  assert.ok(commit.rev > made.rev);
  assert.equal(records, 301);
});
