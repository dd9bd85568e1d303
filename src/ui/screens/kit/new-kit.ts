import { html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { renewKit } from '../../jobs/new-kit.ts';
import { accountStore } from '../../state/account-store.ts';
import { asOwner } from '../../state/as-owner.ts';
import { rememberPassphrase } from '../../state/kit-memory.ts';
import { PasskeyController } from '../../state/passkey.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passkeyButton, passphraseField, wrongWords } from './fields.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { KitOpening } from '../../jobs/keys.ts';
import type { RenewedKit } from '../../jobs/new-kit.ts';

/** Replaces the kit of an account, and with it its keys. Fires `renewed` once the house keeps the new one. */
export class NewKit extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = {
    did: { attribute: false }, way: { state: true }, busy: { state: true }, wrong: { state: true },
  };

  declare did: string;
  declare protected way: 'with' | 'without';
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  /** What came of it, once it is done. */
  renewed: RenewedKit | undefined;
  #passkey = new PasskeyController(this, () => this.did);

  constructor() {
    super();
    this.did = '';
    this.way = 'with';
    this.busy = false;
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="new" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="new">${msg('Make a new kit')}</h2>
        <p>${msg('For when the passphrase or the file is lost, when somebody else may have them, or when a device was stolen. The account gets new keys: the old kit opens nothing any more, and another device with this account can no longer write until it is restored there from the new kit.')}</p>
        <form class="stack" @submit=${this.#ask}>
          <fieldset class="ways">
            <legend>${msg('The kit that you have now')}</legend>
            ${this.#choice('with', msg('I have its file and passphrase'))}
            ${this.#choice('without', msg('I do not have both'))}
          </fieldset>
          ${this.way === 'with' ? html`${fileField()}${passphraseField()}` : html`
            <p class="note amber">${ICONS.warning}<span>${msg('Then this house signs with its own key, and whoever does hold the old kit can undo it for 72 hours.')}</span></p>`}
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          <div class="row"><button id="renew" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>${this.busy ? msg('Making new keys…') : msg('Make a new kit')}</button>
            ${this.way === 'with' ? passkeyButton(this.#passkey, this.busy, () => void this.#askWithPasskey()) : nothing}</div>
        </form>
        <hf-confirm heading=${msg('Replace the keys of this account?')} action=${msg('Make a new kit')}>
          <p>${msg('Your records stay as they are. The passphrase of the new kit is shown next: keep it, and the new file, in place of the old ones.')}</p>
        </hf-confirm>
      </section>`;
  }

  #choice(way: 'with' | 'without', words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="way" value=${way} .checked=${this.way === way} @change=${() => {
      this.way = way;
      this.wrong = undefined;
    }} />${words}</label>`;
  }

  async #ask(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const given = this.way === 'with' ? givenKit(this.renderRoot.querySelector('form')) : undefined;
    this.wrong = typeof given === 'string' ? given : undefined;
    if (typeof given !== 'string' && await this.#isSure()) await this.#renew(async () => given);
  }

  async #askWithPasskey(): Promise<void> {
    if (this.busy) return;
    this.wrong = undefined;
    if (await this.#isSure()) await this.#renew(() => this.#passkey.open());
  }

  async #isSure(): Promise<boolean> {
    return await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() === true;
  }

  async #renew(opening: () => Promise<KitOpening | undefined>): Promise<void> {
    this.busy = true;
    let old: KitOpening | undefined;
    try {
      old = await opening();
      const drawn = await house.post('app.holdfast.kit.generatePassphrase', undefined);
      const { did } = this;
      this.renewed = await asOwner(did, () => renewKit({ did, passphrase: drawn.passphrase, ...(old !== undefined && { old }) }));
      rememberPassphrase(this.did, drawn);
      await accountStore.refresh();
      this.dispatchEvent(new Event('renewed'));
    } catch (error) {
      this.wrong = wrongWords(problemOf(error), old !== undefined && 'passkey' in old);
    } finally {
      this.busy = false;
    }
  }
}

/** What the owner has to know of a kit that was just made. */
export function renewedWords(did: string, { undoableUntil, isQueued }: RenewedKit): TemplateResult {
  return html`
    <p class="note good">${ICONS.passed}<span>${msg('The account has new keys. Keep the new kit now: the old one opens nothing any more.')}</span></p>
    ${undoableUntil === undefined ? nothing : html`
      <p class="note amber">${ICONS.warning}<span>${msg(str`Whoever holds the old kit can undo this until ${formatTime(undoableUntil)}. Nobody else can.`)}</span></p>`}
    ${did.startsWith('did:web:') ? html`
      <p class="note amber">${ICONS.warning}<span>${msg(html`Your domain has yet to name the new key: publish the document anew, as <a href="/identity">Identity</a> shows it. Until then the mirror takes nothing new.`)}</span></p>` : nothing}
    ${isQueued ? html`
      <p class="note amber">${ICONS.warning}<span>${msg('The public directory could not be told yet. It is told by itself when the mirror is next spoken to; until then the mirror takes nothing new.')}</span></p>` : nothing}`;
}

customElements.define('holdfast-new-kit', NewKit);
