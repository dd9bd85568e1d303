import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, formatDidKey, parseDidKey, parseHandle } from '../protocol/index.ts';
import { operationOf, signOperation } from '../identity/index.ts';
import { verifyRepository } from '../repo/index.ts';
import { assertRefused } from '../../test/support/pds-house.ts';
import { FakeMirror } from '../../test/support/fake-street.ts';
import { Town } from '../../test/support/town.ts';
import type { JobProgress, LongJobMessage } from './messages.ts';
import type { RestoreResult } from './restore.ts';
import { standbyMirror } from './restored-mirror.ts';
import { runJob } from './run-job.ts';
import { piecesPlace } from './save-place.ts';

const RESOLVER = 'https://resolver.test/dns-query';

interface Restoring {
  readonly car?: Blob;
  readonly standby?: string;
  readonly signal?: AbortSignal;
  readonly hear?: (progress: JobProgress) => void;
}

/** Restores the town's account into its house, from its kit and its mirror. */
async function run(town: Town, { car, standby, signal = new AbortController().signal, hear }: Restoring = {}): Promise<LongJobMessage> {
  let last!: LongJobMessage;
  const { house: { store, blobs, jobs }, network: { fetch }, settings, kit, passphrase } = town;
  const place = { store, blobs, jobs, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  await runJob({ job: 'restore', id: 'one', kit, passphrase, ...(car !== undefined && { car }), ...(standby !== undefined && { standby: { url: standby, resolver: RESOLVER } }) }, place, signal, (message) => {
    last = message;
    if (message.type === 'progress') hear?.(message.progress);
  });
  return last;
}

async function restored(town: Town, options: Restoring = {}): Promise<RestoreResult> {
  const message = await run(town, options);
  assert.ok(message.type === 'done', JSON.stringify(message));
  return message.result as RestoreResult;
}

async function refuses(town: Town, code: string, options: Restoring = {}): Promise<void> {
  const message = await run(town, options);
  assert.equal(message.type === 'failed' && message.error.code, code, JSON.stringify(message));
  assert.ok(message.type === 'failed' && message.error.message.startsWith('Nothing in this house was changed.'), JSON.stringify(message));
  assert.equal(await town.house.store.account(town.did), undefined);
}

/** A paired account with a few records and a blob, and a house that has nothing. */
async function lostHouse(): Promise<{ readonly before: Town; readonly town: Town; readonly blob: string }> {
  const before = await Town.make({ handle: 'carol.example.com' });
  const blob = await before.writeBlob();
  await before.write('the last words');
  await before.paired();
  return { before, town: new Town(before), blob };
}

/** Another mirror, which serves nobody what this one has by now. */
function standbyOf({ network, directory, mirror, did }: Town): FakeMirror {
  const second = new FakeMirror(network, directory, 'second');
  second.copies.set(did, { ...mirror.copy(did), status: 'pairing' });
  return second;
}

const carOf = async (town: Town): Promise<Blob> => new Blob([new Uint8Array(await town.house.car(town.did))]);

test('kit and mirror bring everything back; paired again without an upload, it writes on above every rev', async () => {
  const { before, town, blob } = await lostHouse();
  const { head, handle } = await before.account();
  const said = new Map<string, JobProgress>();
  const result = await restored(town, { hear: (progress) => void said.set(progress.phase, progress) });
  assert.deepEqual([result.head, result.rev, result.records, result.missingBlobs], [head.cid.toString(), head.rev, 2, 0]);
  assert.deepEqual([result.mirror, result.handle, result.operationQueued, result.newerMirror], [town.mirror.url, handle, true, undefined]);
  assert.deepEqual([...said.keys()], ['kit', 'reading', 'storing', 'blobs']);
  assert.deepEqual([said.get('blobs')?.done, said.get('blobs')?.total, said.get('blobs')?.unit], [1, 1, 'blobs']);
  assert.deepEqual((await town.house.blobs.list(town.did, { limit: 9 })).map(String), [blob]);
  assert.deepEqual([...(await town.house.store.account(town.did))!.collections.values()].map(({ records }) => records), [2]);
  const account = await town.account();
  assert.deepEqual([account.mirror?.state, account.mirror?.url, account.handle, account.operations.length], ['pairing', town.mirror.url, handle, 1]);
  town.network.take();
  await town.paired();
  await town.assertPaired();
  const calls = town.network.take();
  assert.deepEqual(calls.filter((call) => call.includes('putRepo') || call.includes('putBlob')), []);
  assert.equal(calls.filter((call) => call.startsWith('POST directory')).length, 1);
  assert.equal(await town.operations(), 3);
  const { data } = (await town.directory.log(town.did))!;
  const { rotation } = (await town.house.store.keys(town.did))!;
  assert.equal(data?.rotationKeys[1], formatDidKey((await createP256Signer(rotation)).publicKey));
  assert.deepEqual(data?.rotationKeys, account.rotationKeys);
  await town.write('home again');
  const [entry] = await town.house.store.outbox(town.did, { limit: 1 });
  assert.ok(entry!.rev > head.rev);
  await verifyRepository(await town.house.car(town.did), { key: parseDidKey(account.signingKey), did: town.did });
});

test('what is written between restoring and pairing waits for the mirror, which is handed the whole', async () => {
  const { town } = await lostHouse();
  await restored(town);
  await town.write('impatient');
  assert.equal((await town.house.store.outboxSize(town.did)).commits, 1);
  await town.paired();
  await town.assertPaired();
});

test('however often an account comes back, the DID has five keys at most, the newest house second', async () => {
  let { town } = await lostHouse();
  for (let round = 0; round < 6; round++) {
    await restored(town);
    await town.paired();
    const { rotationKeys } = await town.account();
    assert.ok(rotationKeys.length <= 5);
    assert.equal(rotationKeys[1], formatDidKey((await createP256Signer((await town.house.store.keys(town.did))!.rotation)).publicKey));
    town = new Town(town);
  }
  const { data } = (await town.directory.log(town.did))!;
  assert.equal(data?.rotationKeys.length, 5);
});

test('the house that was left behind sees that the keys are others now, and does nothing', async () => {
  const { before, town } = await lostHouse();
  await restored(town);
  await town.paired();
  assertRefused(await before.pair(), 409, 'IdentityChanged');
});

test('no mirror, no directory, a copy that is not right: nothing is changed', async () => {
  const { town, before } = await lostHouse();
  const copy = town.mirror.copy(town.did);
  const { car } = copy;
  for (const [broken, code] of [
    [car!.slice(0, car!.length - 20), 'CarTruncated'], [car!.map((byte, at) => (at === car!.length - 9 ? byte ^ 1 : byte)), 'BlockHash'],
  ] as const) {
    copy.car = broken;
    await refuses(town, code);
  }
  const other = await Town.make({ handle: 'dan.example.com' });
  await other.write('not mine');
  copy.car = new Uint8Array(await other.house.car(other.did));
  await refuses(town, 'CommitDid');
  delete copy.car;
  await refuses(town, 'MirrorUnreachable');
  town.mirror.stop();
  await refuses(town, 'MirrorUnreachable');
  town.network.fault = (call) => call.includes('directory.test');
  await refuses(town, 'DirectoryUnreachable');
  town.network.fault = () => false;
  town.mirror.start();
  assert.equal((await before.house.post('app.holdfast.bridge.leave', { did: town.did })).status, 200);
  await refuses(town, 'NoMirror');
  town.directory.forget(town.did);
  await refuses(town, 'NoMirror');
});

test('a kit whose signing key the DID no longer has restores nothing from the mirror', async () => {
  const { town, before } = await lostHouse();
  const { data, head } = (await town.directory.log(town.did))!;
  const signer = await createP256Signer((await before.house.store.keys(town.did))!.rotation);
  const verificationMethods = { atproto: formatDidKey(signer.publicKey) };
  await town.directory.add(town.did, await signOperation(signer, operationOf({ ...data!, verificationMethods }, head)));
  for (const standby of [undefined, standbyOf(town).url]) {
    const message = await run(town, standby === undefined ? {} : { standby });
    assert.equal(message.type === 'failed' && message.error.code, 'KitOfAnother');
  }
  assert.equal(await town.house.store.account(town.did), undefined);
});

test('blobs that the mirror lacks, or gives wrong, are counted; cancelling while they come leaves the account', async () => {
  const { before, town, blob } = await lostHouse();
  town.mirror.copy(town.did).blobs.set(blob, new Uint8Array([1, 2, 3]));
  assert.equal((await restored(town)).missingBlobs, 1);
  const third = new Town(before);
  town.mirror.copy(town.did).blobs.delete(blob);
  const cancelling = new AbortController();
  third.network.fault = (call) => {
    if (call.includes('getBlob')) cancelling.abort();
    return false;
  };
  assert.equal((await restored(third, { signal: cancelling.signal })).missingBlobs, 1);
  assert.equal((await third.account()).head.cid.toString(), (await before.account()).head.cid.toString());
});

test('cancelled while a blob does not come, it ends at once, with the account', async () => {
  const { town } = await lostHouse();
  const { network } = town;
  const cancelling = new AbortController();
  const fetch: typeof network.fetch = async (input, init) => {
    if (!String(input).includes('getBlob')) return network.fetch(input, init);
    cancelling.abort();
    return new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new TypeError('aborted')));
      if (init?.signal?.aborted) reject(new TypeError('aborted'));
    });
  };
  Object.assign(town, { network: Object.assign(Object.create(network), { fetch }) });
  assert.equal((await restored(town, { signal: cancelling.signal })).missingBlobs, 1);
});

