import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { accountStore } from './account-store.ts';
import { afterLull } from './lull.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { lexicons } from '../../protocol/index.ts';

/** The mirror of an account, as the house knows it. */
export type Mirror = lexicons.AppHoldfastBridgeDefs.Mirror;

/** Bytes of large blobs that the mirror has, of those that are on their way to it. */
export interface Sending {
  readonly done: number;
  readonly total: number;
}

/** What is known of the mirror of the account that the pages are about. */
export interface MirrorState {
  /** Undefined while the house has not been asked about this account. */
  readonly did: string | undefined;
  readonly mirror: Mirror | undefined;
  /** While that takes more than a moment; where the line breaks it stays as it is. */
  readonly sending: Sending | undefined;
  /** Why the house could not be asked the last time; what was known before it stays. */
  readonly error: unknown;
}

const NOTHING: MirrorState = { did: undefined, mirror: undefined, sending: undefined, error: undefined };

/** The mirror of the current account, asked once and again whenever the house says that something changed. */
class MirrorStore {
  #listeners = new Set<() => void>();
  #state: MirrorState = NOTHING;
  #asking = false;
  #askAgain = false;
  #started = false;

  get state(): MirrorState {
    return this.#state.did === accountStore.state.current?.did ? this.#state : { ...NOTHING, error: this.#state.error };
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#started) {
      this.#started = true;
      const changed = afterLull(() => void this.refresh());
      houseEvents.subscribe((event) => {
        if (event.type === 'hello') return void this.refresh();
        if (event.type === 'sending' && event.did === this.#state.did) return this.#sends(event);
        if ((event.type !== 'mirrors' && event.type !== 'commit') || event.did !== this.#did) return;
        if (event.type === 'commit') this.#oneMoreWaits();
        changed();
      });
      accountStore.subscribe(() => {
        if (this.#did !== this.#state.did) void this.refresh();
      });
      void this.refresh();
    }
    return () => this.#listeners.delete(listener);
  }

  /** Asks the house now. Never rejects. */
  async refresh(): Promise<void> {
    this.#askAgain = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#askAgain) {
      this.#askAgain = false;
      const did = this.#did;
      if (did === undefined) continue;
      try {
        const { mirror } = await house.get('app.holdfast.bridge.describe', { did });
        this.#know(did, mirror);
      } catch (error) {
        this.#become(this.#state.did === did ? { ...this.#state, error } : { ...NOTHING, error });
      }
    }
    this.#asking = false;
  }

  /** Takes what another method of the house answered. */
  learn(mirror: Mirror): void {
    this.#know(mirror.did, mirror);
  }

  #know(did: Mirror['did'], mirror: Mirror | undefined): void {
    // What is sent while nothing waits says so with its next part.
    const isWaiting = mirror !== undefined && (mirror.waiting > 0 || mirror.state === 'pairing');
    const sending = isWaiting && this.#state.did === did ? this.#state.sending : undefined;
    this.#become({ did, mirror, sending, error: undefined });
  }

  #sends({ done, total }: Sending): void {
    this.#become({ ...this.#state, sending: done < total ? { done, total } : undefined });
  }

  /** What was signed is not with the mirror before a receipt says so. */
  #oneMoreWaits(): void {
    const { did, mirror } = this.#state;
    if (mirror !== undefined && did === this.#did) this.#become({ ...this.#state, mirror: { ...mirror, waiting: mirror.waiting + 1 } });
  }

  get #did(): Mirror['did'] | undefined {
    return accountStore.state.current?.did;
  }

  #become(state: MirrorState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const mirrorStore = new MirrorStore();

/** Renders its host again whenever the mirror of the account changes. */
export class MirrorController implements ReactiveController {
  #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get state(): MirrorState {
    return mirrorStore.state;
  }

  get mirror(): Mirror | undefined {
    return mirrorStore.state.mirror;
  }

  hostConnected(): void {
    this.#stop = mirrorStore.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
