import type { HostTotals } from '../storage/sqlite/index.ts';
import type { HostName, HostNames } from './host-names.ts';
import { hasRoom } from './relays/host-limits.ts';

export interface PlacingOptions {
  readonly names: HostNames;
  /** Counted anew at every call. */
  readonly count: () => readonly HostTotals[];
  /** Accounts that one host name takes; as public relays do, where it is left out. For tests. */
  readonly most?: number | undefined;
}

/** Finds the host names that accounts live under, so that relays take all of them. */
export class Placing {
  readonly #options: PlacingOptions;

  constructor(options: PlacingOptions) {
    this.#options = options;
  }

  /** What every name has, in the order of the settings. */
  totals(): readonly (HostTotals & { readonly isFull: boolean })[] {
    const { names, count, most } = this.#options;
    const counted = count();
    return names.all.map(({ name }) => {
      const totals = counted.find((each) => each.name === name) ?? { name, accounts: 0, kept: 0, eventsInHour: 0 };
      return { ...totals, isFull: !hasRoom(totals, most) };
    });
  }

  /**
   * For one that comes: the first name that has room, or where none has, the emptiest. Synchronous, so that nobody else comes
   * between this and the enrolment.
   */
  choose(): HostName & { readonly isFull: boolean } {
    const all = this.totals();
    const { name, isFull } = all.find((each) => !each.isFull) ?? all.reduce((least, each) => (each.kept < least.kept ? each : least));
    return { ...this.#options.names.of({ host: name })!, isFull };
  }
}
