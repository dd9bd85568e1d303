import { readFact, writeFact } from './facts.ts';
import type { EventFeed } from '../pds/index.ts';

/** So long a worker that was asked to go begins nothing that could keep the new version waiting. One that has not come by then was given up. */
const LEAVING_MS = 10_000;
const LEAVING = 'leaving until';

/** Counts what is being written, and sees to it that an update comes between writes. */
export class Takeover {
  readonly #feed: EventFeed;
  readonly #version: string;
  readonly #running = new Set<Promise<unknown>>();
  #leaving: Promise<number> | undefined;

  /** @param version of this worker: the one that it makes room for is not held up */
  constructor(feed: EventFeed, version: string) {
    this.#feed = feed;
    this.#version = version;
  }

  /**
   * While a new version is about to take over, feeds and writes are put off: the browser changes workers when nothing
   * runs. Chromium stops the old worker then, and the next request starts it again, so this is kept.
   */
  async isLeaving(): Promise<boolean> {
    this.#leaving ??= this.#readLeaving();
    return Date.now() < await this.#leaving;
  }

  /** Keeps in mind that this is running. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    const ended = work.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return ended;
  }

  /** Ends the feeds and waits for what is being written. */
  async prepare(): Promise<void> {
    const until = Date.now() + LEAVING_MS;
    this.#leaving = Promise.resolve(until);
    await writeFact(LEAVING, { version: this.#version, until });
    this.#feed.end();
    await Promise.allSettled(this.#running);
  }

  async #readLeaving(): Promise<number> {
    const fact = await readFact(LEAVING) as { readonly version: string; readonly until: number } | undefined;
    // A clock that was set back must not keep the house closed.
    return fact?.version === this.#version ? Math.min(fact.until, Date.now() + LEAVING_MS) : 0;
  }
}
