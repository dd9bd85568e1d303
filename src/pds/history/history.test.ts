import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, answerOf, assertRefused, NOTE, PdsHouse } from '../../../test/support/pds-house.ts';
import type { Answer } from '../../../test/support/pds-house.ts';
import type { HistoryEntry } from '../index.ts';

const UNDO = 'app.holdfast.history.undo';
const GET = 'app.holdfast.history.get';
const STRANGER = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const { did } = ALICE;

const put = (house: PdsHouse, rkey: string, record: object): Promise<Answer> => (
  house.post('com.atproto.repo.putRecord', { repo: did, collection: NOTE, rkey, record })
);
const remove = (house: PdsHouse, rkey: string): Promise<Answer> => house.post('com.atproto.repo.deleteRecord', { repo: did, collection: NOTE, rkey });
const read = async (house: PdsHouse, rkey: string): Promise<unknown> => (
  (await house.get('com.atproto.repo.getRecord', { repo: did, collection: NOTE, rkey })).body['cid']
);
const undo = (house: PdsHouse, rev: string, more: object = {}, id?: string): Promise<Answer> => (
  house.post(UNDO, { did, rev, ...more }, id === undefined ? {} : { id })
);

/** The rev of the commit that was answered with. */
function revOf({ status, body }: Answer): string {
  assert.equal(status, 200, JSON.stringify(body));
  return (body['commit'] as { readonly rev: string }).rev;
}

function done(answer: Answer, records: number): void {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.body['records'], records);
}

test('a create, an update and a delete are taken back, each by a new commit, and so is that', async () => {
  const house = await PdsHouse.make();
  const created = revOf(await put(house, 'a', { text: 'one' }));
  const one = await read(house, 'a');
  const updated = revOf(await put(house, 'a', { text: 'two' }));
  const two = await read(house, 'a');
  const takenBack = await undo(house, updated);
  done(takenBack, 1);
  assert.equal(await read(house, 'a'), one);
  done(await undo(house, revOf(takenBack)), 1);
  assert.equal(await read(house, 'a'), two);
  const deleted = revOf(await remove(house, 'a'));
  done(await undo(house, deleted), 1);
  assert.equal(await read(house, 'a'), two);
  done(await undo(house, created, { force: true }), 1);
  assert.equal(await read(house, 'a'), undefined);
  assert.equal((await house.store.history(did, { limit: 99 })).length, 7);
});

test('a commit of several records is taken back in one, or one record of it', async () => {
  const house = await PdsHouse.make();
  await put(house, 'b', { text: 'old' });
  await put(house, 'c', { text: 'gone' });
  const [b, c] = [await read(house, 'b'), await read(house, 'c')];
  const APPLY = 'com.atproto.repo.applyWrites';
  const rev = revOf(await house.post(APPLY, { repo: did, writes: [
    { $type: `${APPLY}#create`, collection: NOTE, rkey: 'a', value: { text: 'new' } },
    { $type: `${APPLY}#update`, collection: NOTE, rkey: 'b', value: { text: 'new' } },
    { $type: `${APPLY}#delete`, collection: NOTE, rkey: 'c' },
  ] }));
  done(await undo(house, rev, { path: `${NOTE}/b` }), 1);
  assert.deepEqual([await read(house, 'b'), await read(house, 'c')], [b, undefined]);
  const before = (await house.store.history(did, { limit: 99 })).length;
  done(await undo(house, rev), 2);
  assert.deepEqual([await read(house, 'a'), await read(house, 'b'), await read(house, 'c')], [undefined, b, c]);
  assert.equal((await house.store.history(did, { limit: 99 })).length, before + 1);
  const nothing = await undo(house, rev);
  done(nothing, 0);
  assert.equal(nothing.body['commit'], undefined);
});

test('what was changed again since is left alone, unless the owner wants it', async () => {
  const house = await PdsHouse.make();
  await put(house, 'a', { text: 'one' });
  const one = await read(house, 'a');
  const rev = revOf(await put(house, 'a', { text: 'two' }));
  await put(house, 'a', { text: 'three' });
  const head = await house.head();
  const refused = await undo(house, rev);
  assertRefused(refused, 400, 'ChangedSince');
  assert.match(String(refused.body['message']), new RegExp(`${NOTE}/a`));
  assert.equal(await house.head(), head);
  done(await undo(house, rev, { force: true }), 1);
  assert.equal(await read(house, 'a'), one);
  await remove(house, 'a');
  assertRefused(await undo(house, rev), 400, 'ChangedSince');
  done(await undo(house, rev, { force: true }), 1);
  assert.equal(await read(house, 'a'), one);
});

test('the same request is carried out once, whatever was written since', async () => {
  const house = await PdsHouse.make();
  await put(house, 'a', { text: 'one' });
  const rev = revOf(await put(house, 'a', { text: 'two' }));
  const first = await undo(house, rev, {}, 'undo-0001');
  await put(house, 'a', { text: 'three' });
  const head = await house.head();
  assert.deepEqual(await undo(house, rev, {}, 'undo-0001'), first);
  assert.equal(await house.head(), head);
});

