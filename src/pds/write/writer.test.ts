import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, tidFrom, tidTime } from '../../protocol/index.ts';
import type { Nsid, Tid } from '../../protocol/index.ts';
import { RepoError, verifyRepository } from '../../repo/index.ts';
import type { MemoryHouseStore } from '../../storage/memory/index.ts';
import { StoreError } from '../ports/store-error.ts';
import type { Account } from '../ports/account.ts';
import type { StoreFault } from '../ports/store-error.ts';
import type { HouseStore } from '../ports/house-store.ts';
import { makeHouse } from '../house.ts';
import type { Call } from '../xrpc/method.ts';
import { ALICE, assertRefused, BOB, NOTE, PdsHouse, post, POST } from '../../../test/support/pds-house.ts';
import { prepareRecord } from './prepare-record.ts';

const CREATE = 'com.atproto.repo.createRecord';
const ID = 'the-one-request';
const BLOB = cidOf(new Uint8Array(4), 'raw');

/** A store with some methods of another make. */
function changed(store: HouseStore, methods: Partial<HouseStore>): HouseStore {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(name in methods ? methods : target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) as unknown : value;
    },
  });
}

/** A store whose next commits fail, as often as it is told. */
class FailingStore {
  faults: (StoreFault | undefined)[] = [];
  commits = 0;

  readonly wrap = (store: MemoryHouseStore): HouseStore => changed(store, {
    commit: async (...changes) => {
      this.commits++;
      const fault = this.faults.shift();
      if (fault !== undefined) throw new StoreError(fault, 'as the test wants it');
      return store.commit(...changes);
    },
  });
}

/** Everything that the feed tells from now on. */
function listen(house: PdsHouse): { readonly heard: Record<string, unknown>[]; readonly end: () => Promise<void> } {
  const heard: Record<string, unknown>[] = [];
  const done = house.feed.open('').text().then((text) => {
    heard.push(...text.trim().split('\n').slice(1, -1).map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  return { heard, end: async () => { house.feed.end(); await done; } };
}

async function assertVerifies(house: PdsHouse, records: number): Promise<void> {
  const verified = await verifyRepository(await house.car(), { key: house.keys.get(ALICE.did)!, did: ALICE.did });
  assert.equal(verified.records, records);
}

test('the same request is carried out once, and answered alike', async () => {
  const house = await PdsHouse.make();
  const { heard, end } = listen(house);
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => house.create({ n: 1 }, {}, ID)));
  assert.equal(first?.status, 200);
  for (const other of [...others, await house.create({ n: 1 }, {}, ID)]) assert.deepEqual(other, first);
  await assertVerifies(house, 1);
  await end();
  assert.equal(heard.length, 1);
});

test('a repeat is answered also where the repository cannot be read any more', async () => {
  let isLost = false;
  const house = await PdsHouse.make({}, (store) => changed(store, {
    reader: (did) => (isLost ? { read: async (cids) => cids.map(() => undefined) } : store.reader(did)),
  }));
  const first = await house.create({ n: 1 }, {}, ID);
  isLost = true;
  assertRefused(await house.create({ n: 2 }), 500, 'StoreDamaged');
  assert.deepEqual(await house.create({ n: 1 }, {}, ID), first);
});

test('one request id is for one request', async () => {
  const house = await PdsHouse.make();
  await house.create({ n: 1 }, {}, ID);
  assertRefused(await house.create({ n: 2 }, {}, ID), 400, 'InvalidRequest');
  assertRefused(await house.post('com.atproto.repo.applyWrites', { repo: ALICE.did, writes: [] }, { id: ID }), 400, 'InvalidRequest');
  await assertVerifies(house, 1);
});

test('a repeat of many writes gives the same keys', async () => {
  const house = await PdsHouse.make();
  const body = { repo: ALICE.did, writes: [1, 2].map((n) => ({ $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, value: { n } })) };
  const first = await house.post('com.atproto.repo.applyWrites', body, { id: ID });
  assert.equal(first.status, 200);
  assert.deepEqual(await house.post('com.atproto.repo.applyWrites', body, { id: ID }), first);
  await assertVerifies(house, 2);
});

test('a head that has moved is followed', async () => {
  const failing = new FailingStore();
  const house = await PdsHouse.make({}, failing.wrap);
  failing.faults = ['HeadMoved', 'HeadMoved'];
  assert.equal((await house.create({ n: 1 })).status, 200);
  assert.equal(failing.commits, 3);
  await assertVerifies(house, 1);
});

for (const [fault, status, error] of [
  ['HeadMoved', 503, 'NotEnoughResources'], ['StorageFull', 507, 'StorageFull'], ['StoreClosed', 503, 'StoreClosed'],
] as const) {
  test(`after ${fault} nothing has changed, nobody has heard of it, and writing goes on`, async () => {
    const failing = new FailingStore();
    const house = await PdsHouse.make({}, failing.wrap);
    const { heard, end } = listen(house);
    await house.create({ n: 1 });
    const before = await house.car();
    failing.faults = Array.from({ length: 5 }, () => fault);
    const answer = await house.create({ n: 2 }, {}, ID);
    assertRefused(answer, status, error);
    // A connection may be lost once all was durable, so that only asking again tells.
    assert.match(String(answer.body['message']), fault === 'StoreClosed' ? /not known\. Please ask again/ : /Nothing was changed/);
    assert.deepEqual(await house.car(), before);
    failing.faults = [];
    assert.equal((await house.create({ n: 2 }, {}, ID)).status, 200);
    await assertVerifies(house, 2);
    await end();
    assert.deepEqual(heard.map(({ type }) => type), ['commit', 'commit']);
  });
}

test('requests that wait together share a transaction, and each is fulfilled or refused by itself', async () => {
  const failing = new FailingStore();
  const house = await PdsHouse.make({}, failing.wrap);
  const { heard, end } = listen(house);
  const place = { rkey: 'same' };
  const answers = await Promise.all([
    house.create({ n: 0 }), house.create({ n: 1 }, {}, ID), house.create({ n: 2 }, place), house.create({ n: 3 }, place),
    house.create({ n: 1 }, {}, ID), house.create({ n: 4 }, { swapCommit: await house.head() }), house.create({ n: 5 }),
  ]);
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 400, 200, 400, 200]);
  assert.deepEqual(answers[4], answers[1]);
  assert.equal(answers[5]?.body['error'], 'InvalidSwap');
  // The first goes alone, since nobody waits yet; then all that came meanwhile.
  assert.equal(failing.commits, 2);
  await assertVerifies(house, 4);
  const chain = (await house.store.history(ALICE.did, { limit: 10 })).map(({ rev }) => rev);
  assert.deepEqual(chain, [...chain].sort().reverse());
  await end();
  assert.deepEqual(heard.map(({ rev }) => rev), [...chain].reverse());
});

