import { html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import '../../components/job-progress.ts';
import { formatBytes, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { startCompaction } from '../../jobs/index.ts';
import { FocusKeeper } from '../../state/focus-keeper.ts';
import { hasEnded, jobRuns, JobsController } from '../../state/job-runs.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { JobRun } from '../../state/job-runs.ts';

/** Brings dead space back: how much there is, how far the work is, what it brought. */
export class CompactionCard extends LitElement {
  static override styles = [shared, controls];
  static override properties = { account: { attribute: false }, dead: { type: Number } };
  declare account: Account;
  /** In bytes, about. */
  declare dead: number;

  constructor() {
    super();
    void new JobsController(this, '/storage');
    void new FocusKeeper(this, 'holdfast-job-progress', '#compact');
  }

  override render(): TemplateResult {
    const run = jobRuns.latest('compact', '/storage', this.account.did);
    const isRunning = run !== undefined && !hasEnded(run);
    return html`
      <section class="card stack" aria-labelledby="dead" aria-busy=${isRunning ? 'true' : 'false'}>
        <h2 id="dead">${msg('Dead space')}</h2>
        <p>${this.dead === 0
          ? msg('Hardly anything is dead at the moment. The house sees to it by itself when much is.')
          : msg(str`About ${formatBytes(this.dead)} are left over from records and parts of the tree that were replaced. The house takes them away by itself when they are many.`)}</p>
        <p class="soft">${msg('Compacting writes what is alive closer together. You can go on writing meanwhile, and stop it at any time.')}</p>
        <div class="row"><button id="compact" aria-disabled=${isRunning ? 'true' : 'false'} @click=${this.#compact}>${ICONS.storage}${msg('Compact now')}</button></div>
        ${isRunning ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
        <div role="status">${outcome(run)}</div>
        ${run?.state === 'failed' ? html`<hf-error .error=${withoutSafety(run.error)} safe=${msg('Your data is safe: nothing was changed.')}></hf-error>` : nothing}
      </section>`;
  }

  #compact(): void {
    const run = jobRuns.latest('compact', '/storage', this.account.did);
    if (run !== undefined && !hasEnded(run)) return;
    const { did } = this.account;
    jobRuns.follow('compact', '/storage', did, startCompaction({ did }));
  }
}

customElements.define('holdfast-compaction', CompactionCard);

function outcome(run: JobRun<'compact'> | undefined): TemplateResult | typeof nothing {
  if (run?.state === 'cancelled') return html`<p class="note">${ICONS.info}<span>${msg('Cancelled. Nothing was changed.')}</span></p>`;
  if (run?.result === undefined) return nothing;
  const { brought, bytes } = run.result;
  return html`
    <p class="note good">${ICONS.passed}<span>${brought === 0
      ? msg(str`There was nothing to bring back: the repository takes ${formatBytes(bytes)}.`)
      : msg(str`${formatBytes(brought)} came back: the repository takes ${formatBytes(bytes)} now.`)}</span></p>`;
}
