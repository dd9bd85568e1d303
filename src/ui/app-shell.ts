import { html, LitElement, nothing } from 'lit';
import './components/hf-error.ts';
import './components/jobs-tray.ts';
import { ICONS, MARK } from './icons.ts';
import { msg } from './i18n.ts';
import { atPath, matchRoute, navigate, Router } from './router.ts';
import { ROUTES } from './routes.ts';
import { AccountController, accountName, accountStore } from './state/account-store.ts';
import { watchBackups } from './state/backups.ts';
import { bridge } from './state/bridge.ts';
import { crash } from './state/crash.ts';
import { identityStore } from './state/identity-store.ts';
import { unsupported } from './state/support.ts';
import { controls } from './styles/controls.ts';
import { shared } from './styles/shared.ts';
import { shellStyles } from './styles/shell.ts';
import './status-pill.ts';
import './street-strip.ts';
import './update-toast.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Match, Params } from './router.ts';

/** A screen, as the shell holds it. */
type Screen = HTMLElement & { params?: Params; updateComplete?: Promise<unknown> };

/** What stands around every screen: header, ways to go, the strip of places, and the screen of the address. */
export class HoldfastApp extends LitElement {
  static override styles = [shared, controls, shellStyles];
  static override properties = { screen: { state: true }, problem: { state: true } };

  declare protected screen: Screen | undefined;
  declare protected problem: unknown;
  #router = new Router(this);
  #accounts = new AccountController(this);
  #shown: string | undefined;
  #path = '';

  override render(): TemplateResult {
    const { current } = this.#accounts.state;
    return html`
      <div class="frame" ?data-alone=${current === undefined}>
        <header>
          <a class="skip" href="#main" @click=${this.#skip}>${msg('Skip to the content')}</a>
          <div class="top">
            <a class="brand" href="/" aria-label=${msg('Holdfast, to the start')}>
              <span class="mark">${MARK}</span><span class="name" aria-hidden="true">Holdfast</span>
            </a>
            ${current === undefined ? nothing : this.#identity()}
            <holdfast-pill></holdfast-pill>
          </div>
          ${current === undefined ? nothing : html`<holdfast-strip></holdfast-strip>`}
        </header>
        ${current === undefined ? nothing : this.#ways(current.did)}
        <main id="main" tabindex="-1">${this.#content()}</main>
        <holdfast-jobs-tray></holdfast-jobs-tray>
        <holdfast-update></holdfast-update>
      </div>
    `;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    watchBackups();
    bridge.watch();
    crash.watch();
    identityStore.watch();
    void import('./state/folder-store.ts').then(({ folderStore }) => folderStore.watch(), () => undefined);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#follow();
  }

