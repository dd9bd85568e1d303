import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFrames } from '../../test/support/frame-checker.ts';
import { DID, House, k256, p256, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import { cidOf, curveOrder, formatDidKey, parseDid, tidFrom, TidClock } from '../protocol/index.ts';
import type { CborMap, Signer } from '../protocol/index.ts';
import { carBytes, commitMessage, readCar } from '../repo/index.ts';
import type { CommitMessage, Write } from '../repo/index.ts';
import { MirrorRefusal } from './mirror-refusal.ts';

const path = (name: string): string => `app.bsky.feed.post/${name}`;
const create = (name: string, record: CborMap = post(name)): Write => ({ action: 'create', path: path(name), record });
const update = (name: string, text: string): Write => ({ action: 'update', path: path(name), record: post(text) });
const remove = (name: string): Write => ({ action: 'delete', path: path(name) });

function refusal(code: string, reason?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof MirrorRefusal, String(error));
    assert.deepEqual([error.code, error.details['reason']], [code, reason]);
    assert.match(error.message, /^[A-Z].*[.]$/);
    return true;
  };
}

test('commits arrive one by one, each with an event and a receipt, and the copy is the house', async () => {
  const house = await House.create([create('one')]);
  const mirror = await TestMirror.of(house);
  const batches: Write[][] = [
    [create('two'), create('three')], [update('one', 'changed'), remove('two')], [create('four', post('three'))], [remove('three')], [],
    Array.from({ length: 60 }, (_, index) => create(`many-${index}`)), [remove('four'), create('five')],
  ];
  for (const writes of batches) {
    const { message } = await house.write(writes);
    const receipt = await mirror.ingest.commit(DID, message);
    await mirror.assertReceipt(receipt);
    await mirror.assertCopyOf(house);
    assert.equal((await mirror.account()).signingKey, formatDidKey(p256.publicKey));
  }
  assert.equal(mirror.announced.length, 3 + batches.length);
  await checkFrames((await mirror.log()).map(({ frame }) => frame), {
    host: 'https://mirror.test',
    identityOf: () => ({ keys: [formatDidKey(p256.publicKey)], handles: [], hosts: ['https://mirror.test'] }),
  });
});

test('a record with two paths lives until both are gone; then it is dead', async () => {
  const house = await House.create([create('one', post('same')), create('two', post('same'))]);
  const mirror = await TestMirror.of(house);
  const before = (await mirror.account()).bytes;
  await mirror.ingest.commit(DID, (await house.write([remove('one')])).message);
  await mirror.assertCopyOf(house);
  await mirror.ingest.commit(DID, (await house.write([remove('two')])).message);
  assert.ok((await mirror.account()).bytes < before);
  await mirror.assertCopyOf(house);
});

test('blobs are noted by path, and noted as gone', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  const blob = { $type: 'blob', ref: cidOf(Uint8Array.of(1), 'raw'), mimeType: 'image/png', size: 1 };
  let noted: unknown;
  const commit = mirror.store.commit.bind(mirror.store);
  mirror.store.commit = async (change) => {
    noted = [...change.blobs].map(([at, cids]) => [at, cids.map(String)]);
    return commit(change);
  };
  await mirror.ingest.commit(DID, (await house.write([create('one', { ...post('one'), picture: { deep: [blob] } }), create('two')])).message);
  assert.deepEqual(noted, [[path('one'), [blob.ref.toString()]]]);
  await mirror.ingest.commit(DID, (await house.write([remove('one')])).message);
  assert.deepEqual(noted, [[path('one'), []]]);
  assert.deepEqual((await mirror.ingest.missing(DID, [blob.ref])).map(String), [blob.ref.toString()]);
});

test('what is held is acknowledged again as it was the first time, and tells nothing', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  const messages = [(await house.write([create('one')])).message, (await house.write([create('two')])).message];
  const first = [await mirror.ingest.commit(DID, messages[0]!), await mirror.ingest.commit(DID, messages[1]!)];
  const before = await mirror.state();
  mirror.ahead = 90_000;
  for (const [index, message] of messages.entries()) {
    const again = await mirror.ingest.commit(DID, message);
    assert.deepEqual([again.seq, again.time, again.rev], [first[index]!.seq, first[index]!.time, first[index]!.rev]);
    await mirror.assertReceipt(again);
  }
  await assert.rejects(mirror.ingest.commit(DID, { ...messages[0]!, blocks: messages[1]!.blocks }), refusal('InvalidCommit', 'BlockMissing'));
  assert.equal(await mirror.state(), before);
});

