import { css, html, LitElement, nothing } from 'lit';
import { problemOf } from './hf-error.ts';
import { msg } from '../i18n.ts';
import { confirmOwner } from '../jobs/keys.ts';
import { PasskeyController } from '../state/passkey.ts';
import { controls } from '../styles/controls.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { kitStyles } from '../styles/kit.ts';
import { shared } from '../styles/shared.ts';
import { fileField, givenKit, passkeyButton, passphraseField, wrongWords } from '../screens/kit/fields.ts';
import type { TemplateResult } from 'lit';
import type { KitOpening } from '../jobs/keys.ts';

/** Asks for the kit or the passkey before something that cannot be taken back; what it is stands behind the dialog. */
export class OwnerDialog extends LitElement {
  static override styles = [shared, controls, kitStyles, dialogStyles, css`
    .row {
      justify-content: flex-end;
    }
  `];

  static override properties = { did: {}, busy: { state: true }, wrong: { state: true } };
  declare did: string;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  #passkey = new PasskeyController(this, () => this.did);
  #answer: ((isOwner: boolean) => void) | undefined;
  #isOwner = false;

  constructor() {
    super();
    this.did = '';
    this.busy = false;
  }

  /** Resolves when the owner was found to be there, or has closed the dialog. */
  async ask(): Promise<boolean> {
    await this.updateComplete;
    this.renderRoot.querySelector('dialog')?.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  override render(): TemplateResult {
    return html`
      <dialog aria-labelledby="heading" @close=${() => this.#answer?.(this.#isOwner)}>
        <form class="stack" @submit=${this.#submit}>
          <h2 id="heading">${msg('Is it you?')}</h2>
          <p>${msg('You have asked for this question. The kit is opened in this browser and closed at once; what you have begun is done then, and nothing is asked for two minutes.')}</p>
          ${fileField()}${passphraseField()}
          <p class="small soft">${msg('If you have neither kit nor passkey, Settings says how to go on.')}</p>
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          <div class="row">
            <button type="button" @click=${this.#close}>${msg('Cancel')}</button>
            ${passkeyButton(this.#passkey, this.busy, () => void this.#confirm(() => this.#passkey.open()))}
            <button id="confirm" class="primary" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>${this.busy ? msg('Opening the kit…') : msg('It is me')}</button>
          </div>
        </form>
      </dialog>`;
  }

  #close(): void {
    this.renderRoot.querySelector('dialog')?.close();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = givenKit(event.target as HTMLFormElement);
    if (typeof given === 'string') this.wrong = given;
    else await this.#confirm(async () => given);
  }

  async #confirm(open: () => Promise<KitOpening | undefined>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.wrong = undefined;
    let opening: KitOpening | undefined;
    try {
      opening = await open();
      if (opening === undefined) return;
      await confirmOwner(this.did, opening);
      this.#isOwner = true;
      this.#close();
    } catch (error) {
      this.wrong = wrongWords(problemOf(error), opening !== undefined && 'passkey' in opening);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-owner', OwnerDialog);

/** Asks, above everything else on the page. */
export async function askOwner(did: string): Promise<boolean> {
  const dialog = new OwnerDialog();
  dialog.did = did;
  document.body.append(dialog);
  try {
    return await dialog.ask();
  } finally {
    dialog.remove();
  }
}