  /** Sees to it that the screen is the one of the address. */
  #follow(): void {
    let match = matchRoute(ROUTES, location.pathname);
    if (this.#accounts.state.accounts?.length === 0 && match?.route.needsAccount === true) {
      history.replaceState(null, '', `/welcome${location.search}`);
      match = matchRoute(ROUTES, '/welcome');
    }
    if (location.pathname === this.#path) return;
    this.#path = location.pathname;
    if (match === undefined) {
      this.screen = undefined;
      this.#shown = undefined;
      document.title = `${msg('Not found')} · Holdfast`;
      void this.updateComplete.then(() => this.#focusHeading(this.renderRoot));
      return;
    }
    const did = match.params.did;
    if (did !== undefined && did !== this.#accounts.current?.did) accountStore.select(did);
    void this.#show(match);
  }

  async #show({ route, params }: Match): Promise<void> {
    const path = this.#path;
    try {
      await route.load();
    } catch (error) {
      if (path === this.#path) this.problem = error;
      return;
    }
    if (path !== this.#path) return;
    document.title = `${route.title(params)} · Holdfast`;
    this.problem = undefined;
    // One element serves the addresses of its kind: a list keeps its place while a record is looked at.
    const fresh = this.screen === undefined || this.#shown !== route.tag;
    const screen: Screen = fresh ? document.createElement(route.tag) : (this.screen as Screen);
    screen.params = params;
    this.screen = screen;
    this.#shown = route.tag;
    await this.updateComplete;
    await screen.updateComplete;
    if (!this.#router.moved || !fresh) return;
    window.scrollTo(0, 0);
    this.#focusHeading(screen.shadowRoot ?? screen);
  }

  #focusHeading(root: ParentNode): void {
    const heading = root.querySelector('h1');
    if (heading === null || !this.#router.moved) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  #content(): TemplateResult | Screen | typeof nothing {
    const reason = unsupported();
    if (reason !== undefined) {
      return html`
        <div class="stack">
          <h1>${msg('Holdfast cannot run in this window')}</h1>
          <p><strong>${msg('Nothing was stored and nothing was lost.')}</strong> ${reason}</p>
        </div>`;
    }
    const { accounts, error } = this.#accounts.state;
    // These help to find out why, and to go on.
    if (accounts === undefined && error !== undefined && !['/settings', '/check', '/restore'].includes(this.#path)) {
      return html`
        <div class="stack">
          <h1>${msg('The house does not answer')}</h1>
          <hf-error .error=${error} safe=${msg('Nothing was lost: what is stored in this browser is untouched.')}
            advice=${msg('Try again; if that does not help, close the other tabs of this app and reload.')} retry
            @retry=${() => accountStore.refresh()}></hf-error>
          <div class="row"><a class="button" href="/check">${msg('Check my house')}</a><a href="/settings">${msg('Check this browser')}</a></div>
        </div>`;
    }
    if (this.problem !== undefined) {
      return html`<hf-error .error=${this.problem} safe=${msg('Your data is safe: only this screen could not be loaded.')}
        advice=${msg('Reload the page; if you are offline, try again when you are back.')} retry
        @retry=${() => location.reload()}></hf-error>`;
    }
    if (this.screen !== undefined) return this.screen;
    if (matchRoute(ROUTES, this.#path) !== undefined) return nothing;
    return html`
      <div class="stack">
        <h1>${msg('There is no page here')}</h1>
        <p>${msg('Your data is not affected: nothing is kept at this address.')}</p>
        <p><a class="button" href="/">${msg('Go to the start')}</a></p>
      </div>`;
  }

  #ways(did: string): TemplateResult {
    const ways = [
      { href: '/', icon: ICONS.house, word: msg('Home') },
      { href: atPath(did), icon: ICONS.records, word: msg('Records') },
      { href: '/compose', icon: ICONS.compose, word: msg('Write') },
      { href: '/mirror', icon: ICONS.mirror, word: msg('Mirror') },
      { href: '/backups', icon: ICONS.backup, word: msg('Backups') },
      { href: '/settings', icon: ICONS.settings, word: msg('Settings') },
    ];
    return html`
      <nav aria-label=${msg('Screens')}>
        <ul>
          ${ways.map(({ href, icon, word }) => html`
            <li><a href=${href} aria-current=${this.#isAt(href) ? 'page' : nothing}>${icon}<span>${word}</span></a></li>`)}
        </ul>
      </nav>`;
  }

  #isAt(href: string): boolean {
    return href === '/' ? this.#path === '/' : this.#path === href || this.#path.startsWith(`${href}/`);
  }

  #identity(): TemplateResult | typeof nothing {
    const { accounts, current } = this.#accounts.state;
    if (current === undefined) return nothing;
    if (accounts === undefined || accounts.length < 2) {
      return html`<a class="chip" href="/profile">${ICONS.person}<span class="name">${accountName(current)}</span></a>`;
    }
    return html`
      <label class="chip">
        ${ICONS.person}<span class="visually-hidden">${msg('Account')}</span>
        <select @change=${this.#switch}>
          ${accounts.map((account) => html`
            <option value=${account.did} ?selected=${account.did === current.did}>${accountName(account)}</option>`)}
        </select>
      </label>`;
  }

  #switch(event: Event): void {
    accountStore.select((event.target as HTMLSelectElement).value);
    navigate('/');
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector('main')?.focus();
  }
}

