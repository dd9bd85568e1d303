import type { ReactiveController, ReactiveElement } from 'lit';

/** When an element vanishes that had the focus, gives it to another one, so that nobody is thrown to the top of the page. */
export class FocusKeeper implements ReactiveController {
  #host: ReactiveElement;
  #vanishing: string;
  #heir: string;
  #had = false;

  /** Both are selectors within the host. */
  constructor(host: ReactiveElement, vanishing: string, heir: string) {
    this.#host = host;
    this.#vanishing = vanishing;
    this.#heir = heir;
    host.addController(this);
  }

  hostUpdate(): void {
    const { renderRoot } = this.#host;
    this.#had = renderRoot instanceof ShadowRoot && renderRoot.activeElement?.matches(this.#vanishing) === true;
  }

  hostUpdated(): void {
    const { renderRoot } = this.#host;
    if (this.#had && renderRoot.querySelector(this.#vanishing) === null) renderRoot.querySelector<HTMLElement>(this.#heir)?.focus();
    this.#had = false;
  }
}
