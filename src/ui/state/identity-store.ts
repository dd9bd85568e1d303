import { readIdentity } from '../jobs/identity.ts';
import { accountStore } from './account-store.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { IdentityReport } from '../jobs/identity.ts';

/** What is known of the identity of the account that the pages are about. */
export interface IdentityStanding {
  /** What was verified last; it stays where the next ask fails. */
  readonly report: IdentityReport | undefined;
  /** When it was: milliseconds since 1970. */
  readonly checkedAt: number;
  readonly isAsking: boolean;
  /** Why the last ask came to nothing. */
  readonly error: unknown;
}

const UNKNOWN: IdentityStanding = { report: undefined, checkedAt: 0, isAsking: false, error: undefined };

/** The identities of the accounts, asked for when somebody wants to see them. */
class IdentityStore {
  #listeners = new Set<() => void>();
  #standings = new Map<string, IdentityStanding>();

  /** Of the account that the pages are about. */
  get standing(): IdentityStanding {
    return this.#standings.get(accountStore.state.current?.did ?? '') ?? UNKNOWN;
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks the directory about an account now, unless that is under way. Never rejects. */
  async refresh(did: string): Promise<void> {
    const before = this.#standings.get(did) ?? UNKNOWN;
    if (before.isAsking) return;
    this.#become(did, { ...before, isAsking: true });
    try {
      const report = await readIdentity(did);
      this.#become(did, { report, checkedAt: Date.now(), isAsking: false, error: undefined });
    } catch (error) {
      this.#become(did, { ...before, isAsking: false, error });
    }
  }

  #become(did: string, standing: IdentityStanding): void {
    this.#standings.set(did, standing);
    for (const listener of this.#listeners) listener();
  }
}

export const identityStore = new IdentityStore();

/** Renders its host again whenever the identity of the account changes. */
export class IdentityController implements ReactiveController {
  #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get standing(): IdentityStanding {
    return identityStore.standing;
  }

  hostConnected(): void {
    this.#stop = identityStore.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
