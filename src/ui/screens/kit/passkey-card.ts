import { html, LitElement, nothing } from 'lit';
import { arePasskeysSupported, makePasskey } from '../../../keys/passkey.ts';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { formatDay, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { addPasskeyCopy, removePasskeyCopy } from '../../jobs/keys.ts';
import { asOwner } from '../../state/as-owner.ts';
import { PasskeyController } from '../../state/passkey.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passphraseField, wrongWords } from './fields.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';

/** A second copy of the kit, which a passkey opens: to make it, and to let it go. */
export class PasskeyCard extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = {
    did: {}, name: {}, busy: { state: true }, wrong: { state: true }, isSupported: { state: true }, said: { state: true },
  };

  declare did: string;
  /** How the passkey is called where passkeys are listed. */
  declare name: string;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  declare protected isSupported: boolean | undefined;
  declare protected said: string | undefined;
  #passkey = new PasskeyController(this, () => this.did);

  constructor() {
    super();
    this.did = '';
    this.name = '';
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void arePasskeysSupported().then((isSupported) => (this.isSupported = isSupported));
  }

  override render(): TemplateResult {
    const { copy, isKnown } = this.#passkey;
    return html`
      <section class="card stack" aria-labelledby="passkey" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="passkey">${msg('Open the kit with a passkey')}</h2>
        <p>${msg('This house can keep a second copy of the kit, sealed under a passkey: a finger or a glance then opens it wherever the passphrase is asked for, in this browser. Your file and passphrase stay the way back: if this browser or the passkey is lost, so is this copy.')}</p>
        <p role="status">${this.said ?? nothing}</p>
        ${isKnown && this.isSupported !== undefined ? copy === undefined ? this.#add() : this.#has(copy.createdAt) : nothing}
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
      </section>`;
  }

  #add(): TemplateResult {
    if (this.isSupported !== true) {
      return html`<p class="note">${ICONS.info}<span>${msg('This browser has no passkeys that can seal anything (WebAuthn with PRF). Nothing is missing: the kit and its passphrase open everything.')}</span></p>`;
    }
    return html`
      <form class="stack" @submit=${this.#make}>
        ${fileField()}${passphraseField()}
        <div class="row"><button id="add" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${ICONS.key}${this.busy ? msg('Working…') : msg('Make a copy under a passkey')}</button></div>
      </form>`;
  }

  #has(createdAt: string): TemplateResult {
    return html`
      <p class="note good">${ICONS.passed}<span>${msg(str`A passkey opens the copy that was made on ${formatDay(createdAt)}.`)}</span></p>
      <div class="row"><button id="remove" aria-disabled=${this.busy ? 'true' : 'false'} @click=${this.#remove}>${msg('Remove the copy')}</button></div>
      <hf-confirm heading=${msg('Remove the copy under your passkey?')} action=${msg('Remove the copy')}>
        <p>${msg('Your kit file and its passphrase open everything as before. The passkey itself stays where your device keeps passkeys; delete it there.')}</p>
      </hf-confirm>`;
  }

  async #make(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const given = givenKit(event.target as HTMLFormElement);
    if (typeof given === 'string') return void (this.wrong = given);
    await this.#do(async () => {
      const { did } = this;
      await addPasskeyCopy(did, { ...given, ...await makePasskey({ did, name: this.name }) });
      return msg('The copy is made: your passkey opens it.');
    });
  }

  async #remove(): Promise<void> {
    if (this.busy || await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) return;
    await this.#do(async () => {
      await asOwner(this.did, () => removePasskeyCopy(this.did));
      return msg('The copy is removed.');
    });
  }

  async #do(work: () => Promise<string>): Promise<void> {
    this.busy = true;
    this.wrong = undefined;
    this.said = undefined;
    try {
      this.said = await work();
    } catch (error) {
      this.wrong = wrongWords(problemOf(error));
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-passkey', PasskeyCard);
