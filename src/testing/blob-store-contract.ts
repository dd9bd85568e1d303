import { cidOf } from '../protocol/index.ts';
import type { Cid, Tid } from '../protocol/index.ts';
import type { BlobStore, CommitChange, HouseStore } from '../pds/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, same } from './contract-checks.ts';
import { createOf, pathOf, TestAccount } from './test-account.ts';

/** What the cases need of the store whose records name blobs. */
export interface NamingStore extends Pick<HouseStore, 'reader' | 'create' | 'packs' | 'remove'> {
  commit(change: CommitChange): Promise<unknown>;
}

/** A blob store beside the house whose records name its blobs. */
export interface BlobHouse {
  readonly store: NamingStore;
  readonly blobs: BlobStore;
}

/** What every adapter of `BlobStore` promises. Each case wants an empty house of its own. */
export const blobStoreContract: readonly ContractCase<BlobHouse>[] = [
  {
    name: 'gives back what was put, with its type',
    async run({ store, blobs }) {
      const { did } = await housed(store);
      const { bytes, cid } = blobOf(70_000);
      const info = await blobs.put(did, bytes, { cid, mimeType: 'image/png' });
      same([info.cid, info.mimeType, info.size], [cid, 'image/png', 70_000], 'info');
      same(await blobs.info(did, cid), info, 'info again');
      const blob = await blobs.bytes(did, cid);
      check(blob !== undefined && blob.type === 'image/png', 'it has no bytes of that type');
      same(new Uint8Array(await blob.arrayBuffer()), bytes, 'bytes');
      same(await blobs.usage(did), { blobs: 1, bytes: 70_000 }, 'usage');
    },
  },
  {
    name: 'keeps its own copy of the bytes, and takes an empty blob',
    async run({ store, blobs }) {
      const { did } = await housed(store);
      const { bytes, cid } = blobOf(100);
      const lent = new Uint8Array(300).fill(9);
      lent.set(bytes, 100);
      await blobs.put(did, lent.subarray(100, 200), { cid, mimeType: 'a/b' });
      lent.fill(0);
      same(new Uint8Array(await (await blobs.bytes(did, cid))!.arrayBuffer()), bytes, 'bytes');
      const empty = blobOf(0);
      await blobs.put(did, empty.bytes, { cid: empty.cid, mimeType: 'a/b' });
      same((await blobs.bytes(did, empty.cid))?.size, 0, 'size of the empty one');
    },
  },
  {
    name: 'knows nothing of a blob that it has not',
    async run({ store, blobs }) {
      const [{ did }, other] = [await housed(store), await housed(store, 2)];
      const { bytes, cid } = blobOf(10);
      await blobs.put(other.did, bytes, { cid, mimeType: 'a/b' });
      check(await blobs.info(did, cid) === undefined && await blobs.bytes(did, cid) === undefined, 'it has it');
      same([await blobs.isReferenced(did, cid), await blobs.namedBy(did, cid), await blobs.list(did, { limit: 9 })], [false, undefined, []], 'reference and list');
      same(await blobs.usage(did), { blobs: 0, bytes: 0 }, 'usage');
    },
  },
  {
    name: 'keeps a blob while a record names it, and lets it go when none does',
    async run({ store, blobs }) {
      const test = await housed(store);
      const { did } = test;
      const [a, b] = [blobOf(11), blobOf(12)];
      for (const { bytes, cid } of [a, b]) await blobs.put(did, bytes, { cid, mimeType: 'a/b' });
      await test.write(store, [createOf(1, 'a')], { blobs: naming(1, a.cid) });
      same([await blobs.isReferenced(did, a.cid), await blobs.isReferenced(did, b.cid)], [true, false], 'references');
      same(await blobs.collect(did, 60_000), 0, 'collected within the grace');
      same(await blobs.collect(did, 0), 1, 'collected');
      check(await blobs.bytes(did, a.cid) !== undefined && await blobs.bytes(did, b.cid) === undefined, 'the wrong one is gone');
      await test.write(store, [createOf(2, 'a')], { blobs: naming(2, a.cid) });
      same(await blobs.namedBy(did, a.cid), pathOf(1), 'the first record that names it');
      await test.write(store, [{ action: 'delete', path: pathOf(1) }], { blobs: naming(1) });
      same(await blobs.namedBy(did, a.cid), pathOf(2), 'the other record that names it');
      same([await blobs.isReferenced(did, a.cid), await blobs.collect(did, 0)], [true, 0], 'named by another record');
      await test.write(store, [{ action: 'delete', path: pathOf(2) }], { blobs: naming(2) });
      same([await blobs.isReferenced(did, a.cid), await blobs.collect(did, 60_000)], [false, 0], 'the grace begins anew');
      same(await blobs.collect(did, 0), 1, 'collected at last');
      check(await blobs.info(did, a.cid) === undefined, 'it is still known');
    },
  },
  {
    name: 'lets a record name other blobs when it changes',
    async run({ store, blobs }) {
      const test = await housed(store);
      const [a, b] = [blobOf(21), blobOf(22)];
      await test.write(store, [createOf(1, 'a')], { blobs: naming(1, a.cid, a.cid) });
      await test.write(store, [{ ...createOf(1, 'b'), action: 'update' }], { blobs: naming(1, b.cid) });
      same([await blobs.isReferenced(test.did, a.cid), await blobs.isReferenced(test.did, b.cid)], [false, true], 'references');
    },
  },
  {
    name: 'refuses to change the type while a record names it',
    async run({ store, blobs }) {
      const test = await housed(store);
      const { bytes, cid } = blobOf(5);
      await blobs.put(test.did, bytes, { cid, mimeType: 'a/first' });
      same((await blobs.put(test.did, bytes, { cid, mimeType: 'a/second' })).mimeType, 'a/second', 'while temporary');
      await test.write(store, [createOf(1, 'a')], { blobs: naming(1, cid) });
      same((await blobs.put(test.did, bytes, { cid, mimeType: 'a/third' })).mimeType, 'a/second', 'while named');
      same((await blobs.bytes(test.did, cid))?.type, 'a/second', 'type of the bytes');
      same((await blobs.usage(test.did)).blobs, 1, 'blobs');
    },
  },
  {
    name: 'lists named blobs by their text, in pages, and since a rev',
    async run({ store, blobs }) {
      const test = await housed(store);
      const all = [31, 32, 33, 34, 35].map((size) => blobOf(size));
      const revs: Tid[] = [];
      for (const [index, { bytes, cid }] of all.entries()) {
        await blobs.put(test.did, bytes, { cid, mimeType: 'a/b' });
        if (index < 4) revs.push((await test.write(store, [createOf(index, 'a')], { blobs: naming(index, cid) })).commit.rev);
      }
      const texts = all.slice(0, 4).map(({ cid }) => cid.toString()).sort();
      const first = await blobs.list(test.did, { limit: 3 });
      same(first.map(String), texts.slice(0, 3), 'first page');
      same((await blobs.list(test.did, { limit: 3, after: texts[2]! })).map(String), texts.slice(3), 'second page');
      const late = all.slice(2, 4).map(({ cid }) => cid.toString()).sort();
      same((await blobs.list(test.did, { limit: 9, since: revs[1]! })).map(String), late, 'since');
    },
  },
  {
    name: 'takes the references of a repository that was built aside',
    async run({ store, blobs }) {
      const test = await TestAccount.make(store, 1, 2);
      const { cid } = blobOf(41);
      const writer = await store.packs(test.did);
      await writer.add(test.first.newBlocks, naming(0, cid));
      same(await blobs.isReferenced(test.did, cid), false, 'before it was adopted');
      await writer.adopt(test.account, test.keys);
      same([await blobs.isReferenced(test.did, cid), await blobs.list(test.did, { limit: 2 })], [true, [cid]], 'once adopted');
    },
  },
  {
    name: 'loses its blobs with the account',
    async run({ store, blobs }) {
      const test = await housed(store);
      const { bytes, cid } = blobOf(51);
      await blobs.put(test.did, bytes, { cid, mimeType: 'a/b' });
      await test.write(store, [createOf(1, 'a')], { blobs: naming(1, cid) });
      await store.remove(test.did);
      check(await blobs.info(test.did, cid) === undefined && await blobs.bytes(test.did, cid) === undefined, 'it is there');
      same([await blobs.isReferenced(test.did, cid), await blobs.usage(test.did)], [false, { blobs: 0, bytes: 0 }], 'what is left');
    },
  },
];

async function housed(store: NamingStore, seed = 1): Promise<TestAccount> {
  const test = await TestAccount.make(store, seed);
  await test.create(store);
  return test;
}

function blobOf(size: number): { readonly bytes: Uint8Array; readonly cid: Cid } {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) % 256);
  return { bytes, cid: cidOf(bytes, 'raw') };
}

function naming(index: number, ...cids: readonly Cid[]): ReadonlyMap<string, readonly Cid[]> {
  return new Map([[pathOf(index), cids]]);
}
