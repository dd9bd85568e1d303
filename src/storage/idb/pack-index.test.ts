import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cid, CID_SIZE, cidOf } from '../../protocol/index.ts';
import { installFakeDatabase } from '../../../test/support/fake-database.ts';
import { TestAccount } from '../../testing/index.ts';
import { openHouse } from './index.ts';
import { IndexBuilder, PackIndex } from './pack-index.ts';

installFakeDatabase();

/** A CID whose digest begins with these four bytes twice, and ends with the number. */
function cidWith(start: number, end: number): Cid {
  const bytes = new Uint8Array(CID_SIZE);
  bytes.set(cidOf(bytes).bytes.subarray(0, 4));
  const view = new DataView(bytes.buffer);
  view.setUint32(4, start);
  view.setUint32(8, start);
  view.setUint32(32, end);
  return new Cid(bytes, true);
}

test('an index finds every block, in as many parts as it takes', () => {
  const builder = new IndexBuilder();
  const cids = Array.from({ length: 12_000 }, (_, index) => cidOf(Uint8Array.of(index & 255, index >> 8)));
  for (const [index, cid] of cids.entries()) builder.add(cid, index * 5, index);
  const parts = [...builder.parts()];
  assert.equal(parts.length, 3);
  assert.equal(parts.reduce((sum, { length }) => sum + length, 0), 12 * cids.length);
  const found = new PackIndex(parts);
  assert.equal(found.count, 12_000);
  for (const [index, cid] of cids.entries()) assert.deepEqual(found.find(cid), [{ row: index * 5, offset: index }]);
  assert.deepEqual(found.find(cidOf(Uint8Array.of(1, 2, 3))), []);
});

test('an index is sorted as unsigned numbers, at both ends of them', () => {
  const builder = new IndexBuilder();
  const cids = [0xffffffff, 0, 0x80000000, 0x7fffffff].map((start) => cidWith(start, 1));
  for (const [row, cid] of cids.entries()) builder.add(cid, 65_535 - row, 61_439);
  const index = new PackIndex([...builder.parts()]);
  for (const [row, cid] of cids.entries()) assert.deepEqual(index.find(cid), [{ row: 65_535 - row, offset: 61_439 }]);
});

test('an empty index finds nothing', () => {
  assert.deepEqual(new PackIndex([...new IndexBuilder().parts()]).find(cidWith(1, 1)), []);
});

test('blocks whose digests begin alike are told apart by the whole CID', async () => {
  const { store, close } = await openHouse('alike');
  const account = await TestAccount.make(store);
  const writer = await store.packs(account.did);
  const alike = [1, 2, 3].map((end) => ({ cid: cidWith(77, end), bytes: Uint8Array.of(end) }));
  await writer.add([...alike, ...account.first.newBlocks]);
  await writer.adopt(account.account, account.keys);
  const read = await store.reader(account.did).read([...alike.map(({ cid }) => cid), cidWith(77, 4)]);
  assert.deepEqual(read.map((bytes) => bytes && [...bytes]), [[1], [2], [3], undefined]);
  await close();
});
