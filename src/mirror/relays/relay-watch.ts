import type { MirrorStore, StoredEvent } from '../../mirroring/index.ts';
import type { Did, Tid } from '../../protocol/index.ts';
import type { Crawlers } from '../crawlers.ts';
import { reasonOf } from '../log.ts';
import type { Log } from '../log.ts';
import { RelayClient, RelayError } from './relay-client.ts';
import type { AccountAnswer, HostAnswer } from './relay-client.ts';
import type { Retelling } from './retelling.ts';
import { Sample } from './sample.ts';

/** How often and how soon, in milliseconds; for tests. */
export interface RelayPace {
  /** Between two looks at a relay. */
  readonly everyMs: number;
  /** A relay may be so late with anything. */
  readonly graceMs: number;
}

export interface RelayWatchOptions {
  /** Origins. */
  readonly relays: readonly string[];
  /** By which relays know this mirror. */
  readonly hostname: string;
  readonly crawlers: Pick<Crawlers, 'remind'>;
  readonly copies: Pick<MirrorStore, 'account' | 'accounts' | 'lastSeq' | 'read'>;
  readonly retelling: Pick<Retelling, 'tell'>;
  readonly log: Log;
  readonly now: () => number;
  readonly pace?: Partial<RelayPace>;
  readonly fetch?: typeof fetch;
}

/** An account that a relay does not have as it is here. */
export interface AccountFault {
  readonly did: Did;
  /** `ahead`: it has a later rev than there is here, which no telling mends. */
  readonly state: 'missing' | 'behind' | 'ahead' | 'inactive';
  readonly rev?: Tid;
  readonly status?: string;
  /** When it was seen so first and last, milliseconds since 1970. */
  readonly since: number;
  readonly seenAt: number;
}

/** How far a relay has read. */
export interface RelayPlace {
  /** How old the first event is that it has not read; 0 where there is none. Undefined where it does not say. */
  readonly lagMs?: number;
  /** It says that it has read what was never told. */
  readonly isAhead: boolean;
}

/** What was seen of a relay when it was looked at last. Times in milliseconds. */
export interface RelaySight {
  readonly lookedAt: number;
  /** Why it could not be seen; what follows is of the time before, then. */
  readonly failure?: string;
  readonly host?: HostAnswer;
  readonly place: RelayPlace;
  /** How many accounts it was asked about. */
  readonly asked: number;
  readonly faults: readonly AccountFault[];
  /** How often it was told of an account anew, and when last. */
  readonly toldAnew: number;
  readonly toldAnewAt?: number;
}

interface Relay {
  readonly url: string;
  readonly client: RelayClient;
  lookedAt?: number;
  failure: string | undefined;
  host?: HostAnswer;
  place: RelayPlace;
  asked: number;
  /** Those that are looked at next come first. */
  readonly faults: Map<Did, AccountFault>;
  toldAnew: number;
  toldAnewAt?: number;
}

const EVERY_MS = 5 * 60_000;
const GRACE_MS = 5 * 60_000;
const FIRST_MS = 60_000;
const SOON_MS = 5_000;
/** Of accounts, for one relay in one look. */
const A_LOOK = 20;
/** So many of them are those that it did not have as they are. */
const MOST_AGAIN = 8;
/** Of one relay; more are noted when some of these are mended. */
const MOST_FAULTS = 1_000;

/**
 * Looks from time to time at what relays know of this mirror and of its accounts, and mends it: a relay that does not read is
 * asked to crawl again, an account that it does not have as it is here is told anew.
 */
export class RelayWatch {
  readonly #options: RelayWatchOptions;
  readonly #relays: readonly Relay[];
  readonly #sample: Sample;
  readonly #stopped = new AbortController();
  readonly #pace: RelayPace;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #looked = -Infinity;

