// Whatever comes: it is refused with a RepoError, or it is what was meant. Nothing else is thrown, and nothing hangs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCbor, encodeCbor } from '../../src/protocol/index.ts';
import type { Cid } from '../../src/protocol/index.ts';
import {
  RepoError, TreeBuilder, verifyCommitMessage, verifyDiff, verifyRecordProof, verifyRepository,
} from '../../src/repo/index.ts';
import type { CommitMessage, Operation } from '../../src/repo/index.ts';
import { DID, p256, texts } from '../support/house.ts';
import {
  blockOf, carOf, nodeBlock, note, NOW, plan, recordBlock, records, repositoryOf, revOf, signedCommit, small,
    smallBlocks,
} from '../support/malformed.ts';
import { right, withBlocks } from '../vectors/refused/message.ts';
import { open } from '../vectors/refused/verdict.ts';
import { blockEdits, edited, edits, rearranged } from './mutations.ts';

const expected = { key: p256.publicKey, did: DID, now: NOW };
const whole = await repositoryOf(small.top.cid, smallBlocks());
const proof = await (async () => {
  const commit = await signedCommit(small.top.cid);
  return carOf(commit.cid, [commit, small.top, small.middle, records.ad]);
})();
const before = await open(whole);
const diff = await (async () => {
  const record = recordBlock('fresh');
  const leaf = nodeBlock([plan('dh'), { key: note('di'), value: record.cid }]);
  const top = nodeBlock([plan('ac', small.middle.cid), plan('dg', leaf.cid)], small.left.cid);
  const commit = await signedCommit(top.cid, revOf(2));
  return carOf(commit.cid, [commit, top, leaf, record]);
})();
const { message, previous } = right;

/** What a reading found, in words that can be compared; `undefined` where it was refused. */
async function outcome<Result>(reading: Promise<Result>, words: (result: Result) => unknown): Promise<unknown> {
  try {
    return words(await reading);
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
    return undefined;
  }
}

async function readRepository(car: Uint8Array): Promise<unknown> {
  const found: string[] = [];
  const visitor = { record: (path: string, cid: Cid) => void found.push(`${path} ${cid.toString()}`) };
  return outcome(verifyRepository(car, { ...expected, visitor }), ({ commit }) => [commit.cid.toString(), ...found]);
}

async function readMessage(blocks: Uint8Array): Promise<unknown> {
  return outcome(verifyCommitMessage({ ...message, blocks }, { ...expected, previous }),
    ({ commit, newBlocks, deadNodes }) => (
    [commit.cid.toString(), texts(newBlocks.map(({ cid }) => cid)), texts(deadNodes)]
  ));
}

async function readProof(car: Uint8Array): Promise<unknown> {
  return outcome(verifyRecordProof(car, note('ad'), expected),
    ({ commit, record }) => [commit.cid.toString(), record?.cid.toString()]);
}

async function readDiff(car: Uint8Array): Promise<unknown> {
  return outcome(verifyDiff(before.repository, before.store, car, expected), ({ commit, operations, newBlocks }) => {
    const said = operations.map(({ action, path, cid }) => `${action} ${path} ${String(cid)}`);
    return [commit.cid.toString(), said, texts(newBlocks.map(({ cid }) => cid))];
  });
}

const readers = {
  repository: { car: whole, read: readRepository },
  commit: { car: message.blocks, read: readMessage },
  proof: { car: proof, read: readProof },
  diff: { car: diff, read: readDiff },
};

for (const [kind, { car, read }] of Object.entries(readers)) {
  test(`a ${kind} with spoilt bytes is refused, or is what it was`, async () => {
    const meant = await read(car);
    assert.notEqual(meant, undefined);
    let accepted = 0;
    await fc.assert(fc.asyncProperty(edits, async (changes) => {
      const found = await read(edited(car, changes));
      if (found === undefined) return;
      accepted++;
      assert.deepEqual(found, meant);
    }), { numRuns: 5_000 });
    assert.ok(accepted < 2_500, 'most of it was not spoilt at all');
  });

  test(`a ${kind} with blocks lost, doubled and moved is refused, or is what it was`, async () => {
    const meant = await read(car);
    let accepted = 0;
    await fc.assert(fc.asyncProperty(blockEdits, async (changes) => {
      const found = await read(rearranged(car, changes));
      if (found === undefined) return;
      accepted++;
      assert.deepEqual(found, meant);
    }), { numRuns: 500 });
    assert.ok(accepted > 0, 'nothing was accepted');
  });
}

