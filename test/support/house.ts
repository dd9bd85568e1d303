import assert from 'node:assert/strict';
import { parseDid, TidClock } from '../../src/protocol/index.ts';
import type { Cid, CborMap, Did, Signer } from '../../src/protocol/index.ts';
import { carStream, commitMessage, readCar, Repository, repositoryBlocks, verifyCommitMessage } from '../../src/repo/index.ts';
import type { Author, CommitMessage, CommitResult, NodeCache, VerifiedMessage, Write } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { seededK256Signer, seededP256Signer } from '../../src/testing/index.ts';
import { plain } from './plain-message.ts';
import { invertAgain } from './second-inversion.ts';

export const DID: Did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');

const SEED = new Uint8Array(32).fill(7);
export const p256 = await seededP256Signer(SEED);
export const k256 = await seededK256Signer(SEED);

/** One commit as a test sees it. */
export interface Written {
  readonly result: CommitResult;
  readonly message: CommitMessage;
  readonly verified: VerifiedMessage;
}

/**
 * A repository in memory for tests. Every commit it makes is verified by our verifier and inverted by a second
 * implementation before it counts.
 */
export class House {
  readonly store = new MemoryBlockStore();
  /** Everything that ever was, so that a test can go back. */
  readonly archive = new MemoryBlockStore();
  readonly author: Author;
  readonly history: Written[] = [];
  #repository: Repository | undefined;

  constructor(author: Partial<Author> = {}) {
    this.author = { signer: p256, clock: new TidClock({ clockId: 5 }), ...author };
  }

  static async create(writes: readonly Write[] = [], author: Partial<Author> = {}, cache?: NodeCache): Promise<House> {
    const house = new House(author);
    await house.#take(await Repository.create(house.store, DID, house.author, writes, cache));
    return house;
  }

  get repository(): Repository {
    return this.#repository!;
  }

  /** Goes on from a repository whose blocks are in `store`. */
  adopt(repository: Repository): void {
    this.#repository = repository;
  }

  /** Goes on from a commit of before, whose dead blocks the store has let go since. */
  async goBackTo(repository: Repository): Promise<void> {
    const cids = [...this.archive.cids()];
    const blocks = await this.archive.read(cids);
    await this.store.apply({ put: cids.map((cid, index) => ({ cid, bytes: blocks[index]! })) });
    this.adopt(repository);
  }

  /** Another house that goes on from here, by another key. */
  async turnedTo(signer: Signer): Promise<House> {
    const turned = new House({ signer, clock: this.author.clock });
    await turned.store.apply({ put: readCar(await this.car()).blocks });
    turned.adopt(this.repository);
    return turned;
  }

  async write(writes: readonly Write[]): Promise<Written> {
    return this.#take(await this.repository.write(writes, this.author));
  }

  async #take(result: CommitResult): Promise<Written> {
    const message = commitMessage(result, new Date());
    const before = this.#repository;
    const verified = await verifyCommitMessage(message, {
      key: this.author.signer.publicKey,
      ...(before === undefined ? {} : { previous: { rev: before.rev, data: before.tree.root } }),
    });
    await invertAgain(plain(message));
    assert.deepEqual(texts(verified.newBlocks.map(({ cid }) => cid)), texts(result.newBlocks.map(({ cid }) => cid)));
    if (before !== undefined) assert.deepEqual(texts([before.commit.cid, ...verified.deadNodes]), texts(result.deadBlocks));
    assert.deepEqual(texts(verified.droppedRecords), texts(result.droppedRecords));
    await this.store.apply({ put: result.newBlocks, remove: result.deadBlocks });
    await this.archive.apply({ put: result.newBlocks });
    this.#repository = result.repository;
    const written = { result, message, verified };
    this.history.push(written);
    return written;
  }

  export(signal?: AbortSignal): ReadableStream<Uint8Array> {
    const { commit, tree } = this.repository;
    return carStream(commit.cid, repositoryBlocks(this.store, commit, tree.root, signal));
  }

  async car(): Promise<Uint8Array> {
    return collect(this.export());
  }

  /** Path → CID text, of every record. */
  async contents(): Promise<Map<string, string>> {
    const contents = new Map<string, string>();
    for await (const { key, value } of this.repository.tree.entries()) contents.set(key, value.toString());
    return contents;
  }
}

export function texts(cids: readonly Cid[]): string[] {
  return cids.map(String).toSorted();
}

export async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** A post that differs from others by `text`. */
export function post(text: string): CborMap {
  return { $type: 'app.bsky.feed.post', text, createdAt: '2026-11-24T00:00:00.000Z', langs: ['en'] };
}
