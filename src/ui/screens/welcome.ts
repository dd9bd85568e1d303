import { html, LitElement, nothing } from 'lit';
import '../components/hf-error.ts';
import { isHandle } from '../../protocol/index.ts';
import { DRAWING } from '../drawing.ts';
import { originWarnings } from '../house/origin.ts';
import { formatDuration, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { navigate } from '../router.ts';
import { AccountMaking, MAKING_STEPS } from '../state/account-making.ts';
import { AccountController, accountName } from '../state/account-store.ts';
import { forgetAccount, lostAccounts } from '../state/lost-accounts.ts';
import { domainOf, limitWords } from '../state/web-document-words.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import { welcomeStyles } from '../styles/welcome.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { OriginWarning } from '../house/origin.ts';
import type { MakingStep } from '../state/account-making.ts';
import type { NotedAccount } from '../state/lost-accounts.ts';

/** The doors into the house, and the making of an account. */
export class HoldfastWelcome extends LitElement {
  static override styles = [shared, controls, welcomeStyles];

  static override properties = {
    starting: { state: true }, warnings: { state: true }, handle: { state: true }, problem: { state: true },
    onDomain: { state: true }, domain: { state: true }, domainProblem: { state: true },
  };

  declare protected starting: boolean;
  declare protected warnings: readonly OriginWarning[];
  declare protected handle: string;
  declare protected problem: string | undefined;
  /** Whether the owner wants the identity on a domain of theirs, and on which. */
  declare protected onDomain: boolean;
  declare protected domain: string;
  declare protected domainProblem: string | undefined;
  #making = new AccountMaking(this);
  #accounts = new AccountController(this);

  constructor() {
    super();
    this.starting = false;
    this.warnings = [];
    this.handle = '';
    this.onDomain = false;
    this.domain = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void originWarnings().then((warnings) => (this.warnings = warnings));
  }

  override render(): TemplateResult {
    const { phase } = this.#making.making;
    if (phase === 'making' || phase === 'made') return this.#underWay();
    if (this.starting) return this.#form();
    return this.#doors();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { making } = this.#making;
    if (making.phase === 'made') navigate(`/kit/${encodeURIComponent(making.did).replaceAll('%3A', ':')}`, { replace: true });
    if (changed.has('starting') && changed.get('starting') !== undefined) this.#focus('h1');
  }

  #doors(): TemplateResult {
    return html`
      <div class="screen">
        <div class="hero">
          <div class="stack">
            <h1>${msg('Your account, at home in your browser')}</h1>
            <p>${msg('Holdfast keeps your posts, your profile and your keys here, in this browser: signed by you, without any server, and yours to take along.')}</p>
          </div>
          ${DRAWING}
        </div>
        ${this.#lost().map((account) => this.#wayBack(account))}
        ${this.#accounts.current === undefined ? nothing : html`
          <p class="note">${ICONS.info}<span>${msg('There is an account in this house already. You can add another.')} <a href="/">${msg('Go home')}</a></span></p>`}
        <div class="doors">
          <section class="card door" aria-labelledby="fresh">
            ${ICONS.key}
            <h2 id="fresh">${msg('Start fresh')}</h2>
            <p>${msg('Make a new account with keys of its own. It takes a few seconds and needs no network.')}</p>
            <button class="primary" id="start" @click=${this.#start}>${msg('Start fresh')}</button>
          </section>
          <section class="card door" aria-labelledby="restore">
            ${ICONS.restore}
            <h2 id="restore">${msg('Restore from a backup')}</h2>
            <p>${msg('Come back with your recovery kit, and a saved copy of your records or your mirror.')}</p>
            <a class="button" href="/restore">${msg('Restore from a backup')}</a>
          </section>
          <section class="card door later" aria-labelledby="bring">
            ${ICONS.move}
            <h2 id="bring">${msg('Bring my account')}</h2>
            <p class="soft">${msg('Move an account that lives elsewhere into this house. This comes later; for now, leave it where it is.')}</p>
            <p><span class="badge">${ICONS.waiting}${msg('Not available yet')}</span></p>
          </section>
        </div>
      </div>`;
  }

  /** None before the house has said what it has. */
  #lost(): readonly NotedAccount[] {
    const { accounts } = this.#accounts.state;
    return accounts === undefined ? [] : lostAccounts(accounts);
  }

  /** The browser has taken away what was stored, and the page would look as if nothing had ever been. */
  #wayBack(account: NotedAccount): TemplateResult {
    const name = accountName(account);
    return html`
      <section class="card stack lost" aria-label=${name}>
        <p class="note amber">${ICONS.warning}<span><strong>${msg(str`Your account ${name} was in this browser.`)}</strong>
          ${msg('The browser has taken away what this site had stored, or it was cleared by hand. What your mirror or a saved file has is safe: the account comes back from there, with your recovery kit.')}</span></p>
        <div class="row">
          <a class="button primary" href="/restore">${ICONS.restore}${msg('Bring it back')}</a>
          <button class="quiet" @click=${() => {
            forgetAccount(account.did);
            this.requestUpdate();
          }}>${msg('Do not remind me of it')}</button>
        </div>
      </section>`;
  }

  #form(): TemplateResult {
    const { making } = this.#making;
    const isUnsure = making.phase === 'failed' && making.isUnsure;
    return html`
      <form class="screen" @submit=${this.#submit}>
        <h1>${msg('Start fresh')}</h1>
        ${making.phase === 'failed' ? html`
          <hf-error .error=${making.error} safe=${isUnsure ? msg('Nothing was lost. Whether the account was made is not known.') : msg('Nothing was made and nothing was lost.')}
            advice=${isUnsure ? msg('Press the button again: no second account is made.') : msg('You can press the button again.')}></hf-error>` : nothing}
        ${this.warnings.map((warning) => html`<p class="note amber">${ICONS.warning}<span><strong>${warning.title}</strong> ${warning.text}</span></p>`)}
        <div class="card stack">
          <div class="field">
            <label for="handle">${msg('Handle (you can leave this empty)')}</label>
            <input id="handle" name="handle" autocomplete="username" autocapitalize="none" spellcheck="false"
              aria-describedby="handle-hint handle-problem" aria-invalid=${this.problem === undefined ? 'false' : 'true'}
              .value=${this.handle} ?readonly=${isUnsure} @input=${this.#type} />
            <span class="hint" id="handle-hint">${msg('The name others will see, such as alice.example.com. It becomes valid once a mirror serves it; you can choose it later.')}</span>
            <span class="problem" id="handle-problem" role="alert">${this.problem ?? nothing}</span>
          </div>
          <details id="own-domain" ?open=${this.onDomain} @toggle=${this.#openDomain}>
            <summary>${msg('I want my identity on a domain of my own (did:web)')}</summary>
            <div class="stack">
              <p class="soft">${msg('For people who run a web server: a document on your domain says who you are, in place of the public directory. Most people are safer without. Know this first:')}</p>
              <ul class="limits">${limitWords().map((words) => html`<li>${words}</li>`)}</ul>
              <div class="field">
                <label for="domain">${msg('Your domain')}</label>
                <input id="domain" name="domain" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url"
                  aria-describedby="domain-hint domain-problem" aria-invalid=${this.domainProblem === undefined ? 'false' : 'true'}
                  .value=${this.domain} ?readonly=${isUnsure} @input=${this.#typeDomain} />
                <span class="hint" id="domain-hint">${msg('Such as ada.example.com. It is your handle as well. What to publish there is shown when you pair with a mirror.')}</span>
                <span class="problem" id="domain-problem" role="alert">${this.domainProblem ?? nothing}</span>
              </div>
            </div>
          </details>
          <p class="soft">${msg('Pressing the button makes your keys in this browser and signs your first commit. The browser may ask whether it may keep the data: allow it.')}</p>
          <div class="row">
            <button class="primary" type="submit">${ICONS.key}${msg('Make my keys')}</button>
            <button type="button" class="quiet" @click=${this.#back}>${msg('Back')}</button>
          </div>
        </div>
      </form>`;
  }

  #underWay(): TemplateResult {
    return html`
      <div class="screen">
        <h1>${msg('Making your account')}</h1>
        <div class="card">
          <ol class="steps" aria-live="polite">
            ${MAKING_STEPS.map((step) => {
              const { state, ms } = this.#making.steps.get(step) ?? { state: 'waiting' as const, ms: undefined };
              const icon = { waiting: ICONS.waiting, running: ICONS.running, done: ICONS.passed }[state];
              return html`
                <li data-state=${state}>${icon}<span class="name">${stepName(step)}</span>
                  <span class="small soft numbers">${ms === undefined ? nothing : formatDuration(ms)}</span></li>`;
            })}
          </ol>
        </div>
      </div>`;
  }

  #start(): void {
    this.starting = true;
  }

  #back(): void {
    this.starting = false;
  }

  #type(event: Event): void {
    this.handle = (event.target as HTMLInputElement).value;
    this.problem = undefined;
  }

  /** What is folded away is not wanted. */
  #openDomain(event: Event): void {
    this.onDomain = (event.target as HTMLDetailsElement).open;
  }

  #typeDomain(event: Event): void {
    this.domain = (event.target as HTMLInputElement).value;
    this.domainProblem = undefined;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const domain = this.onDomain ? domainOf(this.domain) : '';
    if (domain !== '' && !isHandle(domain)) {
      this.domainProblem = msg('This is no domain: it looks like ada.example.com, without a port or a path.');
      return this.#focus('#domain');
    }
    const handle = this.handle.trim().replace(/^@/, '').toLowerCase();
    if (handle !== '' && !isHandle(handle)) {
      this.problem = msg('A handle looks like a domain name: letters, digits and hyphens, with a dot, such as alice.example.com.');
      return this.#focus('#handle');
    }
    // Asked in the gesture, as browsers want it; the account does not wait for the answer.
    void navigator.storage?.persist?.().catch(() => false);
    void this.#making.make(domain !== '' ? { domain } : handle === '' ? undefined : { handle });
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => {
      const element = this.renderRoot.querySelector<HTMLElement>(selector);
      if (element === null) return;
      if (selector === 'h1') element.tabIndex = -1;
      element.focus();
    });
  }
}

customElements.define('holdfast-welcome', HoldfastWelcome);

function stepName(step: MakingStep): string {
  switch (step) {
    case 'keys':
      return msg('Make the keys');
    case 'genesis':
      return msg('Sign the first operation: your identity');
    case 'repository':
      return msg('Lay out an empty repository');
    case 'commit':
      return msg('Sign the first commit');
    case 'kit':
      return msg('Seal the recovery kit');
    case 'store':
      return msg('Keep it all in this browser');
  }
}
