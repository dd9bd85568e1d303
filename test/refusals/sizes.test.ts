// Limits of size, on both sides of each: what is too large for a file of vectors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf } from '../../src/protocol/index.ts';
import { carBytes, keyLayer, readCar, verifyCommitMessage, verifyRepository } from '../../src/repo/index.ts';
import type { CommitMessage, VerifiedRepository } from '../../src/repo/index.ts';
import { DID, p256 } from '../support/house.ts';
import {
  blockOf, nodeBlock, note, NOW, recordBlock, recordFields, repositoryOf, section,
} from '../support/malformed.ts';
import { begin, change, create, right } from '../vectors/refused/message.ts';
import { array, bytes, inOrder, join, map, text, uint } from '../vectors/refused/raw-cbor.ts';
import type { Field } from '../vectors/refused/raw-cbor.ts';
import { assertRefused } from './refusal.ts';

const expected = { key: p256.publicKey, did: DID, now: NOW };

function verify(car: Uint8Array): Promise<VerifiedRepository> {
  return verifyRepository(car, expected);
}

/** A repository of one record with these fields more. */
async function withRecord(...more: readonly Field[]): Promise<Uint8Array> {
  const record = blockOf(map(inOrder([...recordFields('one'), ...more])));
  const top = nodeBlock([{ key: note('aa'), value: record.cid }]);
  return repositoryOf(top.cid, [top, record]);
}

/** A record of exactly this many bytes. */
function padded(size: number): Promise<Uint8Array> {
  const head = map(inOrder([...recordFields('one'), ['pad', bytes(new Uint8Array(100_000))]])).length - 100_000;
  return withRecord(['pad', bytes(new Uint8Array(size - head))]);
}

test('a record takes 1,000,000 bytes, and not one more', async () => {
  assert.equal((await verify(await padded(1_000_000))).records, 1);
  await assertRefused(verify(await padded(1_000_001)), 'BlockTooLarge', { key: note('aa'), bytes: 1_000_001 });
});

test('a block takes 2,000,000 bytes, and not one more', async () => {
  const valid = await withRecord();
  const with2mb = (more: number): Uint8Array => {
    const content = new Uint8Array(2_000_000 + more);
    return join(valid, section({ cid: cidOf(content, 'raw'), bytes: content }));
  };
  assert.equal((await verify(with2mb(0))).unreachable, 1);
  await assertRefused(verify(with2mb(1)), 'BlockTooLarge', { offset: valid.length });
});

test('a node has 8,192 entries, and not one more', async () => {
  const one = recordBlock('one');
  const keys: string[] = [];
  for (let n = 0; keys.length < 8_193; n++) {
    const key = note(`n${String(n).padStart(6, '0')}`);
    if (keyLayer(key) === 0) keys.push(key);
  }
  const node = (count: number) => nodeBlock(keys.slice(0, count).map((key) => ({ key, value: one.cid })));
  assert.equal((await verify(await repositoryOf(node(8_192).cid, [node(8_192), one]))).records, 8_192);
  const large = node(8_193);
  await assertRefused(verify(await repositoryOf(large.cid, [large, one])), 'NodeSize',
    { block: large.cid.toString(), offset: 6 });
});

test('a key of a record takes 8,192 bytes, and not one more', async () => {
  assert.equal((await verify(await withRecord(['k'.repeat(8_192), uint(1)]))).records, 1);
  await assertRefused(verify(await withRecord(['k'.repeat(8_193), uint(1)])), 'RecordForm',
    { reason: 'key-size', key: note('aa') });
});

test('a container has 131,072 items, and not one more', async () => {
  const items = (count: number) => array(Array.from({ length: count }, () => uint(0)));
  assert.equal((await verify(await withRecord(['items', items(131_072)]))).records, 1);
  await assertRefused(verify(await withRecord(['items', items(131_073)])), 'RecordForm',
    { reason: 'container-size', key: note('aa') });
});

test('a commit changes 200 records, and not one more', async () => {
  const before = await begin([]);
  const rkeys = Array.from({ length: 200 }, (_, n) => `n${n}`);
  const { message } = await change(before, rkeys.map((rkey) => create(rkey, 'all the same')));
  assert.equal((await verifyCommitMessage(message, expected)).newBlocks.filter(({ bytes: content }) =>
    content.length > 0).length > 2, true);
  const ops = [...message.ops, { ...message.ops[0]!, path: note('one-more') }];
  await assertRefused(verifyCommitMessage({ ...message, ops } as CommitMessage, expected), 'CommitTooLarge',
    { records: 201 });
});

test('the blocks of a commit take 2,000,000 bytes, and not one more', async () => {
  const { root, blocks } = readCar(right.message.blocks);
  const filled = (size: number): Uint8Array => {
    // A section of more than 16,383 bytes has a length of three bytes, one of more than 2,097,151 four.
    const content = new Uint8Array(size - right.message.blocks.length - 3 - 36);
    const car = carBytes(root, [...blocks, { cid: cidOf(content, 'raw'), bytes: content }]);
    assert.equal(car.length, size);
    return car;
  };
  const { message, previous } = right;
  const { commit } = await verifyCommitMessage({ ...message, blocks: filled(2_000_000) }, { ...expected, previous });
  assert.ok(commit.cid.equals(message.commit));
  await assertRefused(verifyCommitMessage({ ...message, blocks: filled(2_000_001) }, { ...expected, previous }),
    'BudgetExceeded', {
    what: 'bytes', limit: 2_000_000,
  });
});

test('a message that is no map is refused as one without fields', async () => {
  for (const nothing of [null, undefined, 7, 'commit', [], {}]) {
    await assertRefused(verifyCommitMessage(nothing as unknown as CommitMessage, expected), 'MessageForm');
  }
  const ops = new Array(3) as CommitMessage['ops'];
  await assertRefused(verifyCommitMessage({ ...right.message, ops }, expected), 'OperationForm', { index: 0 });
});

test('depth: 100,000 arrays in one another, and heads that promise 2^64 items, are refused where they begin',
  async () => {
  const nested = new Uint8Array(100_000).fill(0x81);
  await assertRefused(verify(await withRecord(['deep', nested])), 'RecordForm', { reason: 'depth' });
  const maps = join(...Array.from({ length: 10_000 }, () => [0xa1, 0x60]));
  await assertRefused(verify(await withRecord(['deep', maps])), 'RecordForm', { reason: 'depth' });
  for (const head of [0x5b, 0x7b, 0x9b, 0xbb]) {
    const huge = join([head], new Uint8Array(8).fill(0xff));
    await assertRefused(verify(await withRecord(['huge', huge])), 'RecordForm', { reason: 'truncated' });
  }
  const deepCommit = blockOf(join(map([['did', text('x')]]).slice(0, 5), nested));
  const car = join(carBytes(deepCommit.cid, []), section(deepCommit));
  await assertRefused(verify(car), 'CommitForm', { reason: 'depth' });
  const deepHeader = join([0xa0, 0x1f], new Uint8Array(4_000).fill(0x81));
  await assertRefused(verify(deepHeader), 'CarHeader', { reason: 'depth' });
});
