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
  /** Milliseconds between two calls that nothing but new commits or silence gave rise to; for tests. */
  readonly quietMs?: number;
}

/** A relay is told of new commits no more often; one that crawls hears of them anyway. */
const QUIET_MS = 20 * 60_000;
const FIRST_RETRY_MS = 1_000;
const TIMEOUT_MS = 10_000;

/** What is known of a relay. Times in milliseconds since 1970. */
export interface RelayState {
  readonly url: string;
  readonly askedAt?: number;
  /** When it last took what it was asked. */
  readonly takenAt?: number;
  /** In a row, the last of which ended as `failure` says. */
  readonly failures: number;
  readonly failure?: string;
}

interface Relay {
  readonly url: string;
  asked: number;
  taken?: number;
  failures: number;
  failure?: string;
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
    for (const relay of this.#relays) if (now - relay.asked >= this.#quietMs) this.#ask(relay);
  }

  /** A relay does not read us: asks it, unless that was done not long ago or is about to be done again. */
  remind(url: string): void {
    const relay = this.#relays.find((each) => each.url === url);
    if (relay?.failures === 0 && this.#now() - relay.asked >= this.#quietMs) this.#ask(relay);
  }

  /** At start, and when an account has come: tells all. */
  announce(): void {
    for (const relay of this.#relays) this.#ask(relay);
  }

  /** How each of them is. */
  states(): readonly RelayState[] {
    return this.#relays.map(stateOf);
  }

  /**
   * Asks now, one or all, and waits for what they answer.
   * @param url one of those of the options
   * @returns how those are that were asked; none where there is no such relay
   */
  async request(url?: string): Promise<readonly RelayState[]> {
    const asked = this.#relays.filter((relay) => url === undefined || relay.url === url);
    await Promise.all(asked.map((relay) => this.#asked(relay)));
    return asked.map(stateOf);
  }

  close(): void {
    this.#stopped.abort();
    for (const { timer } of this.#relays) clearTimeout(timer);
  }

  get #quietMs(): number {
    return this.#options.quietMs ?? QUIET_MS;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #ask(relay: Relay): void {
    void this.#asked(relay);
  }

  async #asked(relay: Relay): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    relay.asked = this.#now();
    clearTimeout(relay.timer);
    try {
      await this.#request(relay.url);
      if (relay.failures > 0) this.#options.log(`${relay.url} answers again`);
      relay.failures = 0;
      relay.taken = this.#now();
    } catch (error) {
      this.#failed(relay, error);
    }
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
    relay.failure = reasonOf(error);
    clearTimeout(relay.timer);
    relay.timer = setTimeout(() => this.#ask(relay), wait);
    relay.timer.unref();
  }
}

function stateOf({ url, asked, taken, failures, failure }: Relay): RelayState {
  return {
    url, failures, ...(Number.isFinite(asked) && { askedAt: asked }), ...(taken !== undefined && { takenAt: taken }),
    ...(failures > 0 && failure !== undefined && { failure }),
  };
}
