import { ask, controllerChange, registration } from './control.ts';
import { HouseError } from './house-error.ts';
import { pausePages } from './pause.ts';

type Listener = () => void;

/** So long what is being written may take, and then the browser to change workers. */
const PATIENCE_MS = 15_000;

const listeners = new Set<Listener>();
let waiting: ServiceWorker | undefined;
let accepted = false;

/** New versions of the app: they wait until the owner lets them in, and never come in the middle of a write. */
export const updates = {
  /** Whether a new version is ready. */
  get isWaiting(): boolean {
    return waiting !== undefined;
  },

  /** Calls `listener` when that changes, until the returned function is called. */
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },

  /** Begins to watch for new versions. */
  async watch(): Promise<void> {
    const known = await registration();
    if (known.waiting !== null && navigator.serviceWorker.controller !== null) found(known.waiting);
    known.addEventListener('updatefound', () => {
      const { installing } = known;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && known.active !== null && known.active !== installing) found(installing);
        if (installing.state === 'redundant' && waiting === installing) found(undefined);
      });
    });
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // The first worker takes over pages that it did not serve; they need nothing of it that they do not have.
      if (accepted) location.reload();
      else if (waiting !== undefined) found(undefined);
    });
  },

  /** Asks the host of the pages for a new version. @throws when it cannot be reached */
  async check(): Promise<void> {
    await (await registration()).update();
  },

  /** Lets the new version in: the old one ends its feeds and what it is writing first. The page loads again. @throws HouseError */
  async apply(): Promise<void> {
    const { active, waiting: next } = await registration();
    if (next === null) return;
    accepted = true;
    pausePages();
    if (active !== null) await ask(active, { type: 'prepare-update' }, PATIENCE_MS);
    next.postMessage({ type: 'skip-waiting' });
    await controllerChange(PATIENCE_MS);
    if (navigator.serviceWorker.controller === next) return;
    accepted = false;
    throw new HouseError(0, 'HouseBusy', 'The new version could not be let in yet. Nothing was changed; please close the other tabs of Holdfast.');
  },
};

function found(worker: ServiceWorker | undefined): void {
  waiting = worker;
  for (const listener of listeners) listener();
}