test('what waits together is signed together', async (t) => {
  const house = await PdsHouse.make();
  await house.create({ n: 0 });
  let [signing, most] = [0, 0];
  const sign = crypto.subtle.sign.bind(crypto.subtle);
  t.mock.method(crypto.subtle, 'sign', async (...given: Parameters<typeof sign>) => {
    most = Math.max(most, ++signing);
    return sign(...given).finally(() => signing--);
  });
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => house.create({ n: n + 1 })));
  assert.deepEqual(answers.map(({ status }) => status), Array.from({ length: 6 }, () => 200));
  assert.ok(most > 1, 'one signature was waited for before the next was begun');
  await assertVerifies(house, 7);
});

test('where what waits together cannot be stored together, each is tried by itself', async () => {
  const failing = new FailingStore();
  const house = await PdsHouse.make({}, failing.wrap);
  failing.faults = [undefined, 'StorageFull', undefined, 'StorageFull', undefined];
  const answers = await Promise.all([1, 2, 3, 4].map((n) => house.create({ n })));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 507, 200]);
  await assertVerifies(house, 3);
});

test('a house that remembers an older state than is stored decides on what is stored', async () => {
  const memory: { old?: Account } = {};
  const house = await PdsHouse.make({}, (store) => changed(store, { remembered: (did) => memory.old ?? store.remembered(did) }));
  await house.create({ n: 1 }, { rkey: 'a' }, ID);
  const remembered = house.store.remembered(ALICE.did)!;
  const swapCommit = await house.head();
  await house.post('com.atproto.repo.deleteRecord', { repo: ALICE.did, collection: NOTE, rkey: 'a' });
  memory.old = remembered;
  assertRefused(await house.create({ n: 2 }, { swapCommit }), 400, 'InvalidSwap');
  assert.equal((await house.create({ n: 1 }, { rkey: 'a' }, ID)).status, 200);
  await assertVerifies(house, 0);
  assert.equal((await house.create({ n: 3 }, { rkey: 'a', swapCommit: await house.head() })).status, 200);
  await assertVerifies(house, 1);
});

test('an account that another tab has removed is not there, whatever is remembered', async () => {
  let isRemoved = false;
  const gone = async (): Promise<never> => Promise.reject(new StoreError('AccountMissing', 'as the test wants it'));
  const house = await PdsHouse.make({}, (store) => changed(store, {
    account: async (did) => (isRemoved ? undefined : store.account(did)),
    commit: async (...changes) => (isRemoved ? gone() : store.commit(...changes)),
  }));
  isRemoved = true;
  assertRefused(await house.create({ n: 1 }), 403, 'AccountNotFound');
});

test('without the lock of the account, five writers at once still make one chain', async () => {
  const house = await PdsHouse.make({}, (store) => changed(store, { exclusive: (_did, work) => work() }));
  const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => house.create({ n })));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200, 200]);
  assert.equal((await house.store.history(ALICE.did, { limit: 10 })).length, 5);
  await assertVerifies(house, 5);
});

test('who was told of a head that has moved since gets InvalidSwap', async () => {
  const house = await PdsHouse.make();
  const swapCommit = await house.head();
  const answers = await Promise.all([1, 2, 3].map((n) => house.create({ n }, { swapCommit })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400]);
  assert.ok(answers.every(({ status, body }) => status === 200 || body['error'] === 'InvalidSwap'));
  await assertVerifies(house, 1);
});

