import { Task } from '@lit/task';
import { html, LitElement, nothing } from 'lit';
import '../components/hf-error.ts';
import '../components/history-list.ts';
import { house } from '../house/client.ts';
import { formatBytes, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { AccountController } from '../state/account-store.ts';
import { isHistoryNearlyFull } from '../state/room.ts';
import { revTime } from '../state/rev-time.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';

/** Every signed commit that is kept, newest first, to look at and to take back; and what is about to fall out of history. */
export class HoldfastActivity extends LitElement {
  static override styles = [shared, controls];
  static override properties = { params: { attribute: false } };

  #accounts = new AccountController(this);
  #room = new Task(this, {
    task: async ([did]) => (did === undefined ? undefined : house.get('app.holdfast.account.describe', { did })),
    args: () => [this.#accounts.current?.did, this.#accounts.current?.head.rev] as const,
  });

  override render(): TemplateResult {
    const { current, state } = this.#accounts;
    return html`
      <div class="screen">
        <div>
          <h1>${msg('Activity')}</h1>
          <p class="soft">${msg('Every change of your records is signed with your key, and each that is kept here can be taken back.')}</p>
        </div>
        ${state.error === undefined ? nothing : html`<hf-error .error=${state.error}></hf-error>`}
        ${this.#room.value === undefined ? nothing : room(this.#room.value)}
        ${current === undefined ? nothing : html`<div class="card"><holdfast-history .did=${current.did}></holdfast-history></div>`}
      </div>`;
  }
}

customElements.define('holdfast-activity', HoldfastActivity);

/** How far back history goes, and what falls out of it next. */
function room(details: lexicons.AppHoldfastAccountDescribe.$output): TemplateResult | typeof nothing {
  const { historyBytes, historyLimit, historyFrom } = details;
  const time = historyFrom === undefined ? undefined : revTime(historyFrom);
  if (time === undefined) return nothing;
  const link = html`<a href="/storage">${msg('Storage')}</a>`;
  const words = msg(str`History goes back to ${formatTime(time)}, and takes ${formatBytes(historyBytes)} of the ${formatBytes(historyLimit)} that it may.`);
  if (!isHistoryNearlyFull(details)) return html`<p class="soft small">${words} ${msg(html`You set that in ${link}.`)}</p>`;
  return html`
    <p class="note amber">${ICONS.warning}<span>${words}
      ${msg('The oldest changes fall out next, as you write: your records stay, but those changes can then not be taken back any more.')}
      ${msg(html`You can give it more room in ${link}.`)}</span></p>`;
}