  constructor(options: RelayWatchOptions) {
    const { relays, copies, pace, fetch } = options;
    this.#options = options;
    this.#pace = { everyMs: EVERY_MS, graceMs: GRACE_MS, ...pace };
    this.#sample = new Sample(copies);
    this.#relays = relays.map((url) => ({
      url, client: new RelayClient({ url, stopped: this.#stopped.signal, ...(fetch !== undefined && { fetch }) }),
      failure: undefined, place: { isAhead: false }, asked: 0, faults: new Map(), toldAnew: 0,
    }));
    this.#again(FIRST_MS);
  }

  /** Hears of events that are durable. */
  heard(events: readonly StoredEvent[]): void {
    if (this.#relays.length > 0) this.#sample.heard(events);
  }

  /** What is known of a relay; undefined before the first look. */
  sight(url: string): RelaySight | undefined {
    const relay = this.#relays.find((each) => each.url === url);
    if (relay?.lookedAt === undefined) return undefined;
    const { lookedAt, failure, host, place, asked, faults, toldAnew, toldAnewAt } = relay;
    const sure = [...faults.values()].filter((fault) => this.#isSure(fault)).sort((a, b) => (a.did < b.did ? -1 : 1));
    return {
      lookedAt, place, asked, toldAnew, faults: sure,
      ...(failure !== undefined && { failure }), ...(host !== undefined && { host }), ...(toldAnewAt !== undefined && { toldAnewAt }),
    };
  }

  /** Looks in a moment, unless that was done a moment ago. */
  soon(): void {
    if (this.#running === undefined) this.#again(Math.max(SOON_MS, this.#looked + FIRST_MS - this.#options.now()));
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Looks at every relay once; not before somebody lives under this name, of which no relay has to know then. */
  async look(): Promise<void> {
    this.#looked = this.#options.now();
    if ((await this.#options.copies.accounts({ limit: 1 })).length === 0) return;
    const sample = await this.#sample.next(A_LOOK);
    await Promise.all(this.#relays.map((relay) => this.#lookAt(relay, sample)));
  }

  #again(wait: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted || this.#relays.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#running = this.look()
        .catch((error: unknown) => this.#options.log(`Looking at relays did not end well: ${reasonOf(error)}`))
        .then(() => {
          this.#running = undefined;
          this.#again(this.#pace.everyMs);
        });
    }, Math.min(wait, this.#pace.everyMs));
    this.#timer.unref();
  }

  async #lookAt(relay: Relay, sample: readonly Did[]): Promise<void> {
    const { hostname, now, log } = this.#options;
    let asked = 0;
    try {
      await this.#lookAtHost(relay, await relay.client.host(hostname));
      const again = [...relay.faults.keys()].slice(0, MOST_AGAIN);
      const accounts = relay.host?.state === 'missing' ? [] : [...new Set([...again, ...sample])].slice(0, A_LOOK);
      for (const did of accounts) if (await this.#lookAtAccount(relay, did)) asked++;
      relay.failure = undefined;
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      if (!(error instanceof RelayError)) return log(`Looking at ${relay.url} did not end well: ${reasonOf(error)}`, 'error');
      // Once, not at every look.
      if (relay.failure === undefined) log(`${relay.url} does not say what it knows of this mirror: ${error.message}`);
      relay.failure = error.message;
    }
    relay.asked = asked;
    relay.lookedAt = now();
  }

  async #lookAtHost(relay: Relay, host: HostAnswer): Promise<void> {
    const { crawlers, log } = this.#options;
    if (host.state !== (relay.host?.state ?? 'active')) log(`${relay.url} says of this mirror: ${host.state}`);
    relay.host = host;
    relay.place = await this.#placeOf(host);
    // What it lacks is the mirror, and not this or that account.
    if (host.state === 'missing') relay.faults.clear();
    const isStuck = host.state === 'active' && (relay.place.lagMs ?? 0) >= this.#pace.graceMs;
    if (isStuck || ['missing', 'idle', 'offline'].includes(host.state)) crawlers.remind(relay.url);
  }

  /** How far it has read. */
  async #placeOf({ seq }: HostAnswer): Promise<RelayPlace> {
    const { copies, now } = this.#options;
    if (seq === undefined) return { isAhead: false };
    // Asked for after its answer: events may have come meanwhile.
    if (seq > await copies.lastSeq()) return { isAhead: true };
    const [next] = await copies.read(seq, { limit: 1, bytes: 1 });
    return { isAhead: false, lagMs: next === undefined ? 0 : Math.max(0, now() - next.time) };
  }

  /** @returns whether it was asked about the account, which is active here */
  async #lookAtAccount(relay: Relay, did: Did): Promise<boolean> {
    const { copies, now } = this.#options;
    const revOf = async (): Promise<Tid | undefined> => copies.account(did).then((account) => (account?.status === 'active' ? account.head?.rev : undefined));
    if (await revOf() === undefined) {
      relay.faults.delete(did);
      return false;
    }
    const answer = await relay.client.account(did);
    // Looked at after its answer: what it has by then is here.
    const rev = await revOf();
    const known = relay.faults.get(did);
    relay.faults.delete(did);
    const found = rev === undefined ? undefined : faultOf(rev, answer);
    if (found === undefined || relay.faults.size >= MOST_FAULTS) return true;
    // A relay that gets on is not stuck.
    const since = known !== undefined && known.state === found.state && known.rev === found.rev ? known.since : now();
    const fault = { did, ...found, since, seenAt: now() };
    relay.faults.set(did, fault);
    if (this.#isSure(fault)) await this.#tellAnew(relay, fault);
    return true;
  }

  /** It may have been on its way. */
  #isSure({ since, seenAt }: AccountFault): boolean {
    return seenAt - since >= this.#pace.graceMs;
  }

  /** A relay that does not read would have nothing of it, and one that takes no more accounts neither. */
  async #tellAnew(relay: Relay, { did, state, status }: AccountFault): Promise<void> {
    const { retelling, now, log } = this.#options;
    const { host, place: { lagMs = 0, isAhead } } = relay;
    const isReading = (host?.state === 'active' || host?.state === 'silent') && !isAhead && lagMs < this.#pace.graceMs;
    if (!isReading || state === 'ahead' || status === 'throttled' || !await retelling.tell(did, state === 'inactive')) return;
    relay.toldAnew++;
    relay.toldAnewAt = now();
    log(`${did} is ${state} at ${relay.url}: it was told anew`);
  }
}

type Fault = Pick<AccountFault, 'state' | 'rev' | 'status'>;

function faultOf(rev: Tid, answer: AccountAnswer): Fault | undefined {
  if (answer.state === 'missing') return { state: 'missing' };
  if (answer.state === 'inactive') return answer;
  if (answer.state === 'silent' || answer.rev === rev) return undefined;
  return { state: answer.rev < rev ? 'behind' : 'ahead', rev: answer.rev };
}
