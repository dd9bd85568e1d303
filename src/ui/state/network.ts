import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Whether the browser has a network; renders its host again when that changes. */
export class NetworkController implements ReactiveController {
  #host: ReactiveControllerHost;
  #changed = (): void => this.#host.requestUpdate();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get online(): boolean {
    return navigator.onLine;
  }

  hostConnected(): void {
    window.addEventListener('online', this.#changed);
    window.addEventListener('offline', this.#changed);
  }

  hostDisconnected(): void {
    window.removeEventListener('online', this.#changed);
    window.removeEventListener('offline', this.#changed);
  }
}