test('the same commit twice at once is one event, and commits sent at once are taken in their order', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  const messages: CommitMessage[] = [];
  for (let index = 0; index < 5; index++) messages.push((await house.write([create(`p${index}`)])).message);
  const receipts = await Promise.all(messages.flatMap((message) => [mirror.ingest.commit(DID, message), mirror.ingest.commit(DID, message)]));
  assert.deepEqual(receipts.map(({ rev }) => rev), messages.flatMap(({ rev }) => [rev, rev]));
  assert.equal(new Set(receipts.map(({ seq }) => seq)).size, 5);
  await mirror.assertCopyOf(house);
});

test('a key that has changed is looked up once, and the commit is taken', async () => {
  const house = await House.create([create('one')]);
  const mirror = await TestMirror.of(house);
  mirror.keys.current = k256.publicKey;
  mirror.keys.asked.length = 0;
  const { commit } = await house.repository.write([], { signer: k256, clock: house.author.clock });
  assert.ok(commit.rev > house.repository.rev);
  const turned = await house.turnedTo(k256);
  await mirror.ingest.commit(DID, (await turned.write([create('two')])).message);
  assert.deepEqual(mirror.keys.asked, [false, true]);
  assert.equal((await mirror.account()).signingKey, formatDidKey(k256.publicKey));
});

test('the network hears of another key before the commit that it signed, and the receipt is of the commit', async () => {
  const house = await House.create([create('one')]);
  const mirror = await TestMirror.of(house);
  mirror.keys.current = k256.publicKey;
  const turned = await house.turnedTo(k256);
  const before = mirror.announced.length;
  const { message } = await turned.write([create('two')]);
  const receipt = await mirror.ingest.commit(DID, message);
  await mirror.ingest.commit(DID, (await turned.write([create('three')])).message);
  assert.deepEqual(mirror.announced.slice(before).map(({ type }) => type), ['#identity', '#commit', '#commit']);
  await mirror.assertReceipt(receipt);
  assert.equal((await mirror.ingest.commit(DID, message)).seq, receipt.seq);
});

/** Each of these is refused by its name, and then the right commit is still taken. */
const refused: readonly {
  readonly why: string; readonly code: string; readonly reason?: string;
  readonly make: (good: CommitMessage, house: House, mirror: TestMirror) => CommitMessage | Promise<CommitMessage>;
}[] = [
  { why: 'a wrong signature', code: 'InvalidCommit', reason: 'CommitSignature', make: async (_, house) => signedBy(house, k256) },
  { why: 'a high-S signature', code: 'InvalidCommit', reason: 'CommitSignature', make: async (_, house) => signedBy(house, highS(p256)) },
  { why: 'a foreign DID', code: 'InvalidCommit', reason: 'CommitDid', make: (good) => ({ ...good, repo: parseDid('did:web:mallory.test') }) },
  { why: 'a stale since', code: 'StaleHead', make: (good) => ({ ...good, since: tidFrom(1, 1) }) },
  { why: 'since: null', code: 'StaleHead', make: (good) => ({ ...good, since: null }) },
  { why: 'a stale prevData', code: 'StaleHead', make: (good) => ({ ...good, prevData: good.commit }) },
  { why: 'an equal rev', code: 'StaleRev', make: (good, house) => ({ ...good, rev: house.repository.rev }) },
  { why: 'a lower rev', code: 'StaleRev', make: (good) => ({ ...good, rev: tidFrom(1, 1) }) },
  { why: 'a rev too far ahead', code: 'FutureRev', make: (good, _, mirror) => {
    mirror.ahead = -121_000;
    return good;
  } },
  { why: 'another rev than the commit has', code: 'InvalidCommit', reason: 'MessageMismatch', make: (good) => ({ ...good, rev: tidFrom(Date.now() * 1000, 9) }) },
  { why: 'a missing block', code: 'InvalidCommit', reason: 'BlockMissing', make: (good) => withBlocks(good, (blocks) => blocks.slice(0, -1)) },
  { why: 'a wrong hash', code: 'InvalidCommit', reason: 'BlockHash', make: (good) => withBlocks(good, (blocks) => (
    blocks.map((block, index) => (index === 1 ? { ...block, bytes: Uint8Array.of(...block.bytes.slice(0, -1), 0) } : block))
  )) },
  { why: 'a truncated CAR', code: 'InvalidCommit', reason: 'CarTruncated', make: (good) => ({ ...good, blocks: good.blocks.slice(0, -3) }) },
  { why: 'an operation that does not match', code: 'InvalidCommit', reason: 'PrevDataMismatch', make: (good) => ({ ...good, ops: good.ops.slice(1) }) },
  { why: 'an operation with the wrong shape', code: 'InvalidCommit', reason: 'OperationForm', make: (good) => (
    { ...good, ops: [{ ...good.ops[0]!, cid: null }, ...good.ops.slice(1)] as never }
  ) },
  { why: 'too many operations', code: 'CommitTooLarge', reason: 'CommitTooLarge', make: (good) => (
    { ...good, ops: Array.from({ length: 201 }, (_, index) => ({ ...good.ops[0]!, path: path(`n${index}`) })) as never }
  ) },
  { why: 'too many bytes', code: 'CommitTooLarge', make: (good) => ({ ...good, blocks: new Uint8Array(2_000_001) }) },
  { why: 'tooBig', code: 'InvalidCommit', reason: 'MessageForm', make: (good) => ({ ...good, tooBig: true }) },
];

