import { acceptOperations, changeHandle, changeNames, importKey, lockOutKeys, readIdentity, undoOperations, useImportedKey } from '../jobs/identity.ts';
import { problemOf } from '../components/hf-error.ts';
import { accountStore } from './account-store.ts';
import { asOwner } from './as-owner.ts';
import { keep, kept } from './keep.ts';
import { mirrorStore } from './mirror-store.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { IdentityAlarm, IdentityReport } from '../jobs/identity.ts';

/** What of an identity is worth a word wherever the owner is; kept in this browser, so that it is there at once. */
export interface IdentityWatch {
  /** When the directory was asked last: milliseconds since 1970. */
  readonly at: number;
  readonly isRegistered: boolean;
  readonly alarm?: IdentityAlarm;
  /** Operations that the directory does not show any more. */
  readonly missing: number;
  /** Whether what it told last did not hold. */
  readonly lies: boolean;
}

/** What is known of the identity of an account. */
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
const NOT_WATCHED: IdentityWatch = { at: 0, isRegistered: false, missing: 0, lies: false };

/** The directory is not asked more often than this by itself. What the owner came for goes first. In milliseconds. */
const EVERY = 15 * 60_000;
const LOOK = 60_000;
const FIRST = 20_000;

const keyOf = (did: string): string => `holdfast.identity.${did}`;

/** The identities of the accounts: asked for when somebody wants to see them, and watched while a page is open. */
class IdentityStore {
  #listeners = new Set<() => void>();
  #standings = new Map<string, IdentityStanding>();

  /** Of the account that the pages are about. */
  get standing(): IdentityStanding {
    return this.#standings.get(accountStore.state.current?.did ?? '') ?? UNKNOWN;
  }

  /** Of the account that the pages are about. */
  get watched(): IdentityWatch {
    return watchOf(accountStore.state.current?.did ?? '');
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks after every registered account while the page is open. To be called once. */
  watch(): void {
    const look = (): void => {
      if (document.visibilityState !== 'visible' || !navigator.onLine) return;
      for (const { did } of accountStore.state.accounts ?? []) {
        const { at, isRegistered } = watchOf(did);
        const isKnown = isRegistered || (mirrorStore.state.did === did && mirrorStore.state.mirror !== undefined);
        if (isKnown && Date.now() - at >= EVERY) void this.refresh(did);
      }
    };
    setTimeout(look, FIRST);
    setInterval(look, LOOK);
  }

  /** Asks the directory about an account now, unless that is under way. Never rejects. */
  async refresh(did: string): Promise<void> {
    if (this.#standings.get(did)?.isAsking) return;
    await this.#ask(did, () => readIdentity(did)).catch(() => undefined);
  }

  /** Looks at once, unless what there is to see is on screen already. Never rejects. */
  async doubt(did: string): Promise<void> {
    if (watchOf(did).alarm === undefined) await this.refresh(did);
  }

  /** Takes operations for the owner's own. Rejects with `JobFailure`. */
  accept(did: string, cids: readonly string[]): Promise<void> {
    return this.#ask(did, () => acceptOperations(did, cids));
  }

  /** Undoes operations with the kit. Rejects with `JobFailure`. */
  undo(did: string, given: Parameters<typeof undoOperations>[1]): Promise<void> {
    return this.#ask(did, () => undoOperations(did, given));
  }

  /** Takes the right to change the identity from keys, with the kit. Rejects with `JobFailure`. */
  lockOut(did: string, given: Parameters<typeof lockOutKeys>[1]): Promise<void> {
    return this.#ask(did, () => lockOutKeys(did, given));
  }

  /** Brings in a key of another server. Rejects with `JobFailure`. */
  importKey(did: string, key: Blob): Promise<void> {
    return this.#ask(did, () => importKey(did, key));
  }

  /** Uses that key, or forgets it. Rejects with `JobFailure`. */
  useImportedKey(did: string, what: 'use-key' | 'forget-key'): Promise<void> {
    return this.#ask(did, () => asOwner(did, () => useImportedKey(did, what)));
  }

  /** Gives the account a name that leads to it. Rejects with `JobFailure`. */
  rename(did: string, given: Parameters<typeof changeHandle>[1]): Promise<void> {
    return this.#ask(did, () => asOwner(did, () => changeHandle(did, given)));
  }

  /** Gives the account further names, and no others. Rejects with `JobFailure`. */
  changeNames(did: string, given: Parameters<typeof changeNames>[1]): Promise<void> {
    return this.#ask(did, () => asOwner(did, () => changeNames(did, given)));
  }

  async #ask(did: string, work: () => Promise<IdentityReport>): Promise<void> {
    const before = this.#standings.get(did) ?? UNKNOWN;
    this.#become(did, { ...before, isAsking: true });
    try {
      const report = await work();
      const { alarm, missing, standing, fault } = report;
      keepWatch(did, { at: Date.now(), isRegistered: standing !== 'unregistered' || missing > 0, missing, lies: fault === 'DirectoryLies', ...(alarm !== undefined && { alarm }) });
      this.#become(did, { report, checkedAt: Date.now(), isAsking: false, error: undefined });
    } catch (error) {
      keepWatch(did, { ...watchOf(did), at: Date.now(), lies: problemOf(error).code === 'DirectoryLies' });
      this.#become(did, { ...before, isAsking: false, error });
      throw error;
    }
  }

  #become(did: string, standing: IdentityStanding): void {
    this.#standings.set(did, standing);
    for (const listener of this.#listeners) listener();
  }
}

export const identityStore = new IdentityStore();

function watchOf(did: string): IdentityWatch {
  return { ...NOT_WATCHED, ...JSON.parse(kept(keyOf(did)) ?? '{}') as Partial<IdentityWatch> };
}

function keepWatch(did: string, watch: IdentityWatch): void {
  keep(keyOf(did), JSON.stringify(watch));
}

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

  get watched(): IdentityWatch {
    return identityStore.watched;
  }

  hostConnected(): void {
    this.#stop = identityStore.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
