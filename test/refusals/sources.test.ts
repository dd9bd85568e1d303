// Where bytes come from: any cut of them, and what becomes of a source that is not read to its end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RepoError, verifyRepository } from '../../src/repo/index.ts';
import type { Block, ByteSource, RepositoryVisitor, VerifiedRepository } from '../../src/repo/index.ts';
import { DID, p256 } from '../support/house.ts';
import { carOf, NOW, signedCommit, small, smallBlocks } from '../support/malformed.ts';
import { assertRefused } from './refusal.ts';

const commit = await signedCommit(small.top.cid);
const car = carOf(commit.cid, [commit, ...smallBlocks()]);
/** The same with a fault in its middle: a bit of a record. */
const broken = car.with(car.length >> 1, car[car.length >> 1]! ^ 1);
const CHUNK = 50;

function verify(source: ByteSource, visitor: RepositoryVisitor = {}): Promise<VerifiedRepository> {
  return verifyRepository(source, { key: p256.publicKey, did: DID, now: NOW, visitor });
}

/** A source in pieces that tells how far it was read and whether it was let go. */
class Watched {
  given = 0;
  ended = 0;
  readonly #bytes: Uint8Array;
  readonly #size: number;

  constructor(bytes: Uint8Array, size = CHUNK) {
    this.#bytes = bytes;
    this.#size = size;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < this.#bytes.length; at += this.#size) {
        this.given++;
        yield this.#bytes.slice(at, at + this.#size);
      }
    } finally {
      this.ended++;
    }
  }

  stream(): ReadableStream<Uint8Array> {
    let at = 0;
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        this.given++;
        if (at < this.#bytes.length) controller.enqueue(this.#bytes.slice(at, (at += this.#size)));
        else controller.close();
      },
      cancel: () => void this.ended++,
    }, { highWaterMark: 0 });
  }
}

test('the cut of the bytes does not matter: one by one, in any size, with empty pieces between', async () => {
  const whole = await verify(car);
  const summary = ({ commit: { cid }, ...rest }: VerifiedRepository) => ({ cid: cid.toString(), ...rest });
  for (const size of [1, 2, 7, 36, 37, 1_000, car.length]) {
    assert.deepEqual(summary(await verify(new Watched(car, size).chunks())), summary(whole));
    assert.deepEqual(summary(await verify(new Watched(car, size).stream())), summary(whole));
  }
  async function* withGaps(): AsyncGenerator<Uint8Array> {
    for (const byte of car) yield* [new Uint8Array(0), Uint8Array.of(byte), new Uint8Array(0)];
  }
  assert.deepEqual(summary(await verify(withGaps())), summary(whole));
});

test('a fault is the same however the bytes come, and nothing behind it is read', async () => {
  const fault = await verify(broken).catch((error: unknown) => error);
  assert.ok(fault instanceof RepoError && fault.code === 'BlockHash');
  for (const read of [(watched: Watched) => watched.chunks(), (watched: Watched) => watched.stream()]) {
    for (const size of [1, CHUNK]) {
      const watched = new Watched(broken, size);
      await assertRefused(verify(read(watched)), fault.code, fault.details as Record<string, string | number>);
      assert.equal(watched.ended, 1, 'the source was not let go');
      assert.ok(watched.given * size < car.length - CHUNK, 'the source was read on');
    }
  }
});

test('a source that is read to its end is not told to stop', async () => {
  const stream = new Watched(car);
  await verify(stream.stream());
  assert.equal(stream.ended, 0);
  let returned = 0;
  const chunks = new Watched(car).chunks();
  const iterable = { [Symbol.asyncIterator]: () => ({ next: () => chunks.next(),
    return: async () => (returned++, { done: true as const, value: undefined }) }) };
  await verify(iterable);
  assert.equal(returned, 0);
});

test('a visitor that throws ends reading with its own error', async () => {
  const reason = new Error('the disk is full');
  const visitors: readonly RepositoryVisitor[] = [
    { record() { throw reason; } },
    { blocks() { throw reason; } },
    { blocks: () => Promise.reject(reason) },
  ];
  for (const visitor of visitors) await assert.rejects(verify(new Watched(car).chunks(), visitor), reason);
});

test('a source that fails gives its own error, and one that does not let go is not waited for', async () => {
  const reason = new Error('the network is gone');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield car.slice(0, 100);
    throw reason;
  }
  await assert.rejects(verify(failing()), reason);
  const erring = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(reason) });
  await assert.rejects(verify(erring), reason);
  const never = new Promise<never>(() => undefined);
  const sticky = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(broken),
    cancel: () => never,
  });
  await assertRefused(verify(sticky), 'BlockHash');
  const stuck = {
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false as const, value: broken }),
      return: () => Promise.reject(reason) }),
  };
  await assertRefused(verify(stuck), 'BlockHash');
});

test('pieces may be Buffers: blocks are on memory of their own where they are kept', async () => {
  const reversed = carOf(commit.cid, [...smallBlocks(), commit]);
  const pool = Buffer.from(reversed);
  const kept: Block[] = [];
  await verify((async function* () { yield pool; })(), { blocks: (blocks) => void kept.push(...blocks) });
  assert.equal(kept.length, 12);
  for (const { bytes } of kept) {
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.notEqual(bytes.buffer, pool.buffer);
  }
});