test('a file that is not here any more is named, and nothing is changed', async () => {
  const house = await PdsHouse.make();
  const { body } = await answerOf(await house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } }));
  const blob = body['blob'] as { readonly ref: { readonly $link: string } };
  await put(house, 'a', { file: blob });
  const rev = revOf(await remove(house, 'a'));
  assert.equal(await house.blobs.collect(did, 0), 0, 'history keeps it');
  const back = revOf(await undo(house, rev));
  assert.equal(typeof await read(house, 'a'), 'string');
  done(await undo(house, back), 1);
  const { body: whole } = await house.get(GET, { did, rev, path: `${NOTE}/a` });
  assert.equal(whole['missingBlobs'], undefined);
  house.blobs.forget(did);
  const { body: change } = await house.get(GET, { did, rev, path: `${NOTE}/a` });
  assert.deepEqual(change['missingBlobs'], [blob.ref.$link]);
  const head = await house.head();
  const refused = await undo(house, rev);
  assertRefused(refused, 400, 'BlobNotFound');
  assert.ok(String(refused.body['message']).includes(blob.ref.$link));
  assert.equal(await house.head(), head);
});

test('a record that other software wrote outside the data model is shown, and never written anew', async () => {
  // {"n": 1.5}, as an import of old software's repository keeps it.
  const float = Uint8Array.from([0xa1, 0x61, 0x6e, 0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
  const house = await PdsHouse.make({}, (store) => new Proxy(store, {
    get: (target, name) => {
      if (name !== 'history') return (target[name as keyof typeof target] as (() => unknown)).bind(target);
      return async (...query: Parameters<typeof store.history>) => (await target.history(...query)).map((entry): HistoryEntry => (
        { ...entry, previous: new Map([...entry.previous.keys()].map((path) => [path, float])) }
      ));
    },
  }));
  await put(house, 'a', { text: 'one' });
  const rev = revOf(await remove(house, 'a'));
  const head = await house.head();
  assertRefused(await undo(house, rev), 400, 'NotRestorable');
  assert.equal(await house.head(), head);
  assert.equal((await house.get(GET, { did, rev, path: `${NOTE}/a` })).status, 200);
});

test('a change is shown as it was before and after, and says what is there now', async () => {
  const house = await PdsHouse.make();
  const created = revOf(await put(house, 'a', { text: 'one' }));
  const updated = revOf(await put(house, 'a', { text: 'two' }));
  const two = await read(house, 'a');
  const path = `${NOTE}/a`;
  const see = async (rev: string): Promise<unknown[]> => {
    const { body: { action, before, after, present } } = await house.get(GET, { did, rev, path });
    return [action, (before as { text?: string })?.text, (after as { text?: string })?.text, present];
  };
  assert.deepEqual(await see(created), ['create', undefined, 'one', two]);
  await house.store.maintain(did);
  assert.deepEqual(await see(created), ['create', undefined, 'one', two], 'its block is gone; the next change has it');
  assert.deepEqual(await see(updated), ['update', 'one', 'two', two]);
  const deleted = revOf(await remove(house, 'a'));
  assert.deepEqual(await see(deleted), ['delete', 'two', undefined, undefined]);
  const { body } = await house.get('app.holdfast.activity.list', { did, path });
  assert.deepEqual((body['commits'] as { rev: string }[]).map(({ rev }) => rev), [deleted, updated, created]);
});

test('the owner says how large history may be, and is told how large it is', async () => {
  const house = await PdsHouse.make();
  await put(house, 'a', { text: 'x'.repeat(5000) });
  for (let index = 0; index < 5; index++) await put(house, 'a', { text: String(index).repeat(5000) });
  const describe = async (): Promise<Record<string, unknown>> => (await house.get('app.holdfast.account.describe', { did })).body;
  assert.equal((await describe())['historyLimit'], 50_000_000);
  assert.equal((await house.post('app.holdfast.history.setLimit', { did, bytes: 11_000 })).status, 200);
  const { historyBytes, historyLimit, historyFrom } = await describe();
  assert.deepEqual([historyLimit, historyBytes as number <= 11_000], [11_000, true]);
  const kept = await house.store.history(did, { limit: 99 });
  assert.deepEqual([kept.length, kept.at(-1)?.rev], [2, historyFrom]);
});

test('what is not in history is refused, and so is what makes no sense', async () => {
  const house = await PdsHouse.make();
  const rev = revOf(await put(house, 'a', { text: 'one' }));
  assertRefused(await undo(house, '3kznmn7xqxl22'), 400, 'CommitNotFound');
  assertRefused(await undo(house, rev, { path: `${NOTE}/b` }), 400, 'CommitNotFound');
  assertRefused(await house.get(GET, { did, rev, path: `${NOTE}/b` }), 400, 'CommitNotFound');
  assertRefused(await house.post(UNDO, { did: STRANGER, rev }), 400, 'AccountNotFound');
  assertRefused(await undo(house, 'yesterday'), 400, 'InvalidRequest');
  for (const bytes of [-1, 1.5, '5']) assertRefused(await house.post('app.holdfast.history.setLimit', { did, bytes }), 400, 'InvalidRequest');
});
