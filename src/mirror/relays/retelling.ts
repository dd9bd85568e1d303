import type { AtprotoIdentity } from '../../identity/index.ts';
import { accountEvent, identityEvent, syncEvent } from '../../mirroring/index.ts';
import type { CopyAccount, Ingest, MirrorStore, NewEvent, StoredEvent } from '../../mirroring/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import { toldHandle } from '../identity/told-handle.ts';
import { WARNED_FROM } from './host-limits.ts';

export interface RetellingOptions {
  readonly copies: Pick<MirrorStore, 'account' | 'reader' | 'update'>;
  readonly ingest: Pick<Ingest, 'inTurn'>;
  readonly announce: (events: readonly StoredEvent[]) => void;
  /** What the DID document says; undefined where that cannot be found out. */
  readonly identityOf: (did: Did) => Promise<Pick<AtprotoIdentity, 'pds' | 'handle'> | undefined>;
  /** Of the host name whose accounts are told of, as DID documents name it. */
  readonly origin: string;
  /** Events under that name in the last hour. */
  readonly eventsInHour: () => number;
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of events that are told anew, of all accounts of the host name together. Relays read no more than 2,500 in an hour of one, and houses go first. */
const MOST_IN_HOUR = 100;

/**
 * Tells anew of accounts that a relay does not have as they are: each once a day at most, and never so much that what houses
 * write has to wait for it at relays.
 */
export class Retelling {
  readonly #options: RetellingOptions;
  /** When, of each account of the last day. */
  readonly #told = new Map<Did, number>();
  #lately: { readonly at: number; readonly events: number }[] = [];

  constructor(options: RetellingOptions) {
    this.#options = options;
  }

  /**
   * @param isInactive whether the relay takes the account for inactive, and has to hear first that it is not
   * @returns whether it was told
   */
  async tell(did: Did, isInactive: boolean): Promise<boolean> {
    const { copies, ingest, announce, identityOf, origin } = this.#options;
    if (!this.#mayTell(did, isInactive ? 3 : 1)) return false;
    const document = await identityOf(did);
    if (document?.pds !== origin) return false;
    return ingest.inTurn(did, async () => {
      const account = await copies.account(did);
      const events = account?.status === 'active' ? await this.#eventsOf(account, isInactive ? { handle: toldHandle(account, document) } : undefined) : [];
      // Another relay may have waited for the same.
      if (events.length === 0 || !this.#mayTell(did, events.length)) return false;
      this.#note(did, events.length);
      announce(await copies.update(did, {}, events));
      return true;
    });
  }

  /** @param active with what it is said to be active first, where a relay takes it for inactive */
  async #eventsOf({ did, head }: CopyAccount, active: { readonly handle: Handle | undefined } | undefined): Promise<readonly NewEvent[]> {
    const [bytes] = head === undefined ? [] : await this.#options.copies.reader(did).read([head.cid]);
    if (bytes === undefined) return [];
    const sync = syncEvent(did, head!.rev, { cid: head!.cid, bytes });
    return active === undefined ? [sync] : [accountEvent(did, true), identityEvent(did, active.handle), sync];
  }

  #mayTell(did: Did, events: number): boolean {
    const { now, eventsInHour } = this.#options;
    for (const [each, at] of this.#told) if (now() - at >= DAY_MS) this.#told.delete(each);
    this.#lately = this.#lately.filter(({ at }) => now() - at < HOUR_MS);
    const sum = this.#lately.reduce((all, { events: count }) => all + count, 0);
    return !this.#told.has(did) && sum + events <= MOST_IN_HOUR && eventsInHour() + events <= WARNED_FROM.eventsInHour;
  }

  #note(did: Did, events: number): void {
    const at = this.#options.now();
    this.#told.set(did, at);
    this.#lately.push({ at, events });
  }
}
