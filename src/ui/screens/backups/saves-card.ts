import { html, LitElement, nothing } from 'lit';
import { formatAgo, formatBytes, formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { lastBackup } from '../../state/backups.ts';
import { jobRuns, JobsController } from '../../state/job-runs.ts';
import { endWords } from '../../state/job-words.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { JobRow } from '../../state/job-runs.ts';

/** The backups that were saved from this browser: those of the last day one by one, and when the newest was made. */
export class SavesCard extends LitElement {
  static override styles = [shared, controls];
  static override properties = { account: { attribute: false } };
  declare account: Account;

  constructor() {
    super();
    void new JobsController(this);
  }

  override render(): TemplateResult {
    const { did, head } = this.account;
    const rows = jobRuns.rows.filter((row) => row.kind === 'save' && row.did === did && row.state !== 'running');
    const newest = lastBackup(did);
    return html`
      <section class="card stack" aria-labelledby="saves">
        <h2 id="saves">${msg('Saved from this browser')}</h2>
        ${newest === undefined ? html`<p class="soft">${msg('No backup of this account was saved from this browser yet.')}</p>` : html`
          <p>${newest.rev === head.rev
            ? html`<span class="badge good">${msg('Up to date')}</span> ${msg(str`Saved ${formatAgo(newest.time)}. Nothing has changed since.`)}`
            : html`<span class="badge amber">${msg('Behind')}</span> ${msg(str`Saved ${formatAgo(newest.time)}. Something has changed since.`)}`}</p>`}
        ${rows.length === 0 ? nothing : html`
          <div class="table-scroll" tabindex="0" role="region" aria-labelledby="saves">
            <table>
              <thead>
                <tr>
                  <th scope="col">${msg('When')}</th><th scope="col">${msg('How it ended')}</th>
                  <th scope="col">${msg('Records')}</th><th scope="col">${msg('Size')}</th><th scope="col">${msg('Rev')}</th>
                </tr>
              </thead>
              <tbody>${rows.map(line)}</tbody>
            </table>
          </div>`}
      </section>
    `;
  }
}

customElements.define('holdfast-saves-card', SavesCard);

function line({ state, startedAt, endedAt, result, error }: JobRow): TemplateResult {
  const how = state === 'done' ? msg('Verified') : state === 'cancelled' ? msg('Cancelled') : state === 'stopped' ? msg('Stopped with its page') : endWords('save', 'failed');
  return html`
    <tr>
      <td>${formatTime(endedAt ?? startedAt)}</td>
      <td>${how}${error === undefined ? nothing : html`<br /><span class="small soft">${error.message}</span>`}</td>
      <td>${result?.records === undefined ? nothing : formatNumber(result.records)}</td>
      <td>${result?.bytes === undefined ? nothing : formatBytes(result.bytes)}</td>
      <td class="mono">${result?.rev ?? nothing}</td>
    </tr>`;
}
