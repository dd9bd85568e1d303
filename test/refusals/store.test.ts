// What a store gives is not trusted: a block that rotted is refused by its hash, wherever it is read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cid } from '../../src/protocol/index.ts';
import { carStream, recordProof, Repository, repositoryBlocks, verifyDiff } from '../../src/repo/index.ts';
import type { Block, BlockReader } from '../../src/repo/index.ts';
import { collect, DID, p256 } from '../support/house.ts';
import {
  carOf, nodeBlock, note, NOW, plan, records, repositoryOf, revOf, signedCommit, small, smallBlocks,
} from '../support/malformed.ts';
import { open } from '../vectors/refused/verdict.ts';
import { assertRefused } from './refusal.ts';

const expected = { key: p256.publicKey, did: DID, now: NOW };
const { store, repository } = await open(await repositoryOf(small.top.cid, smallBlocks()));

/** The store, but that one block has one bit turned, or is gone. */
function rotten(cid: Cid, bytes: 'turned' | 'gone'): BlockReader {
  return {
    async read(cids) {
      const found = await store.read(cids);
      return found.map((block, index) => {
        if (block === undefined || !cids[index]!.equals(cid)) return block;
        return bytes === 'gone' ? undefined : block.with(12, block[12]! ^ 1);
      });
    },
  };
}

/** A later commit in which another path has the record of `aa`, which the difference does not bring. */
async function diffWithOldRecord(): Promise<Uint8Array> {
  const leaf = nodeBlock([plan('dh'), { key: note('di'), value: records.aa.cid }]);
  const top = nodeBlock([plan('ac', small.middle.cid), plan('dg', leaf.cid)], small.left.cid);
  const commit = await signedCommit(top.cid, revOf(2));
  return carOf(commit.cid, [commit, top, leaf]);
}

const diff = await diffWithOldRecord();
const uses: readonly { readonly what: string; readonly block: Block; readonly use: (reader: BlockReader) =>
  Promise<unknown> }[] = [
  { what: 'the commit, to open', block: repository.commit,
    use: (reader) => Repository.open(reader, repository.commit.cid) },
  { what: 'a node, to look up a record', block: small.middle,
    use: async (reader) => (await opened(reader)).tree.get(note('ad')) },
  { what: 'a node, to prove a record', block: small.middle,
    use: async (reader) => recordProof(await opened(reader), reader, note('ad')) },
  { what: 'a record, to prove it', block: records.ad,
    use: async (reader) => recordProof(await opened(reader), reader, note('ad')) },
  { what: 'a node, to export', block: small.right, use: exported },
  { what: 'a record, to export', block: records.dh, use: exported },
  { what: 'a node, to read a difference', block: small.right,
    use: async (reader) => verifyDiff(await opened(reader), reader, diff, expected) },
  { what: 'a record, to read a difference', block: records.aa,
    use: async (reader) => verifyDiff(await opened(reader), reader, diff, expected) },
];

test('every use reads what it should where the store is whole', async () => {
  for (const { use } of uses) await use(store);
  const { operations, newBlocks } = await verifyDiff(repository, store, diff, expected);
  assert.deepEqual(operations.map(({ action, path }) => `${action} ${path}`), [`create ${note('di')}`]);
  assert.ok(newBlocks.some(({ cid }) => cid.equals(records.aa.cid)));
});

for (const { what, block, use } of uses) {
  test(`refuses a rotten or missing block: ${what}`, async () => {
    const named = { block: block.cid.toString() };
    await assertRefused(use(rotten(block.cid, 'turned')), 'BlockHash', named);
    await assertRefused(use(rotten(block.cid, 'gone')), 'BlockMissing', named);
  });
}

function opened(reader: BlockReader): Promise<Repository> {
  return Repository.open(reader, repository.commit.cid);
}

function exported(reader: BlockReader): Promise<Uint8Array> {
  return collect(carStream(repository.commit.cid, repositoryBlocks(reader, repository.commit, small.top.cid)));
}
