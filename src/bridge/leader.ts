import type { BridgeLink, BridgeLinks } from './link.ts';

/** The Web Lock of the one page that leads: it is handed on when that page closes. */
const LOCK = 'bridge';

/** On which pages tell each other how the conversations stand. */
const CHANNEL = 'holdfast-bridge';

type Told = 'ask' | readonly (readonly [did: string, link: BridgeLink])[];

/** What the page that leads does, until the signal ends it; it tells whenever the links have changed. */
type Work = (signal: AbortSignal, tell: (links: BridgeLinks) => void) => Promise<void>;

/**
 * Of all pages of this house one leads, and does the work; the others hear from it how the conversations stand, and wait
 * to take over.
 * @param onChange hears of the links in either case
 * @returns ends it, in this page
 */
export function lead(work: Work, onChange: (links: BridgeLinks) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const others = new BroadcastChannel(CHANNEL);
  let mine: BridgeLinks | undefined;
  const tell = (links: BridgeLinks): void => {
    if (signal.aborted) return;
    mine = links;
    others.postMessage([...links] satisfies Told);
    onChange(links);
  };
  others.addEventListener('message', (event: object) => {
    const { data } = event as { readonly data: Told };
    if (data !== 'ask') onChange(new Map(data));
    else if (mine !== undefined) others.postMessage([...mine] satisfies Told);
  });
  others.postMessage('ask' satisfies Told);
  navigator.locks.request(LOCK, { signal }, async () => {
    tell(new Map());
    await work(signal, tell);
  }).catch((error: unknown) => {
    // It was ended before it led.
    if (!signal.aborted) throw error;
  });
  return () => {
    stop.abort();
    others.close();
  };
}
