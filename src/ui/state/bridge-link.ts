import type { Link } from './mirror-words.ts';

/** What is known of the conversation with the mirror of the current account. */
class BridgeLink {
  #listeners = new Set<() => void>();
  link: Link = { state: 'unknown' };

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const bridgeLink = new BridgeLink();
