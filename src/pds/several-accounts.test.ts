// Two accounts in one house: what is asked about one never reads, names or changes what is the other's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, datetimeFromMs, parseDid } from '../protocol/index.ts';
import { ALICE, assertRefused, BOB, NOTE, PdsHouse } from '../../test/support/pds-house.ts';
import type { PairedMirror } from './ports/paired-mirror.ts';

const PUT = 'com.atproto.repo.putRecord';
const APPLY = 'com.atproto.repo.applyWrites';
const BLOB = new Uint8Array([1, 2, 3]);
const CID = cidOf(BLOB, 'raw');
const REF = { $type: 'blob', ref: { $link: CID.toString() }, mimeType: 'image/png', size: BLOB.length };
const MIRROR: PairedMirror = {
  url: 'https://mirror.test', mirrorDid: parseDid('did:web:mirror.test'), key: 'did:key:zTest', state: 'active', isPaused: false, pairedAt: datetimeFromMs(0),
};

/** A house in which Alice has written, and Bob has just come. */
async function shared(): Promise<{ readonly house: PdsHouse; readonly rev: string }> {
  const house = await PdsHouse.make();
  await house.addAccount(BOB);
  const { body } = await house.post(PUT, { repo: ALICE.did, collection: NOTE, rkey: 'secret', record: { text: 'of Alice' } });
  return { house, rev: (body['commit'] as { rev: string }).rev };
}

/** All that the house has of an account, to be compared. */
async function stateOf({ store, blobs }: PdsHouse, { did }: typeof ALICE) {
  const account = await store.account(did);
  return {
    head: account?.head.cid.toString(), collections: account?.collections, history: (await store.history(did, { limit: 99 })).map(({ rev }) => rev),
    outbox: (await store.outbox(did, { limit: 99 })).map(({ rev }) => rev), preferences: await store.preferences(did), blobs: await blobs.usage(did),
    size: (await store.size(did)).history,
  };
}

test('records of one are found under no other, and whatever is written to one leaves the other as it was', async () => {
  const { house } = await shared();
  const at = { collection: NOTE, rkey: 'secret' };
  assertRefused(await house.get('com.atproto.repo.getRecord', { repo: BOB.did, ...at }), 400, 'RecordNotFound');
  assert.deepEqual((await house.get('com.atproto.repo.listRecords', { repo: BOB.did, collection: NOTE })).body['records'], []);
  assert.deepEqual((await house.get('com.atproto.repo.describeRepo', { repo: BOB.did })).body['collections'], []);
  const before = await stateOf(house, ALICE);
  assert.equal((await house.post('com.atproto.repo.deleteRecord', { repo: BOB.did, ...at })).status, 200);
  assertRefused(await house.post(APPLY, { repo: BOB.did, writes: [{ $type: `${APPLY}#update`, ...at, value: { text: 'of Bob' } }] }), 400, 'InvalidRequest');
  assert.equal((await house.post(PUT, { repo: BOB.did, ...at, record: { text: 'of Bob' } })).status, 200);
  const swapped = { repo: BOB.did, ...at, record: { text: 'again' }, swapCommit: await house.head() };
  assertRefused(await house.post(PUT, swapped), 400, 'InvalidSwap');
  assert.deepEqual(await stateOf(house, ALICE), before);
  const cars = await Promise.all([ALICE.did, BOB.did].map((did) => house.car(did)));
  assert.ok(!Buffer.from(cars[1]!).includes('of Alice') && !Buffer.from(cars[0]!).includes('of Bob'));
});

