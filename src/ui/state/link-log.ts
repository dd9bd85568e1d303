import type { BridgeLinks } from '../../bridge/index.ts';

/** So long a link has to be down to be worth a word, in milliseconds: a page in the background looks at the clock once a minute. */
const LEAST_MS = 120_000;

/** So long it is told, in milliseconds. */
const TOLD_MS = 86_400_000;

/** A time without a link. Both ends are ISO datetimes. */
export interface Down {
  readonly from: string;
  readonly to: string;
}

/** Where this browser keeps what outlives a page (`keep.ts`). */
interface Keeper {
  kept(key: string): string | null;
  keep(key: string, text: string | undefined): unknown;
}

const keyOf = (did: string): string => `holdfast.link.${did}`;

/**
 * Until when conversations with mirrors were known to go on, and when they last did not: of all pages of this browser together, since one
 * that is discarded says nothing at its end, and another may have gone on.
 */
export class LinkLog {
  readonly #keeper: Keeper;
  readonly #now: () => number;
  #links: BridgeLinks = new Map();

  constructor(keeper: Keeper, now: () => number = Date.now) {
    this.#keeper = keeper;
    this.#now = now;
  }

  /** How they stand. To be called whenever that changes, and at least every half minute. */
  hear(links: BridgeLinks): void {
    for (const [did, link] of links) {
      const { at, down } = this.#read(did);
      if (link.state === 'linked') {
        const now = new Date(this.#now()).toISOString();
        const isLong = at !== undefined && this.#now() - Date.parse(at) >= LEAST_MS;
        this.#write(did, now, isLong ? { from: at, to: now } : down);
      } else if (at === undefined || this.#links.get(did)?.state === 'linked') {
        this.#write(did, link.since, down);
      }
    }
    this.#links = links;
  }

  /** Until when a link that is down was known to be there; where there has been none, since when it is missed. */
  since(did: string): string | undefined {
    return this.#read(did).at;
  }

  /** There is no mirror any more, so the next has nothing to do with this. */
  forget(did: string): void {
    this.#keeper.keep(keyOf(did), undefined);
  }

  /** When it was down the last time, if that was long enough, and not too long ago. */
  lastDown(did: string): Down | undefined {
    const { down } = this.#read(did);
    return down !== undefined && this.#now() - Date.parse(down.to) < TOLD_MS ? down : undefined;
  }

  #read(did: string): { readonly at?: string; readonly down?: Down } {
    const times = (this.#keeper.kept(keyOf(did)) ?? '').split(' ').filter((time) => !Number.isNaN(Date.parse(time)));
    const [at, from, to] = times;
    return { ...(at !== undefined && { at }), ...(from !== undefined && to !== undefined && { down: { from, to } }) };
  }

  #write(did: string, at: string, down: Down | undefined): void {
    this.#keeper.keep(keyOf(did), [at, ...(down === undefined ? [] : [down.from, down.to])].join(' '));
  }
}
