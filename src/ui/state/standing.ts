import { bridge } from './bridge.ts';
import { mirrorStore } from './mirror-store.ts';
import { standingOf } from './mirror-words.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Account } from './account-store.ts';
import type { Link, Standing } from './mirror-words.ts';

/** How the account stands to its mirror; renders its host again whenever that may have changed. */
export class StandingController implements ReactiveController {
  #host: ReactiveControllerHost;
  #stops: (() => void)[] = [];
  #changed = (): void => this.#host.requestUpdate();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Undefined until the house has said whether there is a mirror. */
  known(account: Account): Standing | undefined {
    return mirrorStore.state.did === undefined ? undefined : this.of(account);
  }

  of(account: Account): Standing {
    const { mirror, sending } = mirrorStore.state;
    return standingOf(mirror, account.head.rev, bridge.link, navigator.onLine, sending);
  }

  /** The conversation with the mirror, and what carries it. */
  get link(): Link {
    return bridge.link;
  }

  hostConnected(): void {
    this.#stops = [mirrorStore.subscribe(this.#changed), bridge.subscribe(this.#changed)];
    window.addEventListener('online', this.#changed);
    window.addEventListener('offline', this.#changed);
  }

  hostDisconnected(): void {
    for (const stop of this.#stops) stop();
    window.removeEventListener('online', this.#changed);
    window.removeEventListener('offline', this.#changed);
  }
}
