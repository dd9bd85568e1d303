import assert from 'node:assert/strict';
import { test } from 'node:test';
import { House, k256, post } from '../../test/support/house.ts';
import { verifyRepository } from './index.ts';

const path = (n: number): string => `app.bsky.feed.post/${String(n).padStart(6, '0')}`;

test('creates, updates, deletes, and every commit verifies', async () => {
  const house = await House.create();
  for (let n = 0; n < 300; n++) await house.write([{ action: 'create', path: path(n * 7 % 300), record: post(`${n}`) }]);
  for (let n = 0; n < 300; n += 3) await house.write([{ action: 'update', path: path(n), record: post(`new ${n}`) }]);
  for (let n = 0; n < 300; n += 2) await house.write([{ action: 'delete', path: path(n) }]);
  assert.equal((await house.contents()).size, 150);
  const verified = await verifyRepository(house.export(), { key: house.author.signer.publicKey });
  assert.equal(verified.records, 150);
  assert.equal(verified.unreachable, 0);
});

test('signs with K-256 as well', async () => {
  const house = await House.create([{ action: 'create', path: path(1), record: post('k') }], { signer: k256 });
  const { commit } = await verifyRepository(house.export(), { key: k256.publicKey });
  assert.ok(commit.cid.equals(house.repository.commit.cid));
});
