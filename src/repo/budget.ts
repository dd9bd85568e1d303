import { RepoError } from './errors.ts';

/** What reading something from outside may cost. Every limit is there, so none can be forgotten. */
export interface Limits {
  /** Bytes of input. */
  readonly bytes: number;
  /** Blocks of input. */
  readonly blocks: number;
  /** Milliseconds that reading may take, waiting for input included. */
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

/** Timers count in 31 bits: a longer one would end at once. */
const MAX_TIMER = 2 ** 31 - 1;

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
    this.#bytes += count;
    if (this.#bytes > this.#limits.bytes) throw this.#exceeded('bytes');
    this.check();
  }

  /** @throws RepoError BudgetExceeded, or the reason of the signal */
  takeBlock(): void {
    if (++this.#blocks > this.#limits.blocks) throw this.#exceeded('blocks');
    this.check();
  }

  /**
   * Between steps of work: is there time left, and is it still wanted?
   * @throws RepoError BudgetExceeded, or the reason of the signal
   */
  check(): void {
    this.#signal?.throwIfAborted();
    if (performance.now() > this.#end) throw this.#exceeded('time');
  }

  /** Calls `end` with the error when time is over or the signal aborts, until the function that it returns is called. */
  watch(end: (reason: unknown) => void): () => void {
    const signal = this.#signal;
    const aborted = (): void => end(signal?.reason);
    if (signal?.aborted === true) aborted();
    const timer = setTimeout(() => end(this.#exceeded('time')), Math.min(this.#end - performance.now(), MAX_TIMER));
    signal?.addEventListener('abort', aborted);
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
  }

  #exceeded(what: keyof Limits): RepoError {
    return new RepoError('BudgetExceeded', 'This is more than one repository may take to read', { what, limit: this.#limits[what] });
  }
}
