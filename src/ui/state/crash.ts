import { keep, kept } from './keep.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The mark of a page that is looked at; whoever leaves it takes it away. */
const OPEN = 'holdfast.open.';
const ENDED = 'holdfast.ended';
const lockOf = (id: string): string => `page:${id}`;

/**
 * Knows whether a page ended without its last words, as when the browser is killed: its mark is still there, and the lock
 * that it held is free. Pages in the background have none, since browsers end those as they like.
 */
class Crash {
  readonly #listeners = new Set<() => void>();
  #isWatched = false;

  /** When the page was opened that ended so, until the owner has checked the house or does not want to. */
  get since(): string | undefined {
    return kept(ENDED) ?? undefined;
  }

  /** Looks for such pages, and marks this one. Once for a page. */
  watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    void this.#look().catch(reportError);
    const id = crypto.randomUUID();
    const mark = (): void => keep(OPEN + id, document.visibilityState === 'visible' ? new Date().toISOString() : undefined);
    // Without its lock, another page would take the mark for that of one that is gone.
    void navigator.locks.request(lockOf(id), () => {
      mark();
      document.addEventListener('visibilitychange', mark);
      window.addEventListener('pageshow', mark);
      window.addEventListener('pagehide', () => keep(OPEN + id, undefined));
      return new Promise(() => undefined);
    }).catch(reportError);
  }

  /** The owner has checked the house, or does not want to. */
  forget(): void {
    keep(ENDED, undefined);
    this.#tell();
  }

  /** Hears of changes until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #look(): Promise<void> {
    const marks = Object.keys(localStorage).filter((key) => key.startsWith(OPEN));
    if (marks.length === 0) return;
    const { held = [] } = await navigator.locks.query();
    const living = new Set(held.map(({ name }) => name));
    for (const key of marks) {
      if (living.has(lockOf(key.slice(OPEN.length)))) continue;
      // One that was left meanwhile has taken its mark along.
      const since = kept(key);
      keep(key, undefined);
      if (since !== null) keep(ENDED, since);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const crash = new Crash();

/** Renders its host again when a page is found to have ended so. */
export class CrashController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get since(): string | undefined {
    return crash.since;
  }

  hostConnected(): void {
    this.#stop = crash.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
