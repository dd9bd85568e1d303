import { lead } from './leader.ts';
import { talksOver } from './talk.ts';
import { StandbyCalls } from './standby-calls.ts';
import { Talks } from './talks.ts';
import type { HouseCalls } from './house-calls.ts';
import type { BridgeLinks } from './link.ts';
import type { FreshCommit } from './xrpc-desk.ts';

/** What the feed of the house tells, as far as it matters here (`app.holdfast.events.subscribe`); and `identity`: a DID says something else. */
export interface HouseNews {
  readonly type: string;
  readonly did?: string;
  /** Of `mirrors`: nothing else has changed. */
  readonly only?: string | undefined;
  /** Of a `commit`. */
  readonly outgoing?: FreshCommit | undefined;
}

export interface BridgeOptions {
  readonly house: HouseCalls;
  readonly events: { subscribe(listener: (event: HouseNews) => void): () => void };
  /** Hears `online` and `offline`: the window. */
  readonly network: EventTarget;
  /** Hears how the conversations stand, whichever page has them. */
  onChange(links: BridgeLinks): void;
  /** In the page that leads: a mirror gives reason to look at a DID. */
  onDoubt?(did: string): void;
}

/**
 * Carries what is signed in this house to its mirrors, if this page is the one that leads, or becomes it.
 * @returns ends it, in this page
 */
export function startBridge({ house, events, network, onChange, onDoubt }: BridgeOptions): () => void {
  return lead(async (signal, tell) => {
    const talks = new Talks(house, talksOver(house), tell, onDoubt);
    const standbys = new StandbyCalls(house);
    const leave = events.subscribe((news) => {
      const { type, did, only, outgoing } = news;
      standbys.hear(news);
      if (type === 'commit' && did !== undefined) talks.wake(did, outgoing);
      if ((type === 'mirrors' && only === undefined) || type === 'accounts' || type === 'hello') void talks.refresh(did);
      if (type === 'identity' && did !== undefined) talks.tellIdentity(did);
      // Nobody has told what happened while there was no feed.
      if (type === 'hello') talks.wakeAll();
    });
    const again = (): void => talks.again();
    const changes = ['online', 'offline'];
    for (const change of changes) network.addEventListener(change, again);
    void talks.refresh();
    standbys.hear({ type: 'accounts' });
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    for (const change of changes) network.removeEventListener(change, again);
    leave();
    standbys.end();
    talks.end();
  }, onChange);
}
