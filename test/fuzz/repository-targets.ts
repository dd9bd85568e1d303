// Whole repositories, and commits as they travel.
import { decodeCbor, encodeCbor, isBlockOf } from '../../src/protocol/index.ts';
import type { Cid } from '../../src/protocol/index.ts';
import { ChannelError, decodeCommitBody, encodeCommitBody } from '../../src/mirroring/index.ts';
import {
  Budget, carBytes, CarDecoder, COMMIT_LIMITS, readCar, readCommit, RepoError, TreeBuilder, verifyCommitMessage, verifyRepository,
} from '../../src/repo/index.ts';
import type { Block, Car, CommitMessage } from '../../src/repo/index.ts';
import { DID, p256 } from '../support/house.ts';
import { note, NOW, records, repositoryOf, small, smallBlocks } from '../support/malformed.ts';
import { plain } from '../support/plain-message.ts';
import { invertAgain } from '../support/second-inversion.ts';
import { rearranged } from '../refusals/mutations.ts';
import { right } from '../vectors/refused/message.ts';
import { readCase, readIndex } from '../vectors/refused/index-file.ts';
import { link, NULL } from '../vectors/refused/raw-cbor.ts';
import { mended } from './mend.ts';
import type { Mended } from './mend.ts';
import { mutated } from './mutate.ts';
import type { Random } from './random.ts';
import { assertPart, assertSame, Disagreement, textBytes } from './target.ts';
import type { Decoder, Target } from './target.ts';

const expected = { key: p256.publicKey, did: DID, now: NOW };
const whole = await repositoryOf(small.top.cid, smallBlocks());
const vectors = readIndex().vectors.map((entry) => readCase(entry));
const nodeTokens = [link(records.aa.cid), NULL, textBytes(note('ae')), textBytes('ak'), textBytes('ap'), textBytes('at'), textBytes('av')];

/** CARs, in one piece and in many, and the repositories that they hold. */
export const car = (decode: Decoder<Car> = readCar): Target => ({
  seeds: [
    whole,
    ...vectors.flatMap((vector) => (vector.kind === 'repository' && vector.car.length < 8_192 ? [vector.car] : [])),
  ],
  tokens: nodeTokens,
  refusals: [RepoError],
  async read(input) {
    const one = decode(input);
    assertSame(carBytes(one.root, one.blocks), input, 'the CAR, written again');
    const pieces = readInPieces(input, 1 + (input.length % 97));
    assertSame(carBytes(pieces.root, pieces.blocks), input, 'the CAR that came in pieces, written again');
    const builder = new TreeBuilder(() => undefined);
    const { commit } = await verifyRepository(input, { ...expected, visitor: { record: (path, cid) => builder.add(path, cid) } });
    assertSame(builder.finish().bytes, commit.data.bytes, 'the tree of the records that were found');
    assertCommit(commit);
    return 'repository';
  },
  reshaped: async (input, random) => (await reshapedCar(input, random)).car,
});

/** Bodies of `#commit`: what a mirror and a relay take from a stranger. */
export const commit = (decode: Decoder<CommitMessage> = decodeCommitBody): Target => ({
  seeds: [
    encodeCommitBody(right.message),
    ...vectors.flatMap((vector) => (vector.kind === 'commit' ? bodyOf(vector.message as CommitMessage) : [])),
  ],
  tokens: [...nodeTokens, textBytes('fcreate'), textBytes('fupdate'), textBytes('fdelete'), textBytes('dprev')],
  refusals: [ChannelError, RepoError],
  async read(input) {
    const message = decode(input);
    const body = encodeCommitBody(message);
    // Fields that nobody knows are passed over, so a body with one of those is not written again.
    assertPart(decodeCbor(body), decodeCbor(input), 'the message');
    if (body.length === input.length) assertSame(body, input, 'the message, written again');
    const { commit: head, newBlocks } = await verifyCommitMessage(message, { ...expected, previous: right.previous });
    assertCommit(head);
    for (const { cid, bytes } of newBlocks) if (!isBlockOf(cid, bytes)) throw new Disagreement(`${cid.toString()} is no hash of its block`);
    try {
      await invertAgain(plain(message));
    } catch (cause) {
      throw new Disagreement('The other implementation does not come to prevData', { cause });
    }
    return body.length === input.length ? `${message.ops.length} operations` : 'with more fields';
  },
  async reshaped(input, random) {
    const message = decodeCommitBody(input);
    if (random.below(3) === 0) return encodeCommitBody({ ...message, ops: reordered(message.ops, random) });
    const { root, car: blocks, renamed } = await reshapedCar(message.blocks, random);
    // Operations and commit follow the blocks, or nothing behind those checks would ever be met.
    const ops = message.ops.map((operation) => ({ ...operation, cid: operation.cid && (renamed.get(operation.cid.toString()) ?? operation.cid) }));
    return encodeCommitBody({ ...message, blocks, commit: root, ops: ops as CommitMessage['ops'] });
  },
});

function bodyOf(message: CommitMessage): Uint8Array[] {
  try {
    return [encodeCommitBody(message)];
  } catch {
    // Vectors of messages that no encoder would write.
    return [];
  }
}

function assertCommit(head: { readonly cid: Cid; readonly bytes: Uint8Array }): void {
  const { did, rev, sig, data } = readCommit(head);
  assertSame(encodeCbor({ did, rev, sig, data, prev: null, version: 3 }), head.bytes, 'the commit, written again');
}

function readInPieces(input: Uint8Array, size: number): Car {
  const decoder = new CarDecoder(new Budget(COMMIT_LIMITS));
  const blocks: Block[] = [];
  for (let at = 0; at < input.length; at += size) {
    decoder.push(input.subarray(at, at + size));
    for (let block = decoder.next(); block !== undefined; block = decoder.next()) blocks.push(block);
  }
  return { root: decoder.end(), blocks };
}

/** Other blocks or another order of them, or one block changed and all that names it mended. */
async function reshapedCar(input: Uint8Array, random: Random): Promise<Mended> {
  const read = readCar(input);
  if (read.blocks.length === 0 || random.below(4) === 0) {
    const kind = random.pick(['drop', 'double', 'swap'] as const);
    return { root: read.root, car: rearranged(input, [{ kind, at: random.next(), with: random.next() }]), renamed: new Map() };
  }
  const index = random.below(read.blocks.length);
  const content = mutated(random, [read.blocks[index]!.bytes], nodeTokens);
  return mended(read, index, content.length === 0 ? NULL : content);
}

function reordered(ops: CommitMessage['ops'], random: Random): CommitMessage['ops'] {
  if (ops.length === 0) return ops;
  const [from, to] = [random.below(ops.length), random.below(ops.length)];
  const kind = random.below(4);
  if (kind === 0) return ops.toSpliced(from, 1);
  if (kind === 1) return ops.toSpliced(to, 0, ops[from]!);
  if (kind === 2) return ops.with(from, ops[to]!).with(to, ops[from]!);
  return ops.with(from, { ...ops[from]!, path: note(random.pick(['aa', 'ae', 'dh', 'ab', 'zz'])) });
}
