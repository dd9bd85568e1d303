import { html, LitElement, nothing } from 'lit';
import { problemOf } from '../../components/hf-error.ts';
import { formatDay, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { findKit } from '../../jobs/find-kit.ts';
import { identityTrouble } from '../../state/identity-words.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { afterSafety } from '../../state/safety-words.ts';
import { siteResolver } from '../../state/site-settings.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { FoundKit, FoundKits } from '../../jobs/find-kit.ts';

/** For who has only the passphrase or the passkey: asks the mirror of an account, or a standby, for its sealed kit. Fires `found`; then `chosen` is the copy to open. */
export class FindKit extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = { found: { state: true }, chosen: { state: true }, standby: {}, busy: { state: true }, wrong: { state: true }, problem: {} };

  /** What the mirror has. */
  declare found: FoundKits | undefined;
  /** Which of it is to be opened. */
  declare chosen: FoundKit | undefined;
  /** The origin of a mirror that is asked in the place of the account's own. */
  declare standby: string | undefined;
  /** What the screen says is missing. */
  declare problem: string | undefined;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;

  constructor() {
    super();
    this.busy = false;
  }

  override render(): TemplateResult {
    const wrong = this.wrong ?? this.problem;
    return html`
      <form class="stack" @submit=${this.#look} aria-busy=${this.busy ? 'true' : 'false'}>
        <div class="field">
          <label for="account">${msg('Name or DID of the account')}</label>
          <input id="account" name="account" class="mono" autocomplete="username" autocapitalize="none" spellcheck="false" inputmode="url"
            aria-describedby="account-hint wrong" aria-invalid=${wrong === undefined ? 'false' : 'true'} />
          <span class="hint" id="account-hint">${msg('Such as ada.example.com, or did: and what follows.')}</span>
        </div>
        <p class="problem" id="wrong" role="alert">${wrong ?? nothing}</p>
        <div class="row"><button id="find" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${ICONS.mirror}${this.busy ? msg('Looking…') : msg('Look at its mirror')}</button></div>
        <div class="stack" role="status">${this.found === undefined ? nothing : this.#there(this.found)}</div>
      </form>`;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('#account')?.focus();
  }

  #there({ did, handle, mirror, copies }: FoundKits): TemplateResult {
    const storedAt = this.chosen?.storedAt ?? copies[0]!.storedAt;
    return html`
      <p class="note good">${ICONS.key}<span>${msg(str`${hostOf(mirror)} has the sealed kit of ${handle ?? did}, since ${formatDay(storedAt)}. Whether it is yours shows when it opens.`)}</span></p>
      ${copies.length === 1 ? nothing : html`
        <fieldset class="ways">
          <legend>${msg('What you open it with')}</legend>
          ${copies.map((copy) => html`<label class="choice"><input type="radio" name="copy" value=${copy.kind} .checked=${copy === this.chosen} @change=${() => this.#choose(copy)} />
            ${copy.kind === 'passphrase' ? msg('My passphrase') : msg('My passkey')}</label>`)}
        </fieldset>`}`;
  }

  #choose(copy: FoundKit | undefined): void {
    this.chosen = copy;
    this.dispatchEvent(new Event('found'));
  }

  async #look(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const typed = this.renderRoot.querySelector<HTMLInputElement>('#account')?.value ?? '';
    this.busy = true;
    this.wrong = undefined;
    this.found = undefined;
    this.#choose(undefined);
    const { standby } = this;
    try {
      const found = await findKit({ name: typed.trim().replace(/^@|^at:\/\//, ''), resolver: await siteResolver(), ...(standby !== undefined && { standby }) });
      // The passphrase is what most have.
      this.found = { ...found, copies: [...found.copies].sort((a, b) => (a.kind < b.kind ? 1 : -1)) };
      this.#choose(this.found.copies[0]);
    } catch (error) {
      this.wrong = findTrouble(error, standby);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-find-kit', FindKit);

/** @param standby the origin of the one that was asked in the place of the mirror */
function findTrouble(error: unknown, standby: string | undefined): string {
  const { code, message } = problemOf(error);
  switch (code) {
    case 'HandleInvalid':
      return msg('This is no name that an account can have: it looks like ada.example.com, or begins with did:.');
    case 'HandleUnproven':
      return msg('This name does not lead to one account from here. If you know the DID of the account, which begins with did:, use that.');
    case 'AccountExists':
      return msg('This account is in this house already: there is nothing to restore.');
    case 'NoMirror':
      return msg('No mirror of this account can be found: neither the public directory nor its own domain names one.');
    case 'MirrorOld':
    case 'NoKitThere':
      return standby === undefined ? msg('The mirror of this account has no copy of its kit. Only the kit file helps here.')
        : msg(str`${hostOf(standby)} has no copy of the kit of this account. Only the kit file helps here.`);
    case 'MirrorUnreachable':
      return standby === undefined ? msg('The mirror of this account does not answer just now. Try again in a while.')
        : msg(str`${hostOf(standby)} does not answer just now. Look at its address, or try again in a while.`);
    default:
      return code.startsWith('Directory') ? identityTrouble(error).what : afterSafety(message);
  }
}
