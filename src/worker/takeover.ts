import type { EventFeed } from '../pds/index.ts';

/** Counts what is being written, and sees to it that an update comes between writes. */
export class Takeover {
  readonly #feed: EventFeed;
  readonly #running = new Set<Promise<unknown>>();

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  /** Keeps in mind that this is running. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    const ended = work.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return ended;
  }

  /** Ends the feeds, which would keep a new version waiting, and waits for what is being written. The pages ask for nothing meanwhile. */
  async prepare(): Promise<void> {
    this.#feed.end();
    await Promise.allSettled(this.#running);
  }
}
