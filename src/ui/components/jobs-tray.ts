import { css, html, LitElement, nothing } from 'lit';
import { formatBytes, formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { hasEnded, jobRuns, JobsController } from '../state/job-runs.ts';
import { endWords, workWords } from '../state/job-words.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { JobRow, JobRun } from '../state/job-runs.ts';

/**
 * Long work, wherever the owner is: what runs with its progress, what has ended until it is dismissed. A screen that
 * shows its jobs itself is not repeated.
 */
export class HoldfastJobsTray extends LitElement {
  static override styles = [shared, controls, css`
    section {
      display: grid;
      width: min(22rem, calc(100vw - 2rem));
      max-height: min(24rem, 50vh);
      overflow-y: auto;
      background: var(--card);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius-large);
      box-shadow: var(--shadow);
    }

    li {
      display: grid;
      gap: 0.35rem;
      grid-template-columns: minmax(0, 1fr);
      padding: 0.75rem 1rem;
    }

    li + li {
      border-top: 1px solid var(--line);
    }

    .end {
      display: flex;
      gap: 0.6rem;
      align-items: flex-start;
    }

    .end > :first-child {
      flex: none;
      padding-top: 0.5rem;
    }

    .end .words {
      flex: 1;
      min-width: 0;
      padding-top: 0.5rem;
      overflow-wrap: anywhere;
    }

    .good {
      color: var(--good);
    }

    .bad {
      color: var(--bad);
    }

    .way {
      display: inline-flex;
      align-items: center;
      min-height: 40px;
    }
  `];

  constructor() {
    super();
    void new JobsController(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // The first screen needs no bars.
    if (jobRuns.runs.length + jobRuns.elsewhere.length > 0) void import('./job-progress.ts');
  }

  override render(): TemplateResult {
    // What was done without being asked for is told in Backups and Activity.
    const runs = jobRuns.runs.filter((run) => run.screen !== jobRuns.screen && !run.seen && !(run.kind === 'folder' && run.state === 'done'));
    const { elsewhere, stopped } = jobRuns;
    const isEmpty = runs.length + elsewhere.length + stopped.length === 0;
    return html`
      <section aria-label=${msg('Long work')} ?hidden=${isEmpty}>
        <ul>
          ${runs.map((run) => html`<li>${hasEnded(run) ? this.#ended(run) : running(run)}</li>`)}
          ${elsewhere.map((row) => html`<li>${other(row)}</li>`)}
          ${stopped.map((row) => html`<li>${this.#stopped(row)}</li>`)}
        </ul>
      </section>
      <p class="visually-hidden" role="status">${runs.filter(hasEnded).map((run) => endWords(run.kind, run.state)).join('. ')}</p>
    `;
  }

  #ended(run: JobRun): TemplateResult {
    const icon = run.state === 'done' ? html`<span class="good">${ICONS.passed}</span>` : html`<span class="bad">${ICONS.failed}</span>`;
    const facts = run.result === undefined ? nothing : html`
      <span class="small soft numbers">${msg(str`${formatNumber(run.result.records)} records, ${formatBytes(run.result.bytes)}`)}</span>`;
    return this.#end(run.id, icon, html`
      ${endWords(run.kind, run.state)}<br />${facts} <a class="way" href=${run.screen}>${msg('Show')}</a>`);
  }

  #stopped({ id, kind }: JobRow): TemplateResult {
    return this.#end(id, html`<span>${ICONS.info}</span>`, html`${endWords(kind, 'stopped')}`);
  }

  #end(id: string, icon: TemplateResult, words: TemplateResult): TemplateResult {
    return html`
      <div class="end">
        ${icon}<div class="words">${words}</div>
        <button class="quiet square" aria-label=${msg('Dismiss')} @click=${() => jobRuns.dismiss(id)}>${ICONS.close}</button>
      </div>`;
  }
}

customElements.define('holdfast-jobs-tray', HoldfastJobsTray);

const running = (run: JobRun): TemplateResult => html`
  <span><strong>${workWords(run.kind)}</strong> <a class="way" href=${run.screen}>${msg('Show')}</a></span>
  <holdfast-job-progress .run=${run}></holdfast-job-progress>`;

const other = ({ kind, done, total, unit }: JobRow): TemplateResult => html`
  <hf-progress label=${msg(str`${workWords(kind)} in another tab`)} unit=${unit === 'records' ? msg('records') : 'bytes'}
    .done=${done} .total=${total}></hf-progress>`;
