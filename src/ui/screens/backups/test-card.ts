import { css, html, LitElement, nothing } from 'lit';
import '../../components/file-contents.ts';
import '../../components/hf-error.ts';
import '../../components/job-progress.ts';
import '../../components/saved-file.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { startVerify } from '../../jobs/index.ts';
import { accountName } from '../../state/account-store.ts';
import { isAboutPassphrase } from '../../state/failure-words.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { FocusKeeper } from '../../state/focus-keeper.ts';
import { hasEnded, jobRuns, JobsController } from '../../state/job-runs.ts';
import { verdictOf } from '../../state/verdict.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { SavedFile } from '../../components/saved-file.ts';
import type { VerifyResult } from '../../jobs/index.ts';
import type { Account } from '../../state/account-store.ts';
import type { JobRun } from '../../state/job-runs.ts';

/** Reads a saved file to its end and says whose it is, and whether it is good. Nothing is touched. */
export class TestCard extends LitElement {
  static override styles = [shared, controls, css`
    /* The second verifier names CIDs. */
    .note p {
      overflow-wrap: anywhere;
    }
  `];
  static override properties = { accounts: { attribute: false } };
  declare accounts: readonly Account[] | undefined;

  constructor() {
    super();
    void new JobsController(this);
    void new FocusKeeper(this, 'holdfast-job-progress', 'hf-saved-file');
  }

  override render(): TemplateResult {
    const run = jobRuns.latest('verify', '/backups');
    const isRunning = run !== undefined && !hasEnded(run);
    return html`
      <section class="card stack" aria-labelledby="test" aria-busy=${isRunning ? 'true' : 'false'}>
        <h2 id="test">${msg('Test a file')}</h2>
        <p>${msg('Is a backup still good? Two independent verifiers read the whole file, check every hash and the signature, and say what is inside. Nothing is changed and nothing is stored.')}</p>
        <hf-saved-file @pick=${this.#test}></hf-saved-file>
        ${isRunning ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
        <div role="status">${this.#outcome(run)}</div>
        ${run?.state === 'failed' ? html`
          <hf-error .error=${withoutSafety(run.error)} safe=${msg('Your records in this browser are safe: this file was only read.')}
            advice=${isAboutPassphrase(run.error) ? nothing : msg('Do not rely on this file.')}></hf-error>` : nothing}
      </section>
    `;
  }

  #outcome(run: JobRun<'verify'> | undefined): TemplateResult | typeof nothing {
    if (run?.result !== undefined) return this.#verdict(run.subject, run.result);
    if (run?.state !== 'cancelled') return nothing;
    return html`<p class="note">${ICONS.info}<span>${msg('Cancelled. Nothing was changed.')}</span></p>`;
  }

  #verdict(fileName: string, result: VerifyResult): TemplateResult {
    const account = this.accounts?.find(({ did }) => did === result.did);
    const { tone, title, sentences } = verdictOf(result, accountName(account ?? { did: result.did as Account['did'] }));
    return html`
      <div class="stack">
        <div class="note ${tone}">
          ${tone === 'good' ? ICONS.passed : tone === 'bad' ? ICONS.failed : ICONS.warning}
          <div>
            <p><strong>${title}</strong></p>
            ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
          </div>
        </div>
        <holdfast-file-contents .contents=${result} fileName=${fileName}></holdfast-file-contents>
      </div>`;
  }

  #test(event: Event): void {
    const { file, passphrase } = event.target as SavedFile;
    if (file === undefined) return;
    jobRuns.follow('verify', '/backups', file.name, startVerify({ car: file, twice: true, ...(passphrase !== undefined && { filePassphrase: passphrase }) }));
    // One that is encrypted stays, in case that the passphrase was another.
    if (passphrase === undefined) (event.target as SavedFile).clear();
  }
}

customElements.define('holdfast-test-card', TestCard);
