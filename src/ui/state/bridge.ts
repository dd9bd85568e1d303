import { house } from '../house/client.ts';
import { promptEvents } from '../house/feed.ts';
import { accountStore } from './account-store.ts';
import { identityStore } from './identity-store.ts';
import { keep, kept } from './keep.ts';
import { LinkLog } from './link-log.ts';
import { mirrorStore } from './mirror-store.ts';
import type { BridgeLinks, BridgeOptions } from '../../bridge/index.ts';
import type { Link } from './mirror-words.ts';

const UNKNOWN: Link = { state: 'unknown' };

/** How often is noted that a conversation goes on, in milliseconds. */
const NOTE_MS = 30_000;

/** What the feed tells, and what the jobs worker tells of a DID, which the service worker need not know. */
const newsOfHouse: BridgeOptions['events'] = {
  subscribe(listener) {
    const leave = promptEvents.subscribe(listener);
    const channel = new BroadcastChannel('holdfast');
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isIdentityNews(data)) listener(data);
    });
    return () => {
      channel.close();
      leave();
    };
  },
};

/** The bridge of this page, and what is known of the conversations with mirrors, whichever page has them. */
class Bridge {
  #listeners = new Set<() => void>();
  #links: BridgeLinks = new Map();
  readonly #log = new LinkLog({ kept, keep });
  #stop: (() => void) | undefined;
  #isLoading = false;
  #isLeft = false;

  /** How the conversation with the mirror of the current account stands. */
  get link(): Link {
    const did = accountStore.state.current?.did ?? '';
    const link = this.#links.get(did);
    if (link?.state === 'away') return { ...link, since: this.#log.since(did) ?? link.since };
    return link === undefined ? UNKNOWN : { ...link, lastDown: this.#log.lastDown(did) };
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the bridge as soon as an account may have a mirror, and ends it when the page is left or frozen. To be called once. */
  watch(): void {
    const start = (): void => void this.#start();
    mirrorStore.subscribe(start);
    accountStore.subscribe(start);
    const leave = (): void => {
      this.#isLeft = true;
      this.#end();
    };
    window.addEventListener('pagehide', leave);
    // A frozen page keeps its locks: it would go on leading, and carry nothing.
    document.addEventListener('freeze', leave);
    // The page comes back as it was left.
    const comeBack = (): void => {
      this.#isLeft = false;
      start();
    };
    window.addEventListener('pageshow', comeBack);
    document.addEventListener('resume', comeBack);
    setInterval(() => this.#note(), NOTE_MS);
  }

  async #start(): Promise<void> {
    const isNeeded = mirrorStore.state.mirror !== undefined || (accountStore.state.accounts?.length ?? 0) > 1;
    if (!isNeeded || this.#isLeft || this.#isLoading || this.#stop !== undefined) return;
    this.#isLoading = true;
    try {
      const { startBridge } = await import('../../bridge/index.ts');
      // A page that is kept for coming back to, or frozen, must not lead.
      if (this.#isLeft) return;
      this.#stop = startBridge({
        house, events: newsOfHouse, network: window,
        onChange: (links) => this.#become(links),
        onDoubt: (did) => void identityStore.doubt(did),
      });
    } catch {
      // Offline, a first visit has not all of the app yet: the next change tries again.
    } finally {
      this.#isLoading = false;
    }
  }

  #end(): void {
    this.#stop?.();
    this.#stop = undefined;
    // Until now it was as known; from now on nobody tells.
    this.#note();
    this.#become(new Map());
  }

  #become(links: BridgeLinks): void {
    this.#links = links;
    this.#note();
    for (const listener of this.#listeners) listener();
  }

  #note(): void {
    this.#log.hear(this.#links);
    const { did, mirror } = mirrorStore.state;
    if (did !== undefined && mirror === undefined) this.#log.forget(did);
  }
}

export const bridge = new Bridge();

function isIdentityNews(data: unknown): data is { readonly type: 'identity'; readonly did: string } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'identity' && 'did' in data;
}
