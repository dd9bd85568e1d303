import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { formatBytes, formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { isHistoryNearlyFull } from '../../state/room.ts';
import { revTime } from '../../state/rev-time.ts';
import { controls } from '../../styles/controls.ts';
import { meterStyles } from '../../styles/meter.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { lexicons } from '../../../protocol/index.ts';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { Account } from '../../state/account-store.ts';

/** What may be chosen, in bytes; beside what is set. */
const LIMITS = [0, 5_000_000, 20_000_000, 50_000_000, 200_000_000, 1_000_000_000];

/** How much room history may take, how far back it goes, and what falls out of it next. */
export class HistoryCard extends LitElement {
  static override styles = [shared, controls, meterStyles, css`
    .field {
      max-width: 20rem;
    }
  `];

  static override properties = {
    account: { attribute: false }, details: { attribute: false }, chosen: { state: true }, saved: { state: true }, problem: { state: true },
  };

  declare account: Account;
  declare details: lexicons.AppHoldfastAccountDescribe.$output;
  /** What the owner is asked about, or what is being set. */
  declare protected chosen: number | undefined;
  declare protected saved: boolean;
  declare protected problem: unknown;

  constructor() {
    super();
    this.saved = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('account') && (changed.get('account') as Account | undefined)?.did !== this.account.did) this.saved = false;
  }

  override render(): TemplateResult {
    const { historyBytes, historyLimit, historyFrom } = this.details;
    const time = historyFrom === undefined ? undefined : revTime(historyFrom);
    const value = this.chosen ?? historyLimit;
    const limits = [...new Set([...LIMITS, historyLimit])].sort((a, b) => a - b);
    return html`
      <section class="card stack" aria-labelledby="history">
        <h2 id="history">${msg('History')}</h2>
        <p>${msg(html`What was there before each change, so that it can be taken back in <a href="/activity">Activity</a>. Pictures and files that it names stay as well.`)}</p>
        <div>
          <meter aria-label=${msg('Room that history takes')} min="0" max=${Math.max(1, historyLimit)} .value=${historyBytes}></meter>
          <p class="numbers">${msg(str`${formatBytes(historyBytes)} of ${formatBytes(historyLimit)}`)}</p>
        </div>
        ${time === undefined ? nothing : html`
          <p class=${isHistoryNearlyFull(this.details) ? 'note amber' : 'soft'}>${isHistoryNearlyFull(this.details) ? ICONS.warning : nothing}<span>${isHistoryNearlyFull(this.details)
            ? msg(str`It is nearly full. The oldest changes, from ${formatTime(time)} on, fall out next: your records stay, but those changes can then not be taken back any more.`)
            : msg(str`It goes back to ${formatTime(time)}.`)}</span></p>`}
        <div class="field">
          <label for="limit">${msg('It may take')}</label>
          <select id="limit" @change=${this.#choose}>
            ${limits.map((limit) => html`<option value=${limit} .selected=${limit === value}>${limit === 0 ? msg('The newest change only') : formatBytes(limit)}</option>`)}
          </select>
        </div>
        <div role="status">${this.saved ? html`<p class="note good">${ICONS.passed}<span>${msg('That is how it is kept from now on.')}</span></p>` : nothing}</div>
        ${this.problem === undefined ? nothing : html`<hf-error .error=${this.problem}></hf-error>`}
        <hf-confirm heading=${msg('Let the oldest changes go?')} action=${msg('Let them go')} danger>
          <p>${msg(str`History takes ${formatBytes(historyBytes)}, more than ${formatBytes(value)}. The oldest changes go at once, and can then not be taken back any more. Your records stay as they are.`)}</p>
        </hf-confirm>
      </section>`;
  }

  async #choose(event: Event): Promise<void> {
    const select = event.target as HTMLSelectElement;
    const bytes = Number(select.value);
    this.saved = false;
    this.problem = undefined;
    this.chosen = bytes;
    await this.updateComplete;
    const { historyBytes, historyLimit } = this.details;
    if (bytes < historyBytes && await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) {
      this.chosen = undefined;
      select.value = String(historyLimit);
      return;
    }
    try {
      await house.post('app.holdfast.history.setLimit', { did: this.account.did, bytes });
      this.saved = true;
    } catch (error) {
      this.problem = error;
      select.value = String(historyLimit);
    }
    this.chosen = undefined;
  }
}

customElements.define('holdfast-history-room', HistoryCard);
