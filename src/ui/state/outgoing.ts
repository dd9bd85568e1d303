import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How often a host was asked for something, since the page was opened. */
export interface Outgoing {
  readonly host: string;
  readonly requests: number;
  /** Whether it is the host that this page came from. */
  readonly own: boolean;
}

// Every address this page fetched, by its host. Addresses within the page are none of them.
const counts = new Map<string, number>();
const listeners = new Set<() => void>();

/** Begins to note every host that this page asks; what the browser still remembers is included. To be called once. */
export function startRecorder(): void {
  new PerformanceObserver((list) => note(list.getEntries().map(({ name }) => name))).observe({ type: 'resource', buffered: true });
}

function note(addresses: readonly string[]): void {
  for (const [host, requests] of countHosts(addresses)) counts.set(host, (counts.get(host) ?? 0) + requests);
  for (const listener of listeners) listener();
}

/** How many of the addresses go to each host. Those that the service worker answers, and those without a host, go to none. */
export function countHosts(addresses: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const address of addresses) {
    const url = URL.parse(address);
    if (url === null || url.host === '' || url.pathname.startsWith('/xrpc/')) continue;
    found.set(url.host, (found.get(url.host) ?? 0) + 1);
  }
  return found;
}

/** The hosts that were asked since the page was opened, others before the own one; renders its host again on change. */
export class OutgoingController implements ReactiveController {
  #host: ReactiveControllerHost;
  #changed = (): void => this.#host.requestUpdate();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get hosts(): readonly Outgoing[] {
    const all = [...counts].map(([host, requests]) => ({ host, requests, own: host === location.host }));
    return all.sort((a, b) => Number(a.own) - Number(b.own) || a.host.localeCompare(b.host));
  }

  hostConnected(): void {
    listeners.add(this.#changed);
  }

  hostDisconnected(): void {
    listeners.delete(this.#changed);
  }
}
