import { CidMap } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import { othersTurn } from './others-turn.ts';
import type { CopyChange, CopyHead } from './ports/mirror-store.ts';

/** Commits of one account that are on their way to the disk. */
export interface Ahead {
  /** What the account will be at. */
  readonly head: CopyHead;
  /** `did:key` that signed that. */
  readonly signingKey: string;
  /** Blocks that are not stored yet, or were a moment ago. */
  readonly blocks: CidMap<Uint8Array>;
  /** Of these blocks. */
  readonly bytes: number;
}

interface Run extends Ahead {
  head: CopyHead;
  signingKey: string;
  bytes: number;
  commits: number;
  /** How many of them are not stored yet. */
  waiting: number;
  /** When others had their turn last, by `performance.now()`. */
  since: number;
  /** Of all of them. */
  readonly end: PromiseWithResolvers<void>;
}

/** When so much of an account is on its way, all of it has to arrive first. */
const MOST = { commits: 64, bytes: 4_000_000 };
/** So long one account is looked at before others have their turn. */
const STRETCH_MS = 10;

/** What was verified of each account and is on its way to the disk: what follows is verified on top of that, so that many share a write. */
export class CommitsAhead {
  readonly #runs = new Map<Did, Run>();

  /**
   * Waits until all of it has arrived where it is as much as may be, and otherwise lets others have their turn now and then. To be asked by
   * one at a time for each account.
   */
  async of(did: Did): Promise<Ahead | undefined> {
    const run = this.#runs.get(did);
    if (run === undefined) return undefined;
    if (run.commits >= MOST.commits || run.bytes >= MOST.bytes) {
      await run.end.promise;
    } else if (performance.now() - run.since > STRETCH_MS) {
      await othersTurn();
      run.since = performance.now();
    }
    return this.#runs.get(did);
  }

  /** Runs `store`, and knows the change until all that waits has ended. Where it fails, the store refuses what was put on top of it. */
  async during<Result>({ did, head, signingKey, newBlocks }: CopyChange, store: () => Promise<Result>): Promise<Result> {
    const run = this.#runs.get(did) ?? { head, signingKey, blocks: new CidMap<Uint8Array>(), bytes: 0, commits: 0, waiting: 0, since: performance.now(), end: Promise.withResolvers<void>() };
    this.#runs.set(did, run);
    run.head = head;
    run.signingKey = signingKey;
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
