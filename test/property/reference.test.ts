// Random batches over random repositories, beside @atproto/repo: same root, same blocks, same operations, and each
// accepts what the other made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataDiff, verifyDiffCar, verifyRepoCar } from '@atproto/repo';
import type { CommitData } from '@atproto/repo';
import fc from 'fast-check';
import type { Tid } from '../../src/protocol/index.ts';
import { carBytes, diffTrees, Repository, verifyDiff, verifyRepository } from '../../src/repo/index.ts';
import type { Operation } from '../../src/repo/index.ts';
import { DID, House, p256, texts } from '../support/house.ts';
import type { Written } from '../support/house.ts';
import { blocksOf, didKey, Reference, SetClock } from '../support/reference.ts';
import { wishes, writesFor } from '../support/batches.ts';

const RUNS = 60;

test('random batches agree with the reference implementation', async (t) => {
  let commits = 0;
  await fc.assert(
    fc.asyncProperty(wishes, fc.array(wishes, { minLength: 1, maxLength: 8 }), async (first, batches) => {
      const present = new Set<string>();
      const clock = new SetClock({ clockId: 1 });
      const initial = writesFor(first, present);
      const { reference, data } = await Reference.create(initial);
      clock.rev = data.rev as Tid;
      const house = await House.create(initial, { clock });
      sameCommit(house.history.at(-1)!, data);
      for (const batch of batches) {
        const writes = writesFor(batch, present);
        const repoBefore = reference.repo;
        const mstBefore = reference.repo.data;
        const before = house.repository;
        const expected = await reference.write(writes);
        clock.rev = expected.rev as Tid;
        const written = await house.write(writes);
        commits++;
        sameCommit(written, expected);
        await sameDiff(written, await DataDiff.of(reference.repo.data, mstBefore));

        const { result } = written;
        const car = carBytes(result.commit.cid, result.newBlocks);
        const verified = await verifyDiffCar(repoBefore, car, DID, didKey);
        assert.equal(verified.writes.length, writes.length);
        const back = await Repository.open(house.archive, before.commit.cid);
        const diff: Operation[] = [];
        for await (const operation of diffTrees(back.tree, result.repository.tree)) diff.push(operation);
        assert.deepEqual(words(diff).toSorted(), words(result.operations).toSorted());
        const ours = await verifyDiff(back, house.archive, car, { key: p256.publicKey });
        assert.deepEqual(texts(ours.newBlocks.map(({ cid }) => cid)), texts(result.newBlocks.map(({ cid }) => cid)));
        assert.deepEqual(texts(ours.deadBlocks), texts(result.deadBlocks));
      }
      const car = await house.car();
      const theirs = await verifyRepoCar(car, DID, didKey);
      assert.equal(theirs.creates.length, present.size);
      const read = await verifyRepository(await reference.export(), { key: p256.publicKey, did: DID });
      assert.equal(read.records, present.size);
      assert.ok(read.commit.cid.equals(house.repository.commit.cid));
    }),
    { numRuns: RUNS },
  );
  t.diagnostic(`count: commits equal to the reference's, byte for byte ${commits}`);
});

function sameCommit({ result }: Written, expected: CommitData): void {
  assert.equal(result.commit.cid.toString(), expected.cid.toString());
  const fresh = new Map(result.newBlocks.map(({ cid, bytes }) => [cid.toString(), bytes]));
  assert.deepEqual([...fresh.keys()].toSorted(), [...blocksOf(expected.newBlocks).keys()].toSorted());
  for (const [cid, bytes] of blocksOf(expected.newBlocks)) assert.deepEqual(Buffer.from(fresh.get(cid)!), Buffer.from(bytes));
  assert.deepEqual(texts([...result.deadBlocks, ...result.droppedRecords]), expected.removedCids.toList().map(String).toSorted());
  const told = new Set([...result.newBlocks, ...result.proof].map(({ cid }) => cid.toString()));
  const relevant = new Set([...blocksOf(expected.relevantBlocks).keys(), ...blocksOf(expected.newBlocks).keys()]);
  assert.deepEqual([...told].toSorted(), [...relevant].toSorted());
}

async function sameDiff({ result }: Written, diff: DataDiff): Promise<void> {
  const expected = [
    ...diff.addList().map(({ key, cid }) => `create ${key} ${cid} -`),
    ...diff.updateList().map(({ key, cid, prev }) => `update ${key} ${cid} ${prev}`),
    ...diff.deleteList().map(({ key, cid }) => `delete ${key} - ${cid}`),
  ];
  assert.deepEqual(words(result.operations).toSorted(), expected.toSorted());
}

function words(operations: readonly Operation[]): string[] {
  return operations.map(({ action, path, cid, prev }) => `${action} ${path} ${cid ?? '-'} ${prev ?? '-'}`);
}
