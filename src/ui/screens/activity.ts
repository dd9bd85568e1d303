import { Task } from '@lit/task';
import { html, LitElement, nothing } from 'lit';
import '../components/hf-error.ts';
import '../components/history-list.ts';
import './activity/folder-log.ts';
import './activity/key-uses.ts';
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
import type { UseFilter } from '../state/sign-log.ts';

/** Every signed commit that is kept, newest first, to look at and to take back; and what is about to fall out of history. */
export class HoldfastActivity extends LitElement {
  static override styles = [shared, controls];
  static override properties = { params: { attribute: false }, shown: { state: true } };

  /** Changes of records, backups that were made by themselves, or uses of keys of some kind. */
  declare protected shown: 'changes' | 'backups' | UseFilter;

  #accounts = new AccountController(this);
  #room = new Task(this, {
    task: async ([did]) => (did === undefined ? undefined : house.get('app.holdfast.account.describe', { did })),
    args: () => [this.#accounts.current?.did, this.#accounts.current?.head.rev] as const,
  });

  constructor() {
    super();
    this.shown = 'changes';
  }

  override render(): TemplateResult {
    const { current, state } = this.#accounts;
    const { shown } = this;
    return html`
      <div class="screen">
        <div>
          <h1>${msg('Activity')}</h1>
          <p class="soft">${msg('Every change of your records is signed with your key, and each that is kept here can be taken back.')}</p>
        </div>
        ${state.error === undefined ? nothing : html`<hf-error .error=${state.error}></hf-error>`}
        ${current === undefined ? nothing : this.#choice()}
        ${shown !== 'changes' || this.#room.value === undefined ? nothing : room(this.#room.value)}
        ${shown === 'changes' || shown === 'backups' ? nothing : html`
          <p class="soft small">${msg('Commits are listed as far back as history goes, passes for a quarter of a year, and everything else for as long as the account is in this browser. What another device signs is not listed here.')}</p>`}
        ${current === undefined ? nothing : html`
          <div class="card">${shown === 'changes' ? html`<holdfast-history .did=${current.did}></holdfast-history>`
            : shown === 'backups' ? html`<holdfast-folder-log did=${current.did}></holdfast-folder-log>` : html`
            <holdfast-key-uses .account=${current} .filter=${shown}></holdfast-key-uses>`}</div>`}
      </div>`;
  }

  #choice(): TemplateResult {
    const option = (value: typeof this.shown, words: string): TemplateResult => html`<option value=${value} ?selected=${value === this.shown}>${words}</option>`;
    return html`
      <div class="field">
        <label for="shown">${msg('What to show')}</label>
        <select id="shown" @change=${(event: Event) => (this.shown = (event.target as HTMLSelectElement).value as typeof this.shown)}>
          ${option('changes', msg('Changes of your records'))}
          ${option('all', msg('Every use of your keys'))}
          ${option('commits', msg('Commits that were signed'))}
          ${option('identity', msg('Operations of the identity'))}
          ${option('kit', msg('The recovery kit'))}
          ${option('passes', msg('Passes for the mirror'))}
          ${option('backups', msg('Backups into your folder'))}
        </select>
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
