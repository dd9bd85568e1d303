import { css, html, LitElement, nothing } from 'lit';
import './settings/ask-card.ts';
import './settings/leaving-card.ts';
import './settings/remove-card.ts';
import './settings/self-check-panel.ts';
import './settings/storage-card.ts';
import './settings/version-card.ts';
import { ICONS } from '../icons.ts';
import { currentLocale, msg } from '../i18n.ts';
import { AccountController, accountName } from '../state/account-store.ts';
import { chooseTheme, chosenTheme } from '../state/appearance.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Params } from '../router.ts';
import type { Account } from '../state/account-store.ts';
import type { Theme } from '../state/appearance.ts';

/** How the page looks, where the data lies, what leaves the device, and the way out. */
export class HoldfastSettings extends LitElement {
  static override styles = [shared, controls, css`
    .choices {
      display: flex;
      flex-wrap: wrap;
      gap: 0 1.5rem;
    }

    .language {
      max-width: 20rem;
    }
  `];

  static override properties = { params: { attribute: false }, theme: { state: true } };
  declare params: Params;
  declare protected theme: Theme;
  #accounts = new AccountController(this);

  constructor() {
    super();
    this.theme = chosenTheme();
  }

  override render(): TemplateResult {
    const { current } = this.#accounts;
    return html`
      <div class="screen">
        <h1>${msg('Settings')}</h1>
        ${this.#appearance()}
        <holdfast-storage-card></holdfast-storage-card>
        ${current === undefined ? nothing : html`${kit(current)} ${identity()} ${devices()}`}
        ${current === undefined ? nothing : html`<holdfast-ask-card did=${current.did}></holdfast-ask-card>`}
        <holdfast-leaving-card></holdfast-leaving-card>
        <holdfast-version-card></holdfast-version-card>
        ${check()} ${help()}
        <holdfast-self-check></holdfast-self-check>
        ${current === undefined ? nothing : html`<holdfast-remove-card .account=${current}></holdfast-remove-card>`}
      </div>
    `;
  }

  #appearance(): TemplateResult {
    const themes: readonly { readonly theme: Theme; readonly words: string }[] = [
      { theme: 'system', words: msg('As the system') }, { theme: 'light', words: msg('Light') }, { theme: 'dark', words: msg('Dark') },
    ];
    return html`
      <section class="card stack" aria-labelledby="appearance">
        <h2 id="appearance">${msg('Appearance and language')}</h2>
        <fieldset>
          <legend>${msg('Colours')}</legend>
          <div class="choices">
            ${themes.map(({ theme, words }) => html`
              <label class="choice"><input type="radio" name="theme" value=${theme} .checked=${this.theme === theme}
                @change=${() => this.#choose(theme)} />${words}</label>`)}
          </div>
        </fieldset>
        <div class="field language">
          <label for="language">${msg('Language')}</label>
          <select id="language" aria-describedby="language-hint" @change=${speak}>
            <option value="en" ?selected=${currentLocale() === 'en'}>English</option>
            ${currentLocale() === 'en' ? nothing : html`
              <option value="pseudo" selected>Pseudo (${msg('for development')})</option>`}
          </select>
          <span class="hint" id="language-hint">${msg('More languages come with time.')}</span>
        </div>
      </section>`;
  }

  #choose(theme: Theme): void {
    this.theme = theme;
    chooseTheme(theme);
  }
}

customElements.define('holdfast-settings', HoldfastSettings);

const kit = (account: Account): TemplateResult => html`
  <section class="card stack" aria-labelledby="kit">
    <h2 id="kit">${msg('Recovery kit')}</h2>
    ${account.kit === 'proven'
      ? html`<p class="note good">${ICONS.passed}<span>${msg('You have shown that you hold the kit of this account. Check it again from time to time.')}</span></p>`
      : html`<p class="note amber">${ICONS.warning}<span>${msg('You have not shown yet that you hold the kit of this account. Without it, losing this browser means losing the account.')}</span></p>`}
    <p class="soft">${accountName(account)}</p>
    <div class="row"><a class="button" href="/kit/${account.did}">${ICONS.key}${account.kit === 'proven' ? msg('Check my copy') : msg('Keep the kit')}</a></div>
  </section>`;

const identity = (): TemplateResult => html`
  <section class="card stack" aria-labelledby="identity">
    <h2 id="identity">${msg('Identity')}</h2>
    <p class="soft">${msg('What the public directory says of your account, which keys may change it, and every change there ever was, each verified by this house.')}</p>
    <div class="row"><a class="button" href="/identity">${ICONS.person}${msg('Look at the identity')}</a></div>
  </section>`;

const devices = (): TemplateResult => html`
  <section class="card stack" aria-labelledby="devices">
    <h2 id="devices">${msg('Devices')}</h2>
    <p class="soft">${msg('Your account in other browsers: which there are, how to add one, and what two of them changed at once.')}</p>
    <div class="row"><a class="button" href="/devices">${ICONS.house}${msg('Look at the devices')}</a></div>
  </section>`;

const check = (): TemplateResult => html`
  <section class="card stack" aria-labelledby="check">
    <h2 id="check">${msg('Check my house')}</h2>
    <p class="soft">${msg('Reads everything that is stored here and says whether it is what was stored. What is damaged is put right from your mirror or a backup.')}</p>
    <div class="row"><a class="button" href="/check">${ICONS.house}${msg('Check my house')}</a></div>
  </section>`;

const help = (): TemplateResult => html`
  <section class="card stack" aria-labelledby="help">
    <h2 id="help">${msg('Help')}</h2>
    <p class="soft">${msg('What to do when the kit, its passphrase, a device, the mirror or the storage of this browser is lost, in a few steps each.')}</p>
    <div class="row"><a class="button" href="/help">${ICONS.info}${msg('Open the help')}</a></div>
  </section>`;

function speak(event: Event): void {
  const { value } = event.target as HTMLSelectElement;
  // Texts are made when elements are drawn: the page begins anew in the other language.
  location.search = value === 'en' ? '' : `?locale=${value}`;
}
