import type { HouseCalls } from './house-calls.ts';
import type { HouseNews } from './start-bridge.ts';

/** So long receipts are gathered: a standby is not asked for every one. In milliseconds. */
const GATHER = 1_000;
/** A standby that is behind or silent is asked again after this, and then later and later. In milliseconds. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 10 * 60_000;

interface Asking {
  timer: ReturnType<typeof setTimeout> | undefined;
  isAsking: boolean;
  /** Something has happened since it was asked last. */
  isStirred: boolean;
  pause: number;
}

/** Has the house look after the standbys of its accounts: a moment after the mirror has confirmed something, and until they have that. */
export class StandbyCalls {
  readonly #calls: HouseCalls;
  readonly #accounts = new Map<string, Asking>();
  /** Accounts that have none. */
  readonly #without = new Set<string>();
  #ended = false;

  constructor(calls: HouseCalls) {
    this.#calls = calls;
  }

  hear({ type, did, only }: HouseNews): void {
    if (type === 'hello' || type === 'accounts') {
      this.#without.clear();
      void this.#all();
    }
    if (type !== 'mirrors' || did === undefined || only === 'standbys') return;
    if (only === undefined) this.#without.delete(did);
    if (!this.#without.has(did)) this.#stir(did);
  }

  end(): void {
    this.#ended = true;
    for (const { timer } of this.#accounts.values()) clearTimeout(timer);
  }

  async #all(): Promise<void> {
    try {
      const { accounts } = await this.#calls.get('app.holdfast.account.list', {});
      for (const { did } of accounts) this.#stir(did);
    } catch {
      // The feed says when the house can be asked again.
    }
  }

  /** Whether they hold all; also where there are none. */
  async #areSettled(did: `did:${string}:${string}`): Promise<boolean> {
    const { mirror: known } = await this.#calls.get('app.holdfast.bridge.describe', { did });
    if (known?.standbys === undefined) {
      this.#without.add(did);
      return true;
    }
    const { mirror: { standbys = [] } } = await this.#calls.post('app.holdfast.bridge.askStandbys', { did });
    return standbys.every(({ state }) => state === 'same');
  }

  #stir(did: string): void {
    const asking = this.#accounts.get(did) ?? { timer: undefined, isAsking: false, isStirred: false, pause: FIRST_PAUSE };
    this.#accounts.set(did, asking);
    if (asking.isStirred) return;
    asking.isStirred = true;
    asking.pause = FIRST_PAUSE;
    this.#later(did, asking, GATHER);
  }

  #later(did: string, asking: Asking, ms: number): void {
    clearTimeout(asking.timer);
    if (!this.#ended && !asking.isAsking) asking.timer = setTimeout(() => void this.#ask(did, asking), ms);
  }

  async #ask(did: string, asking: Asking): Promise<void> {
    asking.isAsking = true;
    asking.isStirred = false;
    let isSettled = false;
    try {
      isSettled = await this.#areSettled(did as `did:${string}:${string}`);
    } catch {
      // The house could not be asked: what happens next is told.
      isSettled = true;
    }
    asking.isAsking = false;
    if (asking.isStirred) return this.#later(did, asking, GATHER);
    if (isSettled) return;
    this.#later(did, asking, asking.pause);
    asking.pause = Math.min(asking.pause * 2, LONGEST_PAUSE);
  }
}
