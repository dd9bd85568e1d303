import { reasonOf } from './log.ts';
import type { Log } from './log.ts';

export interface CrawlersOptions {
  /** Origins. */
  readonly relays: readonly string[];
  /** The name, and the port of a mirror on this machine, by which relays are to find us. */
  readonly hostname: string;
  readonly log: Log;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
}

/** A relay is told of new commits no more often; one that crawls hears of them anyway. */
const QUIET_MS = 20 * 60_000;
const FIRST_RETRY_MS = 1_000;
const TIMEOUT_MS = 10_000;

interface Relay {
  readonly url: string;
  asked: number;
  failures: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Asks relays to crawl this mirror (`com.atproto.sync.requestCrawl`), again and again until they have heard it. */
export class Crawlers {
  readonly #options: CrawlersOptions;
  readonly #relays: readonly Relay[];
  readonly #stopped = new AbortController();

  constructor(options: CrawlersOptions) {
    this.#options = options;
    this.#relays = options.relays.map((url) => ({ url, asked: -Infinity, failures: 0, timer: undefined }));
  }

  /** Something new is here: tells relays that were not told for a while. */
  notify(): void {
    const now = this.#now();
    for (const relay of this.#relays) if (now - relay.asked >= QUIET_MS) this.#ask(relay);
  }

  /** At start, and when an account has come: tells all. */
  announce(): void {
    for (const relay of this.#relays) this.#ask(relay);
  }

  close(): void {
    this.#stopped.abort();
    for (const { timer } of this.#relays) clearTimeout(timer);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #ask(relay: Relay): void {
    if (this.#stopped.signal.aborted) return;
    relay.asked = this.#now();
    clearTimeout(relay.timer);
    void this.#request(relay.url).then(() => {
      if (relay.failures > 0) this.#options.log(`${relay.url} answers again`);
      relay.failures = 0;
    }, (error: unknown) => this.#failed(relay, error));
  }

  async #request(url: string): Promise<void> {
    const response = await fetch(`${url}/xrpc/com.atproto.sync.requestCrawl`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ hostname: this.#options.hostname }),
      redirect: 'error', signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`its answer was ${response.status}`);
  }

  #failed(relay: Relay, error: unknown): void {
    if (this.#stopped.signal.aborted) return;
    // Once, not at every try.
    if (relay.failures === 0) this.#options.log(`${relay.url} was asked to crawl and did not take it (${reasonOf(error)}); asking again until it does`);
    const wait = Math.min(FIRST_RETRY_MS * 2 ** relay.failures, QUIET_MS);
    relay.failures++;
    clearTimeout(relay.timer);
    relay.timer = setTimeout(() => this.#ask(relay), wait);
    relay.timer.unref();
  }
}
