import { html, LitElement, nothing } from 'lit';
import '../components/commit-list.ts';
import '../components/hf-empty.ts';
import '../components/hf-error.ts';
import { house } from '../house/client.ts';
import { msg } from '../i18n.ts';
import { AccountController } from '../state/account-store.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Commit } from '../components/commit-list.ts';

const PAGE = 25;

/** Every signed commit of the account, newest first, a page at a time. */
export class HoldfastActivity extends LitElement {
  static override styles = [shared, controls];
  static override properties = {
    params: { attribute: false }, commits: { state: true }, cursor: { state: true }, problem: { state: true }, busy: { state: true },
  };

  declare protected commits: readonly Commit[] | undefined;
  declare protected cursor: string | undefined;
  declare protected problem: unknown;
  declare protected busy: boolean;
  #accounts = new AccountController(this);
  #shown = '';

  constructor() {
    super();
    this.busy = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { current } = this.#accounts;
    const shown = current === undefined ? '' : `${current.did} ${current.head.rev}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (shown !== '') void this.#load(undefined);
  }

  override render(): TemplateResult {
    const { current, state } = this.#accounts;
    const problem = this.problem ?? state.error;
    return html`
      <div class="screen">
        <div>
          <h1>${msg('Activity')}</h1>
          <p class="soft">${msg('Every change is signed with your key. This is each time it was used.')}</p>
        </div>
        ${problem === undefined ? nothing : html`<hf-error .error=${problem} retry @retry=${() => this.#load(undefined)}></hf-error>`}
        ${this.#list(current?.did)}
      </div>`;
  }

  #list(did: string | undefined): TemplateResult | typeof nothing {
    const { commits } = this;
    if (did === undefined || commits === undefined) return html`<p class="soft" role="status">${this.busy ? msg('Reading…') : nothing}</p>`;
    if (commits.length === 0) return html`<hf-empty text=${msg('Nothing has been written yet. What you write shows here, change by change.')}></hf-empty>`;
    return html`
      <div class="card"><holdfast-commits did=${did} .commits=${commits} full></holdfast-commits></div>
      ${this.cursor === undefined ? nothing : html`
        <div class="row"><button aria-disabled=${this.busy ? 'true' : 'false'} @click=${() => this.#load(this.cursor)}>${msg('Show older')}</button></div>`}`;
  }

  async #load(cursor: string | undefined): Promise<void> {
    const did = this.#accounts.current?.did;
    if (did === undefined || (this.busy && cursor !== undefined)) return;
    this.busy = true;
    this.problem = undefined;
    try {
      const page = await house.get('app.holdfast.activity.list', { did, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      this.commits = cursor === undefined ? page.commits : [...(this.commits ?? []), ...page.commits];
      this.cursor = page.cursor;
    } catch (error) {
      this.problem = error;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-activity', HoldfastActivity);
