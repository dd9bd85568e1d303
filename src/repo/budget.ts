import { RepoError } from './errors.ts';

/** What reading something from outside may cost. Every limit is there, so none can be forgotten. */
export interface Limits {
  /** Bytes of input. */
  readonly bytes: number;
  /** Blocks of input. */
  readonly blocks: number;
  /** Milliseconds from the first byte to the last. */
  readonly time: number;
}

/** For a whole repository: 4 GB, 20 million blocks, an hour. */
export const REPOSITORY_LIMITS: Limits = { bytes: 4_000_000_000, blocks: 20_000_000, time: 3_600_000 };

/** The blocks of a `#commit` take at most so many bytes, as relays have it. */
export const MAX_COMMIT_BYTES = 2_000_000;

/** For a `#commit` or a proof: 20,000 blocks, 30 seconds. */
export const COMMIT_LIMITS: Limits = { bytes: MAX_COMMIT_BYTES, blocks: 20_000, time: 30_000 };

/** No key of a tree lies higher: one on layer 32 takes 2^64 tries to find. */
export const MAX_LAYER = 32;

/** Counts what a piece of reading costs, and ends it when it costs too much or is no longer wanted. */
export class Budget {
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  readonly #end: number;
  #bytes = 0;
  #blocks = 0;

  constructor(limits: Limits, signal?: AbortSignal) {
    this.#limits = limits;
    this.#signal = signal;
    this.#end = performance.now() + limits.time;
  }

  /** @throws RepoError BudgetExceeded, or the reason of the signal */
  takeBytes(count: number): void {
    this.#signal?.throwIfAborted();
    this.#bytes += count;
    if (this.#bytes > this.#limits.bytes) this.#exceeded('bytes', this.#limits.bytes);
    if (performance.now() > this.#end) this.#exceeded('time', this.#limits.time);
  }

  /** @throws RepoError BudgetExceeded */
  takeBlock(): void {
    if (++this.#blocks > this.#limits.blocks) this.#exceeded('blocks', this.#limits.blocks);
  }

  #exceeded(what: string, limit: number): never {
    throw new RepoError('BudgetExceeded', 'This is more than one repository may take to read', { what, limit });
  }
}
