import { isDid } from '../../protocol/index.ts';
import type { StoredEvent } from '../../mirroring/index.ts';
import { ask, field } from './ask.ts';
import { HostLink } from './host-link.ts';
import { parseHost } from './host-name.ts';
import type { HostAddress } from './host-name.ts';
import { Identities } from './identities.ts';
import { Judge } from './judge.ts';
import { Refusal } from './refusal.ts';
import type { RelayStore } from './relay-store.ts';

/** One relay of one machine needs no more. */
const MOST_HOSTS = 100;
const DESCRIBE_MS = 5_000;

/** What a relay is made with. */
export interface RelayOptions {
  readonly store: RelayStore;
  readonly directoryUrl: string;
  readonly retryMs: number;
  onEvents(events: readonly StoredEvent[]): void;
  log(line: string): void;
}

/** Crawls hosts: checks them, reads them, and keeps on doing so after a restart. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #ending = new AbortController();
  readonly #judge: Judge;
  readonly #links = new Map<string, HostLink>();

  constructor(options: RelayOptions) {
    this.#options = options;
    const { store, directoryUrl, retryMs } = options;
    this.#judge = new Judge({ store, identities: new Identities(directoryUrl), retryMs, signal: this.#ending.signal });
    for (const { hostname, status } of store.hosts()) if (status !== 'idle') this.#link(parseHost(hostname));
  }

  /** Crawls a host without asking it first, such as one that does not stand yet. @throws Refusal InvalidHostname */
  crawl(text: string): void {
    const host = parseHost(text);
    const known = this.#options.store.host(host.hostname);
    if (known === undefined) this.#options.store.putHost(host.hostname, 'active');
    this.#link(host);
  }

  /**
   * Crawls a host that asks for it, once it has shown that it is a server of accounts.
   * @throws Refusal InvalidHostname, HostNotFound
   */
  async requestCrawl(text: string): Promise<void> {
    const host = parseHost(text);
    const { store, log } = this.#options;
    const known = store.host(host.hostname);
    if (known === undefined && store.hosts().length >= MOST_HOSTS) {
      throw new Refusal('HostNotFound', `This relay reads at most ${MOST_HOSTS} hosts.`);
    }
    await describe(host);
    if (known === undefined) log(`new host ${host.hostname}`);
    if (known?.status === 'idle') {
      // Its stream had ended before our cursor, so it begins anew; what was verified before is known by its rev.
      await this.#links.get(host.hostname)?.close();
      this.#links.delete(host.hostname);
      store.putHost(host.hostname, 'active', 0);
    } else if (known === undefined) {
      store.putHost(host.hostname, 'active');
    }
    this.#link(host);
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #link(host: HostAddress): void {
    if (this.#ending.signal.aborted) return;
    const link = this.#links.get(host.hostname);
    if (link !== undefined) return link.wake();
    const { store, retryMs, onEvents, log } = this.#options;
    this.#links.set(host.hostname, new HostLink({
      host, store, judge: this.#judge, retryMs, onEvents,
      onRefusal: ({ code, message }) => log(`${host.hostname}: ${code}: ${message}`),
    }));
  }
}

/** @throws Refusal HostNotFound */
async function describe({ origin, hostname }: HostAddress): Promise<void> {
  const answer = await ask(`${origin}/xrpc/com.atproto.server.describeServer`, DESCRIBE_MS).catch((cause: unknown) => {
    throw new Refusal('HostNotFound', `${hostname} does not answer within five seconds.`, {}, cause);
  });
  const did = field(answer.json, 'did');
  if (answer.status !== 200 || typeof did !== 'string' || !isDid(did)) {
    throw new Refusal('HostNotFound', `${hostname} does not describe itself as a server of accounts.`);
  }
}
