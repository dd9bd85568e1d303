// What reading may cost, and how it ends: limits, time, memory that waits, signals.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cidOf } from '../../src/protocol/index.ts';
import {
  carBytes, keyLayer, NodeCache, readCar, Repository, REPOSITORY_LIMITS, verifyDiff, verifyRepository,
} from '../../src/repo/index.ts';
import type {
  Block, BlockReader, ByteSource, DiffOptions, Limits, RepositoryOptions, VerifiedRepository,
} from '../../src/repo/index.ts';
import { DID, p256 } from '../support/house.ts';
import {
  carOf, nodeBlock, note, NOW, plan, recordBlock, records, revOf, section, signedCommit, small, smallBlocks,
} from '../support/malformed.ts';
import { open } from '../vectors/refused/verdict.ts';
import { assertRefused } from './refusal.ts';

const expected = { key: p256.publicKey, did: DID, now: NOW };
const commit = await signedCommit(small.top.cid);
const blocks = [commit, ...smallBlocks()];
const car = carOf(commit.cid, blocks);

function verify(source: ByteSource, options: Partial<RepositoryOptions> = {}): Promise<VerifiedRepository> {
  return verifyRepository(source, { ...expected, ...options });
}

function limited(limits: Partial<Limits>): { readonly limits: Limits } {
  return { limits: { ...REPOSITORY_LIMITS, ...limits } };
}

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** Chunks, and then silence. */
async function* silentAfter(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
  await new Promise(() => undefined);
}

test('bytes and blocks: exactly the limit is read, and not one more', async () => {
  assert.equal((await verify(car, limited({ bytes: car.length, blocks: blocks.length }))).records, 7);
  await assertRefused(verify(car, limited({ bytes: car.length - 1 })), 'BudgetExceeded',
    { what: 'bytes', limit: car.length - 1 });
  await assertRefused(verify(car, limited({ blocks: blocks.length - 1 })), 'BudgetExceeded',
    { what: 'blocks', limit: blocks.length - 1 });
});

test('time ends reading where there is much to read, and where nothing comes', async () => {
  await assertRefused(verify(car, limited({ time: -1 })), 'BudgetExceeded', { what: 'time', limit: -1 });
  const exceeded = { what: 'time', limit: 20 };
  await assertRefused(verify(silentAfter(), limited({ time: 20 })), 'BudgetExceeded', exceeded);
  await assertRefused(verify(silentAfter(car), limited({ time: 20 })), 'BudgetExceeded', exceeded);
  await assertRefused(verify(new ReadableStream<Uint8Array>({}), limited({ time: 20 })), 'BudgetExceeded', exceeded);
  async function* late(): AsyncGenerator<Uint8Array> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield car;
  }
  for (const time of [Number.POSITIVE_INFINITY,
    2 ** 40]) assert.equal((await verify(late(), limited({ time }))).records, 7);
});

test('a source of nothing but empty pieces, which lets no timer run, is ended by time', async () => {
  async function* empty(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(0);
  }
  await assertRefused(verify(empty(), limited({ time: 20 })), 'BudgetExceeded', { what: 'time', limit: 20 });
});

test('a signal is heard from block to block of one piece', async () => {
  const reason = new Error('no longer wanted');
  const controller = new AbortController();
  const seen: string[] = [];
  const visitor = {
    record(path: string): void {
      seen.push(path);
      controller.abort(reason);
    },
  };
  await assert.rejects(verify(carOf(commit.cid, walkOrder()), { signal: controller.signal, visitor }), reason);
  assert.deepEqual(seen, [note('aa')]);
});

test('time that runs out while blocks are taken ends reading, whatever the source does then', async () => {
  let taken = 0;
  const slow = {
    async blocks() {
      taken++;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    },
  };
  const large = cidBlock(400_000);
  const tree = nodeBlock([{ key: note('aa'), value: large.cid }]);
  const head = await signedCommit(tree.cid);
  const source = silentAfter(carOf(head.cid, [head, tree, large]));
  await assertRefused(verify(source, { ...limited({ time: 500 }), visitor: slow }), 'BudgetExceeded',
    { what: 'time', limit: 500 });
  assert.equal(taken, 1);
});

