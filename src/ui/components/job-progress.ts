import { css, html, LitElement, nothing } from 'lit';
import './hf-progress.ts';
import { formatNumber, msg, str } from '../i18n.ts';
import { jobRuns } from '../state/job-runs.ts';
import { phaseWords } from '../state/job-words.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { JobRun } from '../state/job-runs.ts';

/** How far a job of this page is, with a way to cancel it. `run` is the job. */
export class JobProgressBar extends LitElement {
  static override styles = [shared, css`
    :host {
      display: grid;
      gap: 0.25rem;
      grid-template-columns: minmax(0, 1fr);
    }
  `];

  static override properties = { run: { attribute: false } };
  declare run: JobRun;

  override render(): TemplateResult {
    const { id, kind, state, progress, startedAt } = this.run;
    const cancelling = state === 'cancelling';
    return html`
      <hf-progress label=${cancelling ? msg('Cancelling') : phaseWords(kind, progress?.phase)} unit=${unitWords(progress?.unit)}
        .done=${progress?.done ?? 0} .total=${progress?.total ?? 0} .startedAt=${startedAt} ?cancellable=${!cancelling}
        @cancel=${() => jobRuns.cancel(id)}></hf-progress>
      ${progress === undefined || progress.unit !== 'bytes' || progress.records === 0 ? nothing : html`
        <p class="small soft numbers">${msg(str`${formatNumber(progress.records)} records so far`)}</p>`}
    `;
  }
}

customElements.define('holdfast-job-progress', JobProgressBar);

function unitWords(unit: 'bytes' | 'records' | 'blobs' | undefined): string {
  if (unit === 'blobs') return msg('pictures and other blobs');
  return unit === 'records' ? msg('records') : 'bytes';
}
