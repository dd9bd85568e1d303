import { setImmediate } from 'node:timers/promises';
import { ChannelError } from '../mirroring/index.ts';

/** Knows what is being done for houses, so that a mirror that stops does to its end what it has begun, and begins nothing more. */
export class Work {
  readonly #running = new Set<Promise<unknown>>();
  readonly #ended = Promise.withResolvers<never>();
  #isStopping = false;

  constructor() {
    // Nobody may be waiting.
    this.#ended.promise.catch(() => undefined);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Does work; once the mirror stops, waits instead until channels have ended. @throws ChannelError Lost */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isStopping) return this.#ended.promise;
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Begins nothing more; resolves when what was begun is done and its answer on its way, or after so many milliseconds. */
  async finish(ms: number): Promise<void> {
    this.#isStopping = true;
    await withinLimit(Promise.allSettled(this.#running), ms);
    // What follows an answer has its turn.
    for (let turn = 0; turn < 3; turn++) await setImmediate();
  }

  /** Channels have ended. */
  end(): void {
    this.#ended.reject(new ChannelError('Lost', 'The mirror has stopped.'));
  }
}

/** Resolves with the work, or after so many milliseconds. */
export async function withinLimit(work: Promise<unknown>, ms: number): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, ms);
  await Promise.race([work, limit.promise]);
  clearTimeout(timer);
}