test('a signal ends reading with its own reason: before, within and while nothing comes', async () => {
  const reason = new Error('no longer wanted');
  const before = AbortSignal.abort(reason);
  for (const source of [car, chunks(car), new Blob([car as Uint8Array<ArrayBuffer>]).stream(), silentAfter(),
    new ReadableStream<Uint8Array>({})]) {
    await assert.rejects(verify(source, { signal: before }), reason);
  }
  const within = new AbortController();
  let given = 0;
  async function* aborting(): AsyncGenerator<Uint8Array> {
    for (const byte of car) {
      if (++given === 100) within.abort(reason);
      yield Uint8Array.of(byte);
    }
  }
  await assert.rejects(verify(aborting(), { signal: within.signal }), reason);
  assert.equal(given, 100);
  for (const source of [silentAfter(car), new ReadableStream<Uint8Array>({})]) {
    const waiting = new AbortController();
    const reading = verify(source, { signal: waiting.signal });
    setTimeout(() => waiting.abort(reason), 5);
    await assert.rejects(reading, reason);
  }
});

test('blocks wait in bounded memory, and blocks of one byte are not free', async () => {
  const reversed = carOf(commit.cid, blocks.toReversed());
  assert.equal((await verify(reversed)).records, 7);
  await assertRefused(verify(reversed, { waiting: 0 }), 'BudgetExceeded', { what: 'waiting', limit: 0 });
  assert.equal((await verify(carOf(commit.cid, walkOrder()), { waiting: 0 })).records, 7);

  const tiny = Array.from({ length: 2_000 }, (_, n) => {
    const bytes = Uint8Array.of(n & 0xff, n >> 8);
    return { cid: cidOf(bytes, 'raw'), bytes };
  });
  const withTiny = carOf(commit.cid, [...walkOrder(), ...tiny]);
  assert.equal((await verify(withTiny)).unreachable, 2_000);
  await assertRefused(verify(withTiny, { waiting: 1_000_000 }), 'BudgetExceeded',
    { what: 'waiting', limit: 1_000_000 });
});

test('what waited is given back: memory is for what waits at one time', async () => {
  // Each second record comes one place too early, so that one waits at a time.
  const plans = Array.from({ length: 400 },
    (_, n) => note(`n${String(n).padStart(4, '0')}`)).filter((key) => keyLayer(key) === 0);
  const records = plans.map((key) => recordBlock(`${key} ${'long '.repeat(200)}`));
  const node = nodeBlock(plans.map((key, index) => ({ key, value: records[index]!.cid })));
  const head = await signedCommit(node.cid);
  const pairs = records.flatMap((record,
    index) => (index % 2 === 0 ? [records[index + 1], record] : [])).filter((record) => record !== undefined);
  assert.equal((await verify(carOf(head.cid, [head, node, ...pairs]), { waiting: 2_500 })).records, plans.length);
});

test('a source without end is ended by the limit of bytes, and memory does not grow', async () => {
  const limit = 100_000_000;
  const block = cidBlock(60_000);
  const again = section(block);
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield carBytes(commit.cid, [commit, block]);
    for (;; given += again.length) yield again;
  }
  const before = memory();
  await assertRefused(verify(endless(), limited({ bytes: limit })), 'BudgetExceeded', { what: 'bytes', limit });
  assert.ok(given > limit - 2 * again.length && given <= limit + again.length, `${given} bytes were taken`);
  const grown = memory() - before;
  assert.ok(grown < 8_000_000, `memory grew by ${grown} bytes`);
});

