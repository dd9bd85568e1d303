import { css, html, LitElement, nothing } from 'lit';
import { msg } from '../i18n.ts';
import { controls } from '../styles/controls.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/**
 * A question before something is done. `await element.ask()` opens it and gives true if the owner confirmed.
 * `heading` and the slotted content say what will happen; `action` is the word on the button; `danger` colours it;
 * with `typed` the owner must type that text first.
 */
export class HfConfirm extends LitElement {
  static override styles = [shared, controls, dialogStyles, css`
    /* Closed it takes no room, and no gap, among what stands around it. */
    :host {
      display: contents;
    }

    .row {
      justify-content: flex-end;
    }

    @media (max-width: 30rem) {
      .row > button {
        flex: 1;
      }
    }
  `];

  static override properties = {
    heading: {}, action: {}, danger: { type: Boolean }, typed: {}, entered: { state: true },
  };

  declare heading: string;
  declare action: string;
  declare danger: boolean;
  declare typed: string | undefined;
  declare protected entered: string;
  #answer: ((confirmed: boolean) => void) | undefined;

  constructor() {
    super();
    this.danger = false;
    this.entered = '';
  }

  /** Opens the dialog. Resolves with what the owner decided; leaving it by Escape is a no. */
  async ask(): Promise<boolean> {
    this.entered = '';
    await this.updateComplete;
    this.#dialog?.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  override render(): TemplateResult {
    const ready = this.typed === undefined || this.entered.trim() === this.typed;
    return html`
      <dialog aria-labelledby="heading" @close=${this.#closed}>
        <form method="dialog" class="stack" @submit=${this.#submit}>
          <h2 id="heading">${this.heading}</h2>
          <div class="stack"><slot></slot></div>
          ${this.typed === undefined ? nothing : html`
            <div class="field">
              <label for="typed">${msg('Type this to confirm:')} <span class="mono">${this.typed}</span></label>
              <input id="typed" autocomplete="off" spellcheck="false" .value=${this.entered} @input=${this.#enter} />
            </div>`}
          <div class="row">
            <button type="button" @click=${this.#cancel}>${msg('Cancel')}</button>
            <button type="submit" class=${this.danger ? 'danger' : 'primary'} aria-disabled=${ready ? 'false' : 'true'}>
              ${this.action}
            </button>
          </div>
        </form>
      </dialog>
    `;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  #enter(event: Event): void {
    this.entered = (event.target as HTMLInputElement).value;
  }

  #submit(event: Event): void {
    // The policy allows no form to be sent anywhere; the dialog is closed here.
    event.preventDefault();
    if (this.typed === undefined || this.entered.trim() === this.typed) this.#dialog?.close('confirmed');
  }

  #cancel(): void {
    this.#dialog?.close('');
  }

  #closed(): void {
    const dialog = this.#dialog;
    this.#answer?.(dialog?.returnValue === 'confirmed');
    this.#answer = undefined;
    if (dialog) dialog.returnValue = '';
  }
}

customElements.define('hf-confirm', HfConfirm);
