import { askPasskey } from '../../keys/passkey.ts';
import { houseEvents } from '../house/feed.ts';
import { readKeeping } from '../jobs/keys.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { KitOpening, PasskeyCopy } from '../jobs/keys.ts';

/** Knows whether the kit of an account also opens with a passkey, and renders its host when that changes. */
export class PasskeyController implements ReactiveController {
  /** The copy that it opens. */
  copy: PasskeyCopy | undefined;
  /** Whether kit or passkey is asked for again before what cannot be taken back, and when that can be ended without them. */
  asksAgain = false;
  liftsAt: string | undefined;
  /** Whether the house has answered about this account. */
  isKnown = false;
  readonly #host: ReactiveControllerHost;
  readonly #didOf: () => string;
  #did = '';
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, didOf: () => string) {
    this.#host = host;
    this.#didOf = didOf;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = houseEvents.subscribe(({ type }) => {
      if (type === 'accounts') void this.refresh();
    });
  }

  hostDisconnected(): void {
    this.#stop?.();
  }

  hostUpdated(): void {
    if (this.#didOf() === this.#did) return;
    this.#did = this.#didOf();
    this.copy = undefined;
    this.isKnown = false;
    void this.refresh();
  }

  /** Has the passkey answer. @throws PasskeyError */
  async open(): Promise<KitOpening | undefined> {
    return this.copy && { passkey: await askPasskey(this.copy.id) };
  }

  /** Where the house cannot say, the kit file and its passphrase open everything as ever. */
  async refresh(): Promise<void> {
    const did = this.#did;
    if (did === '') return;
    const keeping = await readKeeping(did).catch(() => undefined);
    if (did !== this.#did) return;
    this.copy = keeping?.copy;
    this.asksAgain = keeping?.asksAgain ?? false;
    this.liftsAt = keeping?.liftsAt;
    this.isKnown = keeping !== undefined;
    this.#host.requestUpdate();
  }
}
