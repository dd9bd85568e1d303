import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { middleOf } from '../../middle-of.ts';
import { identityStore } from '../../state/identity-store.ts';
import { identityTrouble } from '../../state/identity-words.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { ImportedKey } from '../../jobs/identity.ts';

/** A key of another server (K-256) that may change the identity: to bring it in, to use it for this house, to forget it. */
export class ImportedCard extends LitElement {
  static override styles = [shared, controls, kitStyles, css`
    .note > span {
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `];
  static override properties = { did: {}, imported: { attribute: false }, busy: { state: true }, wrong: { state: true } };
  declare did: string;
  declare imported: ImportedKey | undefined;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;

  constructor() {
    super();
    this.did = '';
    this.busy = false;
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="imported" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="imported">${msg('A key from another server')}</h2>
        ${this.imported === undefined ? this.#form() : this.#has(this.imported)}
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
      </section>`;
  }

  #form(): TemplateResult {
    return html`
      <p>${msg('For an account that comes from elsewhere: a rotation key (K-256) that you were given there, as 64 hex digits or as a multikey that begins with z. It goes to the one worker that reads it, is kept sealed in this browser, and shown nowhere again.')}</p>
      <form class="stack" @submit=${this.#bring}>
        <div class="field">
          <label for="key">${msg('The private key')}</label>
          <input id="key" name="key" type="password" class="mono" autocomplete="off" spellcheck="false" maxlength="100" aria-describedby="wrong" />
        </div>
        <div class="row"><button id="bring" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>${ICONS.key}${this.busy ? msg('Working…') : msg('Bring it in')}</button></div>
      </form>`;
  }

  #has({ key, place, isNeeded }: ImportedKey): TemplateResult {
    return html`
      <p class="note ${place === -1 ? 'amber' : 'good'}">${place === -1 ? ICONS.warning : ICONS.passed}<span><span class="mono">${middleOf(key)}</span>
        ${place === -1 ? msg('is here, and may not change this identity any more.') : msg(str`may change ${this.did}: it has rank ${formatNumber(place + 1)} among the keys that may.`)}</span></p>
      ${isNeeded ? html`<p>${msg('This house may not change the identity by itself. The key can give it that right; make a new kit afterwards.')}</p>` : nothing}
      <div class="row">
        ${isNeeded ? html`<button id="use" class="primary" aria-disabled=${this.busy ? 'true' : 'false'} @click=${this.#use}>${ICONS.key}${this.busy ? msg('Working…') : msg('Give this house the right')}</button>` : nothing}
        <button id="forget" aria-disabled=${this.busy ? 'true' : 'false'} @click=${() => this.#do(() => identityStore.useImportedKey(this.did, 'forget-key'))}>${msg('Forget the key')}</button>
      </div>
      <hf-confirm heading=${msg('Give this house the right to change the identity?')} action=${msg('Give it')}>
        <p>${msg('One operation is signed with the key. It says all that the identity says now, and puts the key of this house before all others that may change it.')}</p>
      </hf-confirm>`;
  }

  async #bring(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>('#key');
    if (field === null || this.busy) return;
    if (field.value.trim() === '') return void (this.wrong = msg('Type or paste the key.'));
    // The worker reads it; no message carries it.
    const key = new Blob([field.value]);
    field.value = '';
    await this.#do(() => identityStore.importKey(this.did, key));
  }

  async #use(): Promise<void> {
    if (await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() === true) await this.#do(() => identityStore.useImportedKey(this.did, 'use-key'));
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.wrong = undefined;
    try {
      await work();
    } catch (error) {
      const { code, message } = problemOf(error);
      if (code === 'KeyInvalid') this.wrong = msg('This is no private K-256 key. Nothing was changed.');
      else this.wrong = code.startsWith('Directory') ? `${msg('Nothing was changed.')} ${identityTrouble(error).what}` : message;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-imported-key', ImportedCard);