test('a copy under a passkey that is no copy is told of after what is safe, and what the passkey answered is wiped', async () => {
  const { house: { store, blobs, jobs }, network: { fetch }, settings } = new Town();
  const place = { store, blobs, jobs, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  const unreadable = Object.assign(new Blob(['x']), { slice: () => assert.fail('unreadable') });
  for (const kit of [new Blob(['no copy']), unreadable]) {
    const passkey = new Uint8Array(32).fill(7);
    let last!: LongJobMessage;
    await runJob({ job: 'restore', id: 'one', kit, passphrase: '', passkey }, place, new AbortController().signal, (message) => (last = message));
    assert.match(last.type === 'failed' ? last.error.message : '', /^Nothing in this house was changed\./);
    assert.ok(passkey.every((byte) => byte === 0));
  }
});

test('a standby gives what it has to the owner, and stands to be paired with; that the mirror has more is told', async () => {
  const { before, town, blob } = await lostHouse();
  const second = standbyOf(before);
  const { rev } = (await before.account()).head;
  await refuses(town, 'MirrorUnreachable', { standby: 'https://nowhere.test' });
  assert.deepEqual([(await restored(town, { standby: second.url })).newerMirror, (await town.account()).head.rev], [undefined, rev]);
  assert.deepEqual((await town.house.blobs.list(town.did, { limit: 9 })).map(String), [blob]);
  await before.write('after the standby');
  await before.paired();
  const late = new Town(before);
  const result = await restored(late, { standby: second.url });
  assert.deepEqual([result.rev, result.mirror, result.isStandby, result.newerMirror], [rev, second.url, true, { rev: (await before.account()).head.rev }]);
  const { mirror } = await late.account();
  assert.deepEqual([mirror?.state, mirror?.url, mirror?.standbys?.map(({ url, mirrorDid }) => [url, mirrorDid])], ['pairing', second.url, [[town.mirror.url, town.mirror.did]]]);
  // What the DID names is no standby, whoever says so.
  const named = new Town(before);
  assert.deepEqual([(await restored(named, { standby: named.mirror.url })).isStandby, (await named.account()).mirror?.standbys], [undefined, undefined]);
  second.copy(late.did).car = second.copy(late.did).car!.slice(0, -20);
  await refuses(new Town(before), 'CarTruncated', { standby: second.url });
  second.copies.clear();
  await refuses(new Town(before), 'MirrorUnreachable', { standby: second.url });
});

test('cancelled while the mirror is asked whether it has more than its standby, it waits for no answer', async () => {
  const { before, town } = await lostHouse();
  const { url } = standbyOf(before);
  const { network } = town;
  const cancelling = new AbortController();
  let hears: boolean | undefined;
  const fetch: typeof network.fetch = async (input, init) => {
    if (!String(input).includes('getLatestCommit')) return network.fetch(input, init);
    cancelling.abort();
    hears = init?.signal?.aborted;
    throw new TypeError('aborted');
  };
  Object.assign(town, { network: Object.assign(Object.create(network), { fetch }) });
  assert.equal((await run(town, { standby: url, signal: cancelling.signal })).type, 'cancelled');
  assert.equal(hears, true);
});

test('with a standby the name stays that leads to the account by itself, and not one of the mirror that is lost', async () => {
  const town = await Town.make({ handle: 'carol.example.com' });
  const { network, directory, mirror, did } = town;
  const second = new FakeMirror(network, directory, 'second');
  const keeps = async (name: string): Promise<boolean> => {
    const found = await standbyMirror({ did, identity: { pds: mirror.url, handle: parseHandle(name) } }, { url: second.url, resolver: RESOLVER }, { fetch: network.fetch, now: Date.now, signal: new AbortController().signal });
    assert.equal(found.standbys?.[0]?.mirrorDid, mirror.did);
    return found.keepsName === true;
  };
  assert.deepEqual([await keeps('carol.mirror.test'), await keeps('carol.example.com')], [false, true]);
  mirror.stop();
  assert.equal(await keeps('carol.example.com'), false);
  network.add('https://carol.example.com', async () => new Response('did:plc:zzzzzzzzzzzzzzzzzzzzzzzz'));
  assert.equal(await keeps('carol.example.com'), false);
  network.add('https://resolver.test', async () => Response.json({ Status: 0, Answer: [{ type: 16, data: `"did=${did}"` }] }));
  assert.equal(await keeps('carol.example.com'), true);
});

test('a file that is older than what the mirror has is restored, and the job says so', async () => {
  const { before } = await lostHouse();
  const car = await carOf(before);
  await before.write('after the file');
  await before.paired();
  const town = new Town(before);
  const { rev } = (await before.account()).head;
  const result = await restored(town, { car });
  assert.deepEqual([result.newerMirror, result.mirror, result.missingBlobs], [{ rev }, town.mirror.url, 0]);
  assert.equal((await town.account()).mirror?.state, 'pairing');
  await town.write('before the pairing');
  await town.paired();
  await town.assertPaired();
  const { commit, records } = await verifyRepository(await town.house.car(town.did), { key: parseDidKey((await town.account()).signingKey), did: town.did });
  assert.equal(records, 4);
  assert.ok(commit.rev > rev);
});

test('a file restored without a network waits for its directory, and never undoes what that knows', async () => {
  const { before, town } = await lostHouse();
  const car = await carOf(before);
  town.network.fault = () => true;
  const result = await restored(town, { car });
  assert.deepEqual([result.mirror, result.missingBlobs, result.operationQueued], [undefined, 1, true]);
  town.network.fault = () => false;
  const entries = await town.operations();
  assertRefused(await town.pair(), 409, 'IdentityChanged');
  const log = (await town.directory.log(town.did))!;
  assert.deepEqual([log.entries.length, log.entries.some(({ nullified }) => nullified)], [entries, false]);
  await town.write('while nobody could hear it');
  const again = new Town(before);
  await restored(again, { car: await carOf(town) });
  await again.paired();
  await again.assertPaired();
  assert.deepEqual([...again.mirror.copy(town.did).blobs.keys()].length, 1);
});
