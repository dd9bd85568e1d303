import { pushOutboxes } from './push.ts';
import type { HousePds } from '../pds/index.ts';

declare const self: ServiceWorkerGlobalScope;

/** What the browser is asked to remind us of. */
const TAG = 'holdfast-outbox';

/** The lock of the page that leads the bridge (`bridge/leader.ts`): who has it sends. */
const LOCK = 'bridge';

/** So long a page may take to send what was written, in milliseconds, before the browser is asked to remind us. */
const PATIENCE_MS = 5_000;

/** Not every browser has it. */
interface WithSync {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** Sees to it that what waits for a mirror is sent when no page is there to send it, where the browser has Background Sync. */
export class BackgroundSync {
  readonly #pds: () => Promise<Pick<HousePds, 'correspondents'>>;
  #looking = false;
  #goOn: () => void = () => undefined;

  constructor(pds: () => Promise<Pick<HousePds, 'correspondents'>>) {
    this.#pds = pds;
  }

  /** To be called after a write: has the browser remind us, if what was written still waits a little later. Never rejects. */
  async afterWrite(): Promise<void> {
    const { sync } = self.registration as WithSync;
    if (sync === undefined || this.#looking) return;
    this.#looking = true;
    try {
      // Where no page leads, at once: while this one is here, which is what it takes to be reminded.
      if (await isLed()) await this.#patience();
      if (await this.#somethingWaits()) await sync.register(TAG);
    } catch {
      // Without permission there is none. The next page that is opened sends it.
    } finally {
      this.#looking = false;
    }
  }

  /** Ends the patience: the worker is to be replaced. */
  hurry(): void {
    this.#goOn();
  }

  /** When the browser reminds us. @throws where something still waits: it does so again later */
  async onSync(tag: string): Promise<void> {
    if (tag !== TAG) return;
    await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await pushOutboxes(await this.#pds(), (input, init) => fetch(input, init));
      else if (await this.#somethingWaits()) await this.#patience();
    });
    if (await this.#somethingWaits()) throw new Error('Something still waits for a mirror.');
  }

  async #somethingWaits(): Promise<boolean> {
    return (await (await this.#pds()).correspondents()).length > 0;
  }

  #patience(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, PATIENCE_MS);
      this.#goOn = resolve;
    });
  }
}

async function isLed(): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === LOCK);
}

/** The event, which not every browser has. */
export interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}
