import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { encodeCbor, formatDidKey, parseNsid } from '../protocol/index.ts';
import type { CborMap } from '../protocol/index.ts';
import { verifyRepository } from '../repo/index.ts';
import { ALICE, NOTE, PdsHouse, post, POST } from '../../test/support/pds-house.ts';

async function assertVerifies(house: PdsHouse): Promise<number> {
  const car = await house.car();
  const key = house.keys.get(ALICE.did)!;
  const { commit, records } = await verifyRepository(car, { key, did: ALICE.did });
  assert.equal(commit.cid.toString(), await house.head());
  const { creates } = await verifyRepoCar(car, ALICE.did, formatDidKey(key));
  assert.equal(creates.length, records);
  return records;
}

test('a record is created, read, listed, changed and deleted, and every commit verifies twice', async () => {
  const house = await PdsHouse.make();
  const created = await house.create(post('one'), { collection: POST });
  assert.equal(created.status, 200, JSON.stringify(created.body));
  assert.equal(created.body['validationStatus'], 'valid');
  assert.equal(await assertVerifies(house), 1);
  const uri = String(created.body['uri']);
  const rkey = uri.split('/').at(-1)!;
  assert.equal(uri, `at://${ALICE.did}/${POST}/${rkey}`);
  const place = { repo: ALICE.handle, collection: POST, rkey };
  assert.deepEqual((await house.get('com.atproto.repo.getRecord', place)).body, { uri, cid: created.body['cid'], value: post('one') });

  const put = await house.post('com.atproto.repo.putRecord', { ...place, record: post('two') });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  assert.equal(await assertVerifies(house), 1);
  const listed = await house.get('com.atproto.repo.listRecords', { repo: ALICE.did, collection: POST });
  assert.deepEqual(listed.body, { records: [{ uri, cid: put.body['cid'], value: post('two') }] });
  assert.deepEqual((await house.get('com.atproto.repo.describeRepo', { repo: ALICE.did })).body['collections'], [POST]);

  const deleted = await house.post('com.atproto.repo.deleteRecord', place);
  assert.equal(deleted.status, 200);
  assert.equal((deleted.body['commit'] as { cid: string }).cid, await house.head());
  assert.equal(await assertVerifies(house), 0);
  assert.deepEqual((await house.get('com.atproto.repo.describeRepo', { repo: ALICE.did })).body['collections'], []);
  assert.equal((await house.get('com.atproto.repo.getRecord', place)).body['error'], 'RecordNotFound');
});

test('fifty creates at once form one chain', async () => {
  const house = await PdsHouse.make();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => house.create({ index })));
  const commits = answers.map(({ body }) => (body['commit'] as { cid: string; rev: string }));
  assert.equal(new Set(answers.map(({ body }) => body['uri'])).size, 50);
  assert.deepEqual(commits.map(({ rev }) => rev), commits.map(({ rev }) => rev).sort());
  const history = await house.store.history(ALICE.did, { limit: 100 });
  assert.deepEqual(history.map(({ cid }) => cid.toString()).reverse(), commits.map(({ cid }) => cid));
  assert.equal(await assertVerifies(house), 50);
  assert.equal((await house.store.account(ALICE.did))!.collections.get(parseNsid(NOTE))?.records, 50);
});

test('whatever is written, in whatever order, the repository holds just that', async () => {
  const house = await PdsHouse.make();
  const random = seeded(11);
  const model = new Map<string, unknown>();
  const pick = (count: number): number => Math.floor(random() * count);
  for (let step = 0; step < 60; step++) {
    const writes = [...new Set(Array.from({ length: 1 + pick(6) }, () => `r${pick(40)}`))].map((rkey) => {
      const isThere = model.has(rkey);
      const action = !isThere ? 'create' : pick(2) === 0 ? 'update' : 'delete';
      const value = { $type: NOTE, step: pick(10) };
      if (action === 'delete') model.delete(rkey);
      else model.set(rkey, value);
      return { $type: `com.atproto.repo.applyWrites#${action}`, collection: NOTE, rkey, ...(action !== 'delete' && { value }) };
    });
    const { status, body } = await house.post('com.atproto.repo.applyWrites', { repo: ALICE.did, writes, swapCommit: await house.head() });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(await assertVerifies(house), model.size);
  }
  const { body } = await house.get('com.atproto.repo.listRecords', { repo: ALICE.did, collection: NOTE, limit: '100' });
  const listed = (body['records'] as { uri: string; value: unknown }[]).map(({ uri, value }) => [uri.split('/').at(-1), value] as const);
  assert.deepEqual(new Map(listed), model);
  const count = (await house.store.account(ALICE.did))!.collections.get(parseNsid(NOTE));
  const bytes = [...model.values()].reduce<number>((sum, value) => sum + encodeCbor(value as CborMap).length, 0);
  assert.deepEqual(count, { records: model.size, bytes });
});

/** The same numbers from 0 to 1 every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
