import { css, html, LitElement, nothing } from 'lit';
import { formatAgo, formatBytes, formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { isBackupDue } from '../../state/backup-due.ts';
import { lastBackup } from '../../state/backups.ts';
import { jobRuns, JobsController } from '../../state/job-runs.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { JobRow } from '../../state/job-runs.ts';

/** The backups that were saved from this browser: those of the last day one by one, and when the newest was made. */
export class SavesCard extends LitElement {
  static override styles = [shared, css`
    li {
      display: flex;
      gap: 0.75rem;
      padding: 0.6rem 0;
      overflow-wrap: anywhere;
    }

    li + li {
      border-top: 1px solid var(--line);
    }

    li > div {
      min-width: 0;
    }

    .icon {
      color: var(--ink-soft);
    }

    [data-state='done'] .icon {
      color: var(--good);
    }
  `];

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
            : html`<span class="badge amber">${isBackupDue(newest, head.rev) ? msg('Old') : msg('Behind')}</span> ${msg(str`Saved ${formatAgo(newest.time)}. Something has changed since.`)}`}</p>`}
        ${rows.length === 0 ? nothing : html`<ul>${rows.map(line)}</ul>`}
      </section>
    `;
  }
}

customElements.define('holdfast-saves-card', SavesCard);

function line({ state, startedAt, endedAt, result, error }: JobRow): TemplateResult {
  return html`
    <li data-state=${state}>
      ${state === 'done' ? ICONS.passed : ICONS.info}
      <div>
        <p>${formatTime(endedAt ?? startedAt)}</p>
        <p class="small soft numbers">${howWords(state)}${result?.records === undefined || result.bytes === undefined ? nothing
          : msg(str`: ${formatNumber(result.records)} records, ${formatBytes(result.bytes)}, rev ${result.rev ?? ''}`)}${error === undefined ? nothing : `: ${error.message}`}</p>
      </div>
    </li>`;
}

function howWords(state: JobRow['state']): string {
  if (state === 'done') return msg('Read back and verified');
  if (state === 'cancelled') return msg('Cancelled');
  return state === 'stopped' ? msg('Stopped with its page') : msg('Not saved');
}
