// Neutral: Node and browsers run it, and must come to the same.
import { parseDid, TidClock } from '../../src/protocol/index.ts';
import type { CborMap, Signer } from '../../src/protocol/index.ts';
import { carStream, commitMessage, Repository, repositoryBlocks } from '../../src/repo/index.ts';
import type { CommitMessage, Write } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { plain } from './plain-message.ts';
import { invertAgain } from './second-inversion.ts';

export const SEEDED_DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');

/** What the seeded batches come to. Every platform must give these, byte for byte. */
export interface KnownOutcome {
  /** The root of the tree after each batch. */
  readonly roots: readonly string[];
  /** The last commit, by the signer of 32 bytes of 7. */
  readonly head: string;
  /** The size of its export. */
  readonly carBytes: number;
  readonly records: number;
}

/** Numbers from 0 to `below` − 1, the same everywhere: a linear congruence modulo 2^32, whose upper bits are used. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const COLLECTIONS = ['app.bsky.feed.like', 'app.bsky.feed.post', 'app.bsky.graph.follow', 'zz.example.last'];

/** Batches of 1 to 60 writes on 400 paths: creating what is not there, updating and deleting what is. */
export function seededBatches(count: number): Write[][] {
  const next = seededNumbers(20_261_124);
  const present = new Set<string>();
  let made = 0;
  return Array.from({ length: count }, () => {
    const paths = new Set<string>();
    for (let size = 1 + next(60); size > 0; size--) {
      paths.add(`${COLLECTIONS[next(COLLECTIONS.length)]}/3k${(next(100) * 7919).toString(36)}`);
    }
    return [...paths].map((path): Write => {
      const isThere = present.has(path);
      if (isThere && next(3) === 0) {
        present.delete(path);
        return { action: 'delete', path };
      }
      present.add(path);
      return { action: isThere ? 'update' : 'create', path, record: seededRecord(made++, next) };
    });
  });
}

function seededRecord(index: number, next: (below: number) => number): CborMap {
  return {
    $type: 'app.bsky.feed.post',
    text: `ünïcödé ${index} 🪨`.repeat(1 + next(8)),
    createdAt: '2026-11-24T00:00:00.000Z',
    numbers: [next(24), -next(70_000), next(2 ** 31) * 4_096],
    bytes: Uint8Array.from({ length: next(90) }, () => next(256)),
    nested: { list: [null, true, { deep: 'ok' }], empty: {} },
  };
}

/** A commit as it was made and as it is told. */
export interface SeededCommit {
  readonly message: CommitMessage;
  readonly before: Repository | undefined;
  readonly after: Repository;
}

/** A repository in memory under a clock that stands still but for its microseconds. */
export class SeededHouse {
  readonly store = new MemoryBlockStore();
  readonly author: { readonly signer: Signer; readonly clock: TidClock };
  #repository: Repository | undefined;

  constructor(signer: Signer) {
    this.author = { signer, clock: new TidClock({ clockId: 5, now: () => 1_764_000_000_000 }) };
  }

  get repository(): Repository {
    if (this.#repository === undefined) throw new Error('nothing was written yet');
    return this.#repository;
  }

  /** The first batch creates the repository. Every commit is undone by the second implementation before it counts. */
  async write(writes: readonly Write[]): Promise<SeededCommit> {
    const before = this.#repository;
    const result = before === undefined
      ? await Repository.create(this.store, SEEDED_DID, this.author, writes)
      : await before.write(writes, this.author);
    const message = commitMessage(result, new Date(1_764_000_000_000));
    await invertAgain(plain(message));
    await this.store.apply({ put: result.newBlocks, remove: result.deadBlocks });
    this.#repository = result.repository;
    return { message, before, after: result.repository };
  }

  car(): ReadableStream<Uint8Array> {
    const { commit, tree } = this.repository;
    return carStream(commit.cid, repositoryBlocks(this.store, commit, tree.root));
  }
}
