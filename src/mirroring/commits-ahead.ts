import { CidMap } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import type { CopyChange, CopyHead } from './ports/mirror-store.ts';

/** Commits of one account that are on their way to the disk. */
export interface Ahead {
  /** What the account will be at. */
  readonly head: CopyHead;
  /** Blocks that are not stored yet, or were a moment ago. */
  readonly blocks: CidMap<Uint8Array>;
  /** Of these blocks. */
  readonly bytes: number;
}

interface Run extends Ahead {
  head: CopyHead;
  bytes: number;
  commits: number;
  /** How many of them are not stored yet. */
  waiting: number;
  /** Of all of them. */
  readonly end: PromiseWithResolvers<void>;
}

/** So much of an account is on its way at once; then all of it has to arrive first. */
const MOST = { commits: 64, bytes: 4_000_000 };

/** What was verified of each account and is on its way to the disk: what follows is verified on top of that, so that many share a write. */
export class CommitsAhead {
  readonly #runs = new Map<Did, Run>();

  /** Waits until it has arrived where it is as much as may be. To be asked by one at a time for each account. */
  async of(did: Did): Promise<Ahead | undefined> {
    const run = this.#runs.get(did);
    if (run === undefined || (run.commits < MOST.commits && run.bytes < MOST.bytes)) return run;
    await run.end.promise;
    return undefined;
  }

  /** Runs `store`, and knows the change until all that waits has ended. Where it fails, the store refuses what was put on top of it. */
  async during<Result>({ did, head, newBlocks }: CopyChange, store: () => Promise<Result>): Promise<Result> {
    const run = this.#runs.get(did) ?? { head, blocks: new CidMap<Uint8Array>(), bytes: 0, commits: 0, waiting: 0, end: Promise.withResolvers<void>() };
    this.#runs.set(did, run);
    run.head = head;
    for (const { cid, bytes } of newBlocks) {
      run.blocks.set(cid, bytes);
      run.bytes += bytes.length;
    }
    run.waiting++;
    run.commits++;
    try {
      return await store();
    } finally {
      if (--run.waiting === 0) {
        this.#runs.delete(did);
        run.end.resolve();
      }
    }
  }
}