for (const { why, code, reason, make } of refused) {
  test(`refuses ${why}, and nothing has changed`, async () => {
    const house = await House.create([create('zero'), create('one')]);
    const mirror = await TestMirror.of(house);
    const good = await nextOf(house);
    const bad = await make(good, house, mirror);
    const before = await mirror.state();
    await assert.rejects(mirror.ingest.commit(DID, bad), refusal(code, reason));
    assert.equal(await mirror.state(), before);
    mirror.ahead = 0;
    await mirror.assertReceipt(await mirror.ingest.commit(DID, good));
  });
}

test('what follows a refused commit is refused, with the head that is held', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  const { head } = await mirror.account();
  await house.write([create('one')]);
  const { message } = await house.write([create('two')]);
  await assert.rejects(mirror.ingest.commit(DID, message), (error) => error instanceof MirrorRefusal && error.code === 'StaleHead' && error.head!.cid.equals(head!.cid));
});

test('only an account that is active and has a repository takes commits', async () => {
  const house = await House.create();
  const mirror = new TestMirror();
  const { message } = await house.write([create('one')]);
  await assert.rejects(mirror.ingest.commit(DID, message), refusal('AccountMissing'));
  await mirror.store.enroll({ did: DID });
  await assert.rejects(mirror.ingest.commit(DID, message), refusal('AccountInactive'));
  await mirror.store.update(DID, { status: 'active' });
  await assert.rejects(mirror.ingest.commit(DID, message), refusal('StaleHead'));
  await mirror.store.remove(DID);
  await assert.rejects(mirror.ingest.commit(DID, message), refusal('AccountMissing'));
  assert.equal((await mirror.log()).length, 0);
});

test('an identity that cannot be looked up refuses the commit, and a store that fails is no refusal', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  const { message } = await house.write([create('one')]);
  const before = await mirror.state();
  mirror.keys.keyOf = async () => {
    throw new MirrorRefusal('IdentityUnknown', 'The directory does not answer.');
  };
  await assert.rejects(mirror.ingest.commit(DID, message), refusal('IdentityUnknown'));
  mirror.keys.keyOf = async () => p256.publicKey;
  mirror.store.commit = async () => {
    throw new Error('disk');
  };
  await assert.rejects(mirror.ingest.commit(DID, message), { message: 'disk' });
  assert.equal(await mirror.state(), before);
});

/** The commit that is next of the house, without the house going on. */
async function nextOf(house: House): Promise<CommitMessage> {
  const { repository } = house;
  const { message } = await house.write([create('next'), update('zero', 'changed')]);
  await house.goBackTo(repository);
  return message;
}

async function signedBy(house: House, signer: Signer): Promise<CommitMessage> {
  const result = await house.repository.write([create('forged')], { signer, clock: new TidClock() });
  return commitMessage(result, new Date());
}

function withBlocks(good: CommitMessage, change: (blocks: ReturnType<typeof readCar>['blocks']) => ReturnType<typeof readCar>['blocks']): CommitMessage {
  return { ...good, blocks: carBytes(good.commit, change(readCar(good.blocks).blocks)) };
}

/** Signs as WebCrypto does half of the time. */
function highS(signer: Signer): Signer {
  return {
    publicKey: signer.publicKey,
    sign: async (message) => {
      const sig = (await signer.sign(message)).slice();
      const order = BigInt(`0x${Buffer.from(curveOrder('p256')).toString('hex')}`);
      const s = order - BigInt(`0x${Buffer.from(sig.subarray(32)).toString('hex')}`);
      sig.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex'), 32);
      return sig;
    },
  };
}
