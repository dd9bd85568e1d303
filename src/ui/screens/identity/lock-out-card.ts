import { html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { middleOf } from '../../middle-of.ts';
import { identityStore } from '../../state/identity-store.ts';
import { identityTrouble, keyName } from '../../state/identity-words.ts';
import { PasskeyController } from '../../state/passkey.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passkeyButton, passphraseField, wrongWords } from '../kit/fields.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { KitOpening } from '../../jobs/keys.ts';
import type { IdentityState } from '../../jobs/identity.ts';

/** Takes the right to change the identity from keys that are neither the kit's nor this house's. */
export class LockOutCard extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = { did: {}, keys: { attribute: false }, busy: { state: true }, wrong: { state: true } };
  declare did: string;
  declare keys: IdentityState['rotationKeys'];
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  #passkey = new PasskeyController(this, () => this.did);

  constructor() {
    super();
    this.did = '';
    this.keys = [];
    this.busy = false;
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="lock-out" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="lock-out">${msg('Lock out a key')}</h2>
        <p>${msg('If one of these keys was in a browser that you have lost or given away, take its right to change your identity. Another house of yours that you still use loses it too, until the account is restored there once more. To stop a lost browser from writing, make a new kit.')}</p>
        <form class="stack" @submit=${this.#submit}>
          <fieldset>
            <legend>${msg('Keys')}</legend>
            ${this.keys.map(({ key, holder }) => html`
              <label class="choice"><input type="checkbox" name="key" value=${key} /><span>${keyName(holder)} <span class="mono">${middleOf(key)}</span></span></label>`)}
          </fieldset>
          ${fileField()}${passphraseField()}
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          <div class="row"><button id="lock" class="danger" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>
            ${ICONS.key}${this.busy ? msg('Working…') : msg('Lock out with my kit')}</button>
            ${passkeyButton(this.#passkey, this.busy, () => void this.#lock(() => this.#passkey.open(), true))}</div>
        </form>
        <hf-confirm heading=${msg('Take the right from these keys?')} action=${msg('Take it')} danger>
          <p>${msg('One operation is signed with the key of your kit. It says all that your identity says now, but for these keys. None of them can undo it.')}</p>
        </hf-confirm>
      </section>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = givenKit(this.renderRoot.querySelector('form'));
    if (typeof given === 'string' && this.#chosen().length > 0) this.wrong = given;
    else if (typeof given === 'string') this.wrong = msg('Choose a key first.');
    else await this.#lock(async () => given);
  }

  #chosen(): string[] {
    return new FormData(this.renderRoot.querySelector('form') ?? undefined).getAll('key').map(String);
  }

  async #lock(open: () => Promise<KitOpening | undefined>, isByPasskey = false): Promise<void> {
    const keys = this.#chosen();
    this.wrong = keys.length === 0 ? msg('Choose a key first.') : undefined;
    if (this.busy || keys.length === 0 || await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) return;
    this.busy = true;
    try {
      const opening = await open();
      if (opening !== undefined) await identityStore.lockOut(this.did, { keys, ...opening });
    } catch (error) {
      const { code } = problemOf(error);
      this.wrong = code.startsWith('Directory') ? `${msg('Nothing was changed.')} ${identityTrouble(error).what}` : wrongWords(problemOf(error), isByPasskey);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-lock-out', LockOutCard);
