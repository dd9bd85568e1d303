import { readMirrorKits } from '../jobs/keys.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MirrorKits } from '../jobs/keys.ts';

/** Knows which sealed copies of an account's kit lie with its mirror, asked when it is shown, and renders its host then. */
export class MirrorKitsController implements ReactiveController {
  /** Undefined until the mirror was asked, and where the house cannot say. */
  kits: MirrorKits | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #didOf: () => string;
  #did = '';

  constructor(host: ReactiveControllerHost, didOf: () => string) {
    this.#host = host;
    this.#didOf = didOf;
    host.addController(this);
  }

  hostUpdated(): void {
    if (this.#didOf() === this.#did) return;
    this.#did = this.#didOf();
    this.kits = undefined;
    void this.refresh();
  }

  /** Takes what a job has just told. */
  tell(kits: MirrorKits): void {
    this.kits = kits;
    this.#host.requestUpdate();
  }

  /** Asks again. Never rejects. */
  async refresh(): Promise<void> {
    const did = this.#did;
    if (did === '') return;
    const kits = await readMirrorKits(did).catch(() => undefined);
    if (did !== this.#did) return;
    this.kits = kits;
    this.#host.requestUpdate();
  }
}
