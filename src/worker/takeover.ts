import type { EventFeed } from '../pds/index.ts';

/** So long a worker that was asked to go opens no new feed. A new version that did not come by then was given up. */
const LEAVING_MS = 30_000;

/** Counts what is being written, and sees to it that an update comes between writes. */
export class Takeover {
  readonly #feed: EventFeed;
  #running = new Set<Promise<unknown>>();
  #leavingUntil = 0;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  /** While a new version is about to take over, a feed that opened now would only keep it waiting. */
  get isLeaving(): boolean {
    return Date.now() < this.#leavingUntil;
  }

  /** Keeps in mind that this is running. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    const ended = work.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return ended;
  }

  /** Ends the feeds and waits for what is being written. */
  async prepare(): Promise<void> {
    this.#leavingUntil = Date.now() + LEAVING_MS;
    this.#feed.end();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