test('swapRecord and swapCommit let through what they expect', async () => {
  const house = await PdsHouse.make();
  const place = { repo: ALICE.did, collection: NOTE, rkey: 'a' };
  const put = (record: unknown, more: object): ReturnType<PdsHouse['post']> => house.post('com.atproto.repo.putRecord', { ...place, record, ...more });
  const first = await put({ n: 1 }, { swapRecord: null, swapCommit: await house.head() });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const second = await put({ n: 2 }, { swapRecord: first.body['cid'] });
  assert.equal(second.status, 200);
  const gone = await house.post('com.atproto.repo.deleteRecord', { ...place, swapRecord: second.body['cid'], swapCommit: await house.head() });
  assert.equal(gone.status, 200);
  await assertVerifies(house, 0);
});

test('rev goes on though the clock goes back, and one account does not hurry another', async () => {
  let now = Date.UTC(2030, 0);
  const house = await PdsHouse.make({ now: () => now });
  await house.addAccount(BOB);
  const revOf = ({ body }: Awaited<ReturnType<PdsHouse['create']>>): Tid => (body['commit'] as { rev: Tid }).rev;
  const first = revOf(await house.create({ n: 1 }));
  now = Date.now();
  const second = revOf(await house.create({ n: 2 }));
  assert.ok(second > first);
  const other = revOf(await house.create({ n: 1 }, { repo: BOB.did }));
  assert.ok(other < tidFrom(tidTime(first), 0), 'the rev of the other account is not in the year 2030');
});

test('counts, history, previous bytes and blobs are told to the store', async () => {
  const house = await PdsHouse.make();
  const uploaded = await house.blobs.put(ALICE.did, new Uint8Array(4), { cid: BLOB, mimeType: 'text/plain' });
  const file = { $type: 'blob', ref: { $link: BLOB.toString() }, mimeType: uploaded.mimeType, size: uploaded.size };
  const place = { repo: ALICE.did, collection: NOTE, rkey: 'a' };
  const put = (record: unknown): ReturnType<PdsHouse['post']> => house.post('com.atproto.repo.putRecord', { ...place, record });
  await put({ file });
  const size = async (): Promise<unknown> => (await house.store.account(ALICE.did))!.collections.get(NOTE as Nsid);
  const bytes = prepareRecord({ file }, place, undefined).size;
  assert.deepEqual(await size(), { records: 1, bytes });
  assert.equal(await house.blobs.isReferenced(ALICE.did, BLOB), true);
  await put({ text: 'a' });
  assert.deepEqual(await size(), { records: 1, bytes: prepareRecord({ text: 'a' }, place, undefined).size });
  assert.equal(await house.blobs.isReferenced(ALICE.did, BLOB), false);
  const [last] = await house.store.history(ALICE.did, { limit: 1 });
  assert.equal(last?.previous.get(`${NOTE}/a`)?.length, bytes);
  await house.post('com.atproto.repo.deleteRecord', place);
  assert.equal(await size(), undefined);
});

test('a record may go on naming a blob that was never here', async () => {
  const house = await PdsHouse.make();
  const file = { $type: 'blob', ref: { $link: BLOB.toString() }, mimeType: 'text/plain', size: 4 };
  const place = { repo: ALICE.did, collection: NOTE, rkey: 'a' };
  // As a restored repository has it.
  await house.blobs.put(ALICE.did, new Uint8Array(4), { cid: BLOB, mimeType: 'text/plain' });
  await house.post('com.atproto.repo.putRecord', { ...place, record: { file } });
  house.blobs.forget(ALICE.did);
  assert.equal((await house.post('com.atproto.repo.putRecord', { ...place, record: { file, text: 'new' } })).status, 200);
  assertRefused(await house.create({ file }), 400, 'BlobNotFound');
});

test('a commit that no relay would take is refused before it is signed', async () => {
  const house = await PdsHouse.make();
  const { store, blobs, jobs, feed } = house;
  const inside = makeHouse({ store, blobs, jobs, feed, version: '', did: BOB.did });
  const call: Call = {
    host: inside, caller: { kind: 'owner' }, nsid: CREATE, requestId: undefined, request: new Request('http://house.test'), body: new Uint8Array(),
    answerHeaders: new Headers(),
  };
  const wishes = ['a', 'b', 'c'].map((rkey) => {
    const place = { collection: NOTE, rkey };
    return { ...place, action: 'create' as const, record: prepareRecord({ text: rkey.repeat(700_000) }, place, undefined) };
  });
  const head = await house.head();
  await assert.rejects(
    inside.writer.write(call, { repo: ALICE.did, wishes }, () => undefined),
    (error) => error instanceof RepoError && error.code === 'CommitTooLarge',
  );
  assert.equal(await house.head(), head);
});

test('a signing key that is not the account’s signs nothing', async () => {
  const house = await PdsHouse.make({}, (store) => changed(store, { keys: async () => undefined }));
  assertRefused(await house.create(post('a'), { collection: POST }), 500, 'StoreDamaged');
});