test('a difference has the same limits, and a signal', async () => {
  const { repository, store } = await open(car);
  const later = await signedCommit(small.top.cid, revOf(2));
  const diff = carOf(later.cid, [later, ...smallBlocks()]);
  const read = (options: Partial<DiffOptions>) => verifyDiff(repository, store, diff, { ...expected, ...options });
  const all = readCar(diff).blocks.length;
  assert.equal((await read(limited({ bytes: diff.length, blocks: all }))).operations.length, 0);
  await assertRefused(read(limited({ bytes: diff.length - 1 })), 'BudgetExceeded', { what: 'bytes' });
  await assertRefused(read(limited({ blocks: all - 1 })), 'BudgetExceeded', { what: 'blocks' });
  await assertRefused(read(limited({ time: -1 })), 'BudgetExceeded', { what: 'time' });
  const reason = new Error('no longer wanted');
  await assert.rejects(read({ signal: AbortSignal.abort(reason) }), reason);
});

test('a difference hears a signal whenever it has read from the store', async () => {
  const { repository, store } = await open(car);
  const { aa, ab, ac, ad } = records;
  const fresh = [['bb', aa], ['bd', ab], ['ca', ac], ['cb', ad]] as const;
  const middle = nodeBlock([plan('ad'), plan('ba'),
    ...fresh.map(([rkey, { cid }]) => ({ key: note(rkey), value: cid }))]);
  const top = nodeBlock([plan('ac', middle.cid), plan('dg', small.right.cid)], small.left.cid);
  const later = await signedCommit(top.cid, revOf(2));
  const diff = carOf(later.cid, [later, top, middle]);
  const reason = new Error('no longer wanted');
  /** Reads the difference; the signal comes with the `last`th time that something is read. Gives how often it was. */
  const readUntil = async (last: number): Promise<{ readonly count: number; readonly ended: unknown }> => {
    const controller = new AbortController();
    let count = 0;
    const reader: BlockReader = {
      read(cids) {
        if (++count === last) controller.abort(reason);
        return store.read(cids);
      },
    };
    const before = await Repository.open(reader, repository.commit.cid, new NodeCache(0));
    count = 0;
    const reading = verifyDiff(before, reader, diff, { ...expected, signal: controller.signal });
    return { ended: await reading.then(({ operations }) => operations.length, (error: unknown) => error), count };
  };
  const whole = await readUntil(0);
  assert.equal(whole.ended, fresh.length);
  for (let last = 1; last <= whole.count; last++) {
    const { ended, count } = await readUntil(last);
    // One step of work is done to its end: an edit reads a path of the tree.
    assert.ok(count <= last + 2, `read ${count - last} times more`);
    if (last <= whole.count - 3) assert.equal(ended, reason, `the signal of read ${last} was not heard`);
  }
});

test('nothing recurses with the size of its input', async () => {
  // 100,000 pointers over one another, the lowest first: all wait before the first is looked at.
  const chain: Block[] = [nodeBlock([{ key: note('aa'), value: small.top.cid }])];
  while (chain.length < 100_000) chain.push(nodeBlock([], chain.at(-1)!.cid));
  const top = nodeBlock([{ key: note('nkm'), value: small.top.cid }], chain.at(-1)!.cid);
  const head = await signedCommit(top.cid);
  await assertRefused(verify(carOf(head.cid, [...chain, top, head])), 'NodeLayer',
    { block: chain.at(-8)!.cid.toString() });

  // 8,000 records behind one node, all of which have waited when the commit comes.
  const plans = Array.from({ length: 10_000 },
    (_, n) => note(`n${String(n).padStart(6, '0')}`)).filter((key) => keyLayer(key) === 0);
  const record = recordBlock('one');
  const wide = nodeBlock(plans.map((key) => ({ key, value: record.cid })));
  const last = await signedCommit(wide.cid);
  assert.equal((await verify(carOf(last.cid, [record, wide, last]))).records, plans.length);
});

/** The small tree in the order of a walk, in which nothing has to wait. */
function walkOrder(): Block[] {
  const [aa, ab, ac, ad, ba, dg, dh] = smallBlocks().slice(4) as [Block, Block, Block, Block, Block, Block, Block];
  return [commit, small.top, small.left, aa, ab, ac, small.middle, ad, ba, dg, small.right, dh];
}

/** A record of about this size. */
function cidBlock(size: number): Block {
  return recordBlock('x'.repeat(size));
}

/** Bytes in use after garbage has been collected. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
