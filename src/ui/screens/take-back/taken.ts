import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { undoTake } from '../../state/start-take.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { TakeResult } from '../../jobs/index.ts';
import type { Account } from '../../state/account-store.ts';

/** So many refused records are named. */
const MOST = 50;

/** What was brought back, what was not, and a way to take all of it back. Fires `again`. */
export class Taken extends LitElement {
  static override styles = [shared, controls, css`
    li {
      padding: 0.3rem 0;
      overflow-wrap: anywhere;
    }
  `];

  static override properties = { result: { attribute: false }, undoing: { state: true } };
  declare result: TakeResult;
  declare protected undoing: 'working' | { readonly records: number; readonly message?: string } | { readonly error: unknown } | undefined;

  override render(): TemplateResult {
    const isUndone = typeof this.undoing === 'object' && 'records' in this.undoing && this.undoing.message === undefined;
    return html`
      <div class="card stack">
        ${isUndone ? nothing : this.#brought()}
        <div role="status">${this.#undone()}</div>
        <div class="row">
          ${this.undoing === undefined || 'error' in Object(this.undoing) ? html`<button id="undo" @click=${this.#undo}>${ICONS.restore}${msg('Take all of this back')}</button>` : nothing}
          <a class="button" href="/activity">${msg('Look at it in Activity')}</a>
          <button id="again" @click=${() => this.dispatchEvent(new Event('again'))}>${msg('Bring back more')}</button>
        </div>
      </div>`;
  }

  #brought(): TemplateResult {
    const { records, revs, refused, stopped } = this.result;
    return html`
      <div class="note ${stopped === undefined && refused.length === 0 ? 'good' : 'amber'}">
        ${stopped === undefined && refused.length === 0 ? ICONS.passed : ICONS.warning}
        <div>
          <p><strong>${records === 1 ? msg('1 record is back,') : msg(str`${formatNumber(records)} records are back,`)}
            ${revs.length === 1 ? msg('in 1 signed change.') : msg(str`in ${formatNumber(revs.length)} signed changes.`)}</strong></p>
          ${stopped === undefined ? nothing : html`<p>${stopped === ''
            ? msg('You cancelled the rest. What came before that is here and stays.')
            : msg(str`It ended before all was done; what came before that is here and stays. ${stopped}`)}</p>`}
        </div>
      </div>
      ${refused.length === 0 ? nothing : html`
        <details>
          <summary>${refused.length === 1 ? msg('1 record did not come back') : msg(str`${formatNumber(refused.length)} records did not come back`)}</summary>
          <ul>${refused.slice(0, MOST).map(({ path, message }) => html`<li><span class="mono">${path}</span><br /><span class="small soft">${message}</span></li>`)}</ul>
        </details>`}`;
  }

  #undone(): TemplateResult | typeof nothing {
    const { undoing } = this;
    if (undoing === undefined) return nothing;
    if (undoing === 'working') return html`<p>${msg('Taking it back…')}</p>`;
    if ('error' in undoing) return html`<hf-error .error=${undoing.error} safe=${msg('Your data is safe. Some of it may be taken back already: Activity shows what.')}></hf-error>`;
    return html`
      <p class="note ${undoing.message === undefined ? 'good' : 'amber'}">${undoing.message === undefined ? ICONS.passed : ICONS.warning}<span>
        ${undoing.records === 1 ? msg('1 record is as it was before.') : msg(str`${formatNumber(undoing.records)} records are as they were before.`)} ${undoing.message ?? nothing}</span></p>`;
  }

  async #undo(): Promise<void> {
    this.undoing = 'working';
    try {
      this.undoing = await undoTake(this.result.did as Account['did'], this.result.revs);
    } catch (error) {
      this.undoing = { error };
    }
  }
}

customElements.define('holdfast-taken', Taken);
