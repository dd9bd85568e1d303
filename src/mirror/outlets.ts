import { setImmediate } from 'node:timers/promises';
import { Firehose } from '../mirroring/index.ts';
import type { CopyAccount, Ingest, MirrorStore, StoredEvent } from '../mirroring/index.ts';
import type { HostTotals } from '../storage/sqlite/index.ts';
import { Crawlers } from './crawlers.ts';
import type { HostName, HostNames } from './host-names.ts';
import type { Identities } from './identity/identities.ts';
import type { Log } from './log.ts';
import { RelayWatch } from './relays/relay-watch.ts';
import type { RelayPace } from './relays/relay-watch.ts';
import { Retelling } from './relays/retelling.ts';

/** By which a host name tells the network of its accounts, and hears what relays know of them. */
export interface Outlet {
  readonly name: HostName;
  readonly firehose: Firehose;
  readonly crawlers: Crawlers;
  readonly relays: RelayWatch;
}

export interface OutletsOptions {
  readonly names: HostNames;
  readonly copies: MirrorStore;
  readonly ingest: Pick<Ingest, 'inTurn'>;
  readonly identities: Pick<Identities, 'of'>;
  readonly announce: (events: readonly StoredEvent[]) => void;
  /** Origins of relays. */
  readonly relays: readonly string[];
  /** What host names have; half a minute old at most. */
  readonly totals: () => readonly HostTotals[];
  readonly log: Log;
  readonly now: () => number;
  /** For tests. */
  readonly pace: Partial<RelayPace> & { readonly quietMs?: number };
}

/** The outlets of all names of a mirror: to the network each is a server of its own, with one sequence of numbers behind them all. */
export class Outlets {
  readonly all: readonly Outlet[];
  readonly #names: HostNames;

  constructor(options: OutletsOptions) {
    this.#names = options.names;
    this.all = options.names.all.map((name) => outletOf(name, options));
  }

  /** By which an account is told of. Undefined where its name is none of the mirror's any more. */
  of(account: Pick<CopyAccount, 'host'>): Outlet | undefined {
    const name = this.#names.of(account);
    return this.all.find((each) => each.name === name);
  }

  /** By which a request asks, whose `Host` it is given. */
  asked(host: string | undefined): Outlet {
    const name = this.#names.asked(host);
    return this.all.find((each) => each.name === name)!;
  }

  /** Tells of events that are durable, each under the name of its account. */
  tell(events: readonly StoredEvent[]): void {
    for (const { name, firehose, crawlers, relays } of this.all) {
      const own = events.filter(({ host }) => host === name.name);
      if (own.length === 0) continue;
      firehose.announce(own);
      relays.heard(own);
      crawlers.notify();
    }
  }

  /**
   * Asks all relays to crawl.
   * @param living host names under which accounts live: of several names the others stay unknown until somebody comes
   */
  announce(living: readonly Pick<HostName, 'name'>[]): void {
    for (const { name, crawlers } of this.all) if (this.all.length === 1 || living.some((each) => each.name === name.name)) crawlers.announce();
  }

  /** Ends who reads, when they have all that there is. */
  end(): void {
    for (const { firehose } of this.all) firehose.end();
  }

  /** Asks and looks at relays no more; resolves when nothing of it runs. */
  async close(): Promise<void> {
    for (const { crawlers } of this.all) crawlers.close();
    await Promise.all(this.all.map(({ relays }) => relays.close()));
  }
}

function outletOf(name: HostName, { copies, identities, relays, totals, log, now, pace, ...parts }: OutletsOptions): Outlet {
  const host = name.name;
  // A frame is made once and read by its name: who reads one name costs the others nothing.
  const own: Pick<MirrorStore, 'account' | 'accounts' | 'lastSeq' | 'prunedSeq' | 'read' | 'frames'> = {
    account: (did) => copies.account(did), lastSeq: () => copies.lastSeq(), prunedSeq: () => copies.prunedSeq(),
    accounts: (page) => copies.accounts({ ...page, host }), read: (after, most) => copies.read(after, { ...most, host }),
    frames: (after, most) => copies.frames(after, { ...most, host }),
  };
  const crawlers = new Crawlers({ relays, hostname: name.hostname, log, ...pace });
  const retelling = new Retelling({
    ...parts, copies, now, origin: name.origin, identityOf: (did) => identities.of(did).catch(() => undefined),
    eventsInHour: () => totals().find((each) => each.name === host)?.eventsInHour ?? 0,
  });
  return {
    name, crawlers, firehose: new Firehose({ log: own, nextTurn: () => setImmediate() }),
    relays: new RelayWatch({ relays, hostname: name.hostname, crawlers, copies: own, retelling, log, now, pace }),
  };
}
