import { CID_SIZE, encodeCbor, varintSize, writeVarint } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { Budget, COMMIT_LIMITS } from './budget.ts';
import { CarDecoder } from './car-decoder.ts';

/** What the bytes of a CAR can come from. */
export type ByteSource = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

const CHUNK_BYTES = 65_536;

/** How many bytes a block takes in a CAR. */
export function sectionSize(block: Block): number {
  const length = CID_SIZE + block.bytes.length;
  return varintSize(length) + length;
}

/** A whole CAR in one piece, for what is known to be small. */
export function carBytes(root: Cid, blocks: readonly Block[]): Uint8Array {
  const header = encodeHeader(root);
  const car = new Uint8Array(blocks.reduce((size, block) => size + sectionSize(block), header.length));
  car.set(header);
  let at = header.length;
  for (const block of blocks) at = writeSection(block, car, at);
  return car;
}

/**
 * A CAR as a stream of chunks of about 64 KiB. Runs of blocks are asked for as the reader takes chunks, never ahead;
 * cancelling the stream ends `blocks`.
 */
export function carStream(root: Cid, blocks: AsyncIterable<readonly Block[]>): ReadableStream<Uint8Array> {
  const chunks = carChunks(root, blocks);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* carChunks(root: Cid, runs: AsyncIterable<readonly Block[]>): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES);
  const header = encodeHeader(root);
  chunk.set(header);
  let used = header.length;
  for await (const run of runs) {
    for (const block of run) {
      const size = sectionSize(block);
      if (used + size > chunk.length) {
        if (used > 0) yield chunk.subarray(0, used);
        chunk = new Uint8Array(Math.max(CHUNK_BYTES, size));
        used = 0;
      }
      used = writeSection(block, chunk, used);
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}

function encodeHeader(root: Cid): Uint8Array {
  const header = encodeCbor({ roots: [root], version: 1 });
  const framed = new Uint8Array(varintSize(header.length) + header.length);
  framed.set(header, writeVarint(header.length, framed, 0));
  return framed;
}

function writeSection({ cid, bytes }: Block, into: Uint8Array, offset: number): number {
  const at = writeVarint(CID_SIZE + bytes.length, into, offset);
  into.set(cid.bytes, at);
  into.set(bytes, at + CID_SIZE);
  return at + CID_SIZE + bytes.length;
}

/** A small CAR, read whole. */
export interface Car {
  readonly root: Cid;
  readonly blocks: readonly Block[];
}

/**
 * Reads a CAR that is small enough to hold, such as the blocks of a `#commit`.
 * @throws RepoError as `CarDecoder`
 */
export function readCar(bytes: Uint8Array, budget: Budget = new Budget(COMMIT_LIMITS)): Car {
  const decoder = new CarDecoder(budget);
  decoder.push(bytes);
  const blocks: Block[] = [];
  for (let block = decoder.next(); block !== undefined; block = decoder.next()) blocks.push(block);
  return { root: decoder.end(), blocks };
}

type Step = { readonly done?: boolean | undefined; readonly value?: Uint8Array | undefined };

/** How the next chunk is asked for, and how a source is told that no more is wanted. */
interface Reading {
  next(): Promise<Step>;
  stop(): Promise<unknown> | undefined;
}

function readingOf(source: Exclude<ByteSource, Uint8Array>): Reading {
  if (!('getReader' in source)) {
    const iterator = source[Symbol.asyncIterator]();
    return { next: () => iterator.next(), stop: () => iterator.return?.() };
  }
  // Not every browser can iterate a stream.
  const reader = source.getReader();
  return { next: () => reader.read(), stop: () => reader.cancel().finally(() => reader.releaseLock()) };
}

/**
 * The chunks of a source, in order. A source that does not answer is waited for as long as the budget has it, and one
 * whose chunks are no longer wanted is told so: a stream is cancelled, an iterator returned.
 */
export async function* chunksOf(source: ByteSource, budget: Budget): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    for (let at = 0; at < source.length; at += CHUNK_BYTES) yield source.subarray(at, at + CHUNK_BYTES);
    return;
  }
  const { next, stop } = readingOf(source);
  let fail: (reason: unknown) => void = () => undefined;
  let over: { readonly reason: unknown } | undefined;
  const unwatch = budget.watch((reason) => {
    over = { reason };
    fail(reason);
  });
  let done = false;
  try {
    for (;;) {
      const step = await new Promise<Step>((resolve, reject) => {
        fail = reject;
        if (over === undefined) next().then(resolve, reject);
        else reject(over.reason);
      });
      if (step.done === true) break;
      yield step.value!;
    }
    done = true;
  } finally {
    unwatch();
    // Not waited for: what did not answer before may not answer now.
    if (!done) stop()?.catch(() => undefined);
  }
}
