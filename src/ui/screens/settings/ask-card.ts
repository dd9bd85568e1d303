import { html, LitElement, nothing } from 'lit';
import { problemOf } from '../../components/hf-error.ts';
import { formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { liftAsking, setAskAgain } from '../../jobs/keys.ts';
import { PasskeyController } from '../../state/passkey.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passkeyButton, passphraseField, wrongWords } from '../kit/fields.ts';
import type { TemplateResult } from 'lit';
import type { KitOpening } from '../../jobs/keys.ts';

/** Whether kit or passkey is asked for again before what cannot be taken back. */
export class AskCard extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = { did: {}, busy: { state: true }, wrong: { state: true }, isOpen: { state: true } };
  declare did: string;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  /** The kit is being asked for. */
  declare protected isOpen: boolean;
  #keys = new PasskeyController(this, () => this.did);

  constructor() {
    super();
    this.did = '';
    this.busy = false;
    this.isOpen = false;
  }

  override render(): TemplateResult {
    const { isKnown, asksAgain } = this.#keys;
    return html`
      <section class="card stack" aria-labelledby="again" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="again">${msg('Ask me again')}</h2>
        <p>${msg('Before the identity or the kit is changed, a mirror is paired, moved to or left, or the account is removed here, this house can ask for your passkey, or for the kit with its passphrase: against others who use this device while it is open.')}</p>
        ${!isKnown ? nothing : html`
          <p class="note ${asksAgain ? 'good' : ''}">${asksAgain ? ICONS.passed : ICONS.info}<span>${asksAgain ? msg('It asks.') : msg('It does not ask.')}</span></p>
          ${this.#lifting()}
          ${this.isOpen ? this.#form(asksAgain) : html`
            <div class="row">
              <button id="open" @click=${() => (this.isOpen = true)}>${asksAgain ? msg('Do not ask any more') : msg('Ask me again from now on')}</button>
            </div>`}`}
      </section>`;
  }

  #form(asksAgain: boolean): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#submit}>
        ${fileField()}${passphraseField()}
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
        <div class="row">
          <button id="set" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>${ICONS.key}${this.busy ? msg('Opening the kit…') : asksAgain ? msg('Do not ask any more') : msg('Ask from now on')}</button>
          ${passkeyButton(this.#keys, this.busy, () => void this.#set(() => this.#keys.open()))}
          ${asksAgain && this.#keys.liftsAt === undefined ? html`<button id="lift" class="quiet" type="button" @click=${() => this.#lift('lift')}>${msg('I have neither')}</button>` : nothing}
          <button class="quiet" type="button" @click=${() => (this.isOpen = false)}>${msg('Cancel')}</button>
        </div>
      </form>`;
  }

  /** Who has lost both is not locked out for ever. */
  #lifting(): TemplateResult | typeof nothing {
    const { liftsAt } = this.#keys;
    if (liftsAt === undefined) return nothing;
    const isOver = Date.now() >= Date.parse(liftsAt);
    return html`
      <div class="note amber">${ICONS.warning}<div class="stack">
        <p>${isOver
          ? msg('Somebody who had neither kit nor passkey has asked for this 72 hours ago. It can be switched off now.')
          : msg(str`Somebody who has neither kit nor passkey wants this switched off. That can be done from ${formatTime(liftsAt)} on. If it was not you, keep it on.`)}</p>
        <div class="row">
          <button id="unlift" @click=${() => this.#lift('unlift')}>${msg('Keep it on')}</button>
          ${isOver ? html`<button id="lifted" @click=${() => this.#lift('lifted')}>${msg('Switch it off')}</button>` : nothing}
        </div>
      </div></div>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = givenKit(event.target as HTMLFormElement);
    if (typeof given === 'string') this.wrong = given;
    else await this.#set(async () => given);
  }

  async #set(open: () => Promise<KitOpening | undefined>): Promise<void> {
    await this.#do(async () => {
      const opening = await open();
      if (opening !== undefined) await setAskAgain(this.did, !this.#keys.asksAgain, opening);
    });
  }

  async #lift(what: 'lift' | 'unlift' | 'lifted'): Promise<void> {
    await this.#do(() => liftAsking(this.did, what));
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.wrong = undefined;
    try {
      await work();
      await this.#keys.refresh();
      this.isOpen = false;
    } catch (error) {
      this.wrong = wrongWords(problemOf(error));
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-ask-card', AskCard);