test('a blob of one can be named by no record of the other, is served for no other, and goes with no other', async () => {
  const { house } = await shared();
  await house.blobs.put(ALICE.did, BLOB, { cid: CID, mimeType: 'image/png' });
  assert.equal((await house.post(PUT, { repo: ALICE.did, collection: NOTE, rkey: 'picture', record: { picture: REF } })).status, 200);
  assertRefused(await house.post(PUT, { repo: BOB.did, collection: NOTE, rkey: 'picture', record: { picture: REF } }), 400, 'BlobNotFound');
  assertRefused(await house.get('com.atproto.sync.getBlob', { did: BOB.did, cid: CID.toString() }), 400, 'BlobNotFound');
  assert.deepEqual((await house.get('com.atproto.sync.listBlobs', { did: BOB.did })).body['cids'], []);
  // The same bytes, of both: what one lets go of, the other keeps.
  await house.blobs.put(BOB.did, BLOB, { cid: CID, mimeType: 'image/png' });
  assert.equal((await house.post(PUT, { repo: BOB.did, collection: NOTE, rkey: 'picture', record: { picture: REF } })).status, 200);
  await house.post('app.holdfast.account.remove', { did: BOB.did, confirm: BOB.did });
  assert.equal(await house.blobs.isReferenced(ALICE.did, CID), true);
  assert.deepEqual(new Uint8Array(await (await house.blobs.bytes(ALICE.did, CID))!.arrayBuffer()), BLOB);
});

test('history and activity of one know nothing of the other, and nobody takes back what is not theirs', async () => {
  const { house, rev } = await shared();
  assert.deepEqual((await house.get('app.holdfast.activity.list', { did: BOB.did })).body['commits'], []);
  assertRefused(await house.get('app.holdfast.history.get', { did: BOB.did, rev, path: `${NOTE}/secret` }), 400, 'CommitNotFound');
  const before = await stateOf(house, ALICE);
  assertRefused(await house.post('app.holdfast.history.undo', { did: BOB.did, rev }), 400, 'CommitNotFound');
  assert.equal((await house.post('app.holdfast.history.setLimit', { did: BOB.did, bytes: 20_000_000 })).status, 200);
  assert.deepEqual(await stateOf(house, ALICE), before);
});

test('what waits for the mirror of one waits for no other', async () => {
  const { house } = await shared();
  await house.store.update(ALICE.did, { mirror: MIRROR });
  await house.post(PUT, { repo: BOB.did, collection: NOTE, rkey: 'a', record: { text: 'of Bob' } });
  assert.deepEqual((await stateOf(house, ALICE)).outbox, []);
  await house.post(PUT, { repo: ALICE.did, collection: NOTE, rkey: 'a', record: { text: 'of Alice' } });
  assert.deepEqual([(await stateOf(house, ALICE)).outbox.length, (await stateOf(house, BOB)).outbox.length], [1, 0]);
  assertRefused(await house.get('app.holdfast.bridge.listOutbox', { did: BOB.did }), 400, 'NotPaired');
});

test('preferences and details of one are not changed by the other, nor by its end', async () => {
  const { house } = await shared();
  const preferences = [{ $type: 'app.bsky.actor.defs#adultContentPref', enabled: false }];
  await house.post('app.bsky.actor.putPreferences', { preferences }, { headers: { 'holdfast-account': ALICE.did } });
  const read = await house.fetch('app.bsky.actor.getPreferences', { headers: { 'holdfast-account': BOB.did } });
  assert.deepEqual(await read.json(), { preferences: [] });
  const before = await stateOf(house, ALICE);
  const told = (await house.get('app.holdfast.account.describe', { did: BOB.did })).body;
  assert.doesNotMatch(JSON.stringify(told), new RegExp(`${ALICE.did}|${ALICE.handle}`));
  await house.post('app.holdfast.account.remove', { did: BOB.did, confirm: BOB.did });
  assert.deepEqual(await stateOf(house, ALICE), before);
  assert.deepEqual((await house.store.accounts()).map(({ did }) => did), [ALICE.did]);
});

test('a request that was carried out for one is not taken for the other’s', async () => {
  const { house } = await shared();
  const write = (did: string) => house.post(PUT, { repo: did, collection: NOTE, rkey: 'same', record: { text: 'x' } }, { id: 'same-request' });
  const first = await write(ALICE.did);
  const second = await write(BOB.did);
  assert.equal(first.status, 200);
  // The same name for another wish is a mistake of the caller, and nothing of the first answer is given for it.
  assert.notEqual(second.status, 200);
  assert.doesNotMatch(JSON.stringify(second.body), new RegExp(ALICE.did));
  assert.equal((await stateOf(house, BOB)).history.length, 0);
});