test('a tree whose owner signed spoilt nodes is refused, or is the one tree of its records', async () => {
  let accepted = 0;
  await fc.assert(fc.asyncProperty(fc.constantFrom('left', 'middle', 'right', 'top'), edits, async (which, changes) => {
    const spoilt = blockOf(edited(small[which as keyof typeof small].bytes, changes));
    const nodes = { ...small, [which]: spoilt };
    const top = which === 'top' ? spoilt
      : nodeBlock([plan('ac', nodes.middle.cid), plan('dg', nodes.right.cid)], nodes.left.cid);
    if (spoilt.bytes.length === 0) return;
    const car = await repositoryOf(top.cid, smallBlocks({ ...nodes, top }));
    const builder = new TreeBuilder(() => undefined);
    const read = verifyRepository(car, { ...expected, visitor: { record: (path, cid) => builder.add(path, cid) } });
    const root = await outcome(read, ({ commit }) => commit.data.toString());
    if (root === undefined) return;
    accepted++;
    assert.equal(builder.finish().toString(), root);
  }), { numRuns: 1_500 });
  assert.ok(accepted > 0, 'nothing was accepted');
});

test('a record whose owner signed spoilt bytes is refused, or is canonical', async () => {
  let accepted = 0;
  await fc.assert(fc.asyncProperty(edits, async (changes) => {
    const record = blockOf(edited(records.aa.bytes, changes));
    if (record.bytes.length === 0) return;
    const top = nodeBlock([{ key: note('aa'), value: record.cid }]);
    const read = verifyRepository(await repositoryOf(top.cid, [top, record]), expected);
    if ((await outcome(read, ({ records: count }) => count)) === undefined) return;
    accepted++;
    assert.deepEqual(encodeCbor(decodeCbor(record.bytes)), record.bytes);
  }), { numRuns: 1_500 });
  assert.ok(accepted > 0, 'nothing was accepted');
});

const value = fc.anything({
  withBigInt: true, withDate: true, withNullPrototype: true, withTypedArray: true, withMap: true, maxDepth: 2,
});
const operationValue = fc.oneof(value, fc.record({
  action: fc.oneof(fc.constantFrom('create', 'update', 'delete'), value),
  path: fc.oneof(fc.constantFrom(note('aa'), note('ae'), note('x')), value),
  cid: fc.oneof(fc.constantFrom(null, records.aa.cid), value),
  prev: fc.oneof(fc.constantFrom(undefined, records.aa.cid), value),
}, { requiredKeys: [] }));
/** Fields that nobody signed, and that may say another thing without telling a lie. */
const UNSIGNED: readonly string[] = ['time', 'blobs', 'rebase', 'tooBig'];

test('a message with anything in any of its fields is refused, or says what it said', async () => {
  const field = fc.constantFrom(...(Object.keys(message) as (keyof CommitMessage)[]));
  const anything = fc.oneof(value, fc.array(operationValue, { maxLength: 3 }));
  await fc.assert(fc.asyncProperty(field, anything, async (name, other) => {
    const read = verifyCommitMessage({ ...message, [name]: other }, { ...expected, previous });
    const found = await outcome(read, ({ commit }) => commit.cid.toString());
    if (found === undefined) return;
    assert.equal(found, message.commit.toString());
    assert.ok(UNSIGNED.includes(name), `${name} was taken as it was`);
  }), { numRuns: 2_000 });
});

test('a message with operations changed, lost and moved is refused, or says the same of the same tree', async () => {
  const written = message.ops.flatMap(({ cid, prev }) => [cid, prev]);
  const cids = [...Object.values(records).map(({ cid }) => cid), ...written].filter((cid) => cid !== null);
  const some = fc.constantFrom<(Cid | null | undefined)[]>(null, undefined, ...cids);
  const operation = fc.oneof(fc.constantFrom(...message.ops), fc.record({
    action: fc.constantFrom('create', 'update', 'delete'),
    path: fc.constantFrom(...['aa', 'ae', 'dh', 'ab', 'zz'].map(note)), cid: some, prev: some,
  }) as unknown as fc.Arbitrary<Operation>);
  const known = withBlocks(right, () => false, Object.values(records));
  let accepted = 0;
  await fc.assert(fc.asyncProperty(fc.array(operation, { maxLength: 5 }), async (ops) => {
    const found = await outcome(verifyCommitMessage({ ...known, ops }, { ...expected, previous }), () => true);
    if (found === undefined) return;
    accepted++;
    // What changes nothing may be said; of what changes something, all must be.
    const telling = ops.filter(({ cid, prev }) => prev === undefined || cid === null || !prev.equals(cid));
    const words = (list: readonly Operation[]) =>
      list.map(({ action, path, cid, prev }) => [action, path, String(cid), String(prev)].join(' ')).toSorted();
    assert.deepEqual(words(telling), words(message.ops));
  }), { numRuns: 3_000 });
  assert.ok(accepted > 0, 'nothing was accepted');
});
