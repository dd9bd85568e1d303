import { html, LitElement, nothing } from 'lit';
import '../components/hf-error.ts';
import '../components/job-progress.ts';
import '../components/saved-file.ts';
import './take-back/collections.ts';
import './take-back/taken.ts';
import { formatNumber, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { startCompare } from '../jobs/index.ts';
import { AccountController } from '../state/account-store.ts';
import { hasEnded, jobRuns, JobsController } from '../state/job-runs.ts';
import { revTime } from '../state/rev-time.ts';
import { withoutSafety } from '../state/safety-words.ts';
import { startTake } from '../state/start-take.ts';
import { kindOf, TakeChoice } from '../state/take-choice.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { SavedFile } from '../components/saved-file.ts';
import type { CompareResult } from '../jobs/index.ts';
import type { JobRun } from '../state/job-runs.ts';

const SCREEN = '/backups/records';

/** The file that is looked at, for as long as the page is open: the screen may be left and come back to. */
let picked: { readonly did: string; readonly file: File; readonly filePassphrase: string | undefined } | undefined;

/** Brings collections or single records of a saved file back into the account: chosen by hand, as new commits. */
export class HoldfastTakeBack extends LitElement {
  static override styles = [shared, controls];
  static override properties = { params: { attribute: false } };
  #accounts = new AccountController(this);
  #choice = new TakeChoice([]);
  #compared: CompareResult | undefined;
  #shown: JobRun['state'] | undefined;

  constructor() {
    super();
    void new JobsController(this, SCREEN);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const compared = this.#latest('compare')?.result;
    if (compared === this.#compared) return;
    this.#compared = compared;
    this.#choice = new TakeChoice(compared?.changes ?? []);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const state = this.#latest('take')?.state;
    if (state === this.#shown) return;
    this.#shown = state;
    // The list goes and the outcome comes; whoever works with it follows.
    if (state === 'running') this.renderRoot.querySelector<HTMLElement>('#running')?.focus();
    else if (state !== undefined && state !== 'cancelling') this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  override render(): TemplateResult {
    const { current } = this.#accounts;
    const take = this.#latest('take');
    const isTaking = take !== undefined && !hasEnded(take);
    const isDone = take?.result !== undefined;
    const last = jobRuns.latest('take', SCREEN);
    const isForOther = take === undefined && last !== undefined && !hasEnded(last);
    return html`
      <div class="screen">
        <div class="stack">
          <h1 tabindex="-1">${isDone ? msg('What came back') : msg('Bring single records back')}</h1>
          ${isDone ? nothing : html`
            <p>${msg('Out of a saved file of this account: what you deleted comes back at its own place, and what you changed is shown beside what you have, for you to choose. Nothing is changed before you have seen what will be done, and all of it can be taken back.')}</p>`}
        </div>
        ${isDone ? html`<holdfast-taken .result=${take.result} @again=${this.#again}></holdfast-taken>` : nothing}
        ${take?.state === 'failed' ? html`
          <hf-error .error=${withoutSafety(take.error)} safe=${msg('Your data is safe: no record was changed.')} advice=${msg('If something was written meanwhile, choose the file once more.')}></hf-error>` : nothing}
        <div role="status">${take?.state === 'cancelled' ? html`<p class="note">${ICONS.info}<span>${msg('Cancelled. Nothing was changed.')}</span></p>` : nothing}</div>
        ${isTaking ? html`
          <section class="card stack" aria-labelledby="running" aria-busy="true">
            <h2 id="running" tabindex="-1">${msg('Bringing records back')}</h2>
            <holdfast-job-progress .run=${take}></holdfast-job-progress>
          </section>` : nothing}
        ${isForOther ? html`<p class="note">${ICONS.info}<span>${msg('Records are being brought back into another account. When that is done, you can choose a file here.')}</span></p>` : nothing}
        ${isTaking || isDone || isForOther || current === undefined ? nothing : html`${this.#file()}${this.#compared === undefined ? nothing : this.#wanted(this.#compared)}`}
      </div>`;
  }

  /** What was begun for another account is not for this one. */
  #latest<Kind extends 'compare' | 'take'>(kind: Kind): JobRun<Kind> | undefined {
    return picked?.did === this.#accounts.current?.did ? jobRuns.latest(kind, SCREEN) : undefined;
  }

  #file(): TemplateResult {
    const run = this.#latest('compare');
    const isRunning = run !== undefined && !hasEnded(run);
    return html`
      <section class="card stack" aria-labelledby="file" aria-busy=${isRunning ? 'true' : 'false'}>
        <h2 id="file">${msg('The file')}</h2>
        <hf-saved-file id="car" @pick=${this.#pick}></hf-saved-file>
        ${isRunning ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
        <div role="status">${this.#verdict(run)}</div>
        ${run?.state === 'failed' ? html`
          <hf-error .error=${withoutSafety(run.error)} safe=${msg('Nothing was changed: this file was only read.')} advice=${msg('If you have another copy, try that.')}></hf-error>` : nothing}
      </section>`;
  }

  #verdict(run: JobRun<'compare'> | undefined): TemplateResult | typeof nothing {
    if (run?.state === 'cancelled') return html`<p class="note">${ICONS.info}<span>${msg('Cancelled. Nothing was changed.')}</span></p>`;
    if (this.#compared === undefined || run === undefined) return nothing;
    const { records, changes, rev } = this.#compared;
    const time = revTime(rev);
    const holds = time === undefined ? msg(str`${formatNumber(records)} records.`) : msg(str`${formatNumber(records)} records, as they were on ${formatTime(time)}.`);
    return html`
      <div class="note good">${ICONS.passed}<div>
        <p><strong>${msg('The file is whole and yours.')}</strong> ${run.subject}: ${holds}</p>
        ${changes.length > 0 ? nothing : html`<p>${msg('All of them are in your account just so. There is nothing to bring back.')}</p>`}
      </div></div>`;
  }

  #wanted(compared: CompareResult): TemplateResult | typeof nothing {
    if (compared.changes.length === 0) return nothing;
    return html`
      <section class="card stack" aria-labelledby="wanted">
        <h2 id="wanted">${msg('What to bring back')}</h2>
        <holdfast-take-collections .compared=${compared} .choice=${this.#choice} @change=${() => this.requestUpdate()}></holdfast-take-collections>
      </section>
      <section class="card stack" aria-labelledby="plan">
        <h2 id="plan">${msg('What will be done')}</h2>
        <div role="status">${this.#plan()}</div>
        <p class="soft">${msg('What was written since the file was saved, and is not chosen here, stays as it is.')}</p>
        <div class="row"><button class="primary" id="start" aria-disabled=${this.#choice.size === 0 ? 'true' : 'false'} @click=${this.#start}>${ICONS.restore}${this.#startWords()}</button></div>
      </section>`;
  }

  #startWords(): string {
    const { size } = this.#choice;
    if (size === 0) return msg('Bring records back');
    return size === 1 ? msg('Bring 1 record back') : msg(str`Bring ${formatNumber(size)} records back`);
  }

  #plan(): TemplateResult {
    const chosen = this.#choice.chosen();
    if (chosen.length === 0) return html`<p>${msg('Nothing is chosen yet.')}</p>`;
    const fresh = chosen.filter((change) => kindOf(change) === 'fresh').length;
    const differs = chosen.length - fresh;
    const blobs = this.#choice.blobs().length;
    return html`
      <ul>
        ${fresh === 0 ? nothing : html`<li>${fresh === 1 ? msg('1 record that is not here comes back.') : msg(str`${formatNumber(fresh)} records that are not here come back.`)}</li>`}
        ${differs === 0 ? nothing : html`<li>${differs === 1 ? msg('1 record of yours becomes what it is in the file.') : msg(str`${formatNumber(differs)} records of yours become what they are in the file.`)}</li>`}
        ${blobs === 0 ? nothing : html`<li>${blobs === 1 ? msg('1 picture or other blob comes with them.') : msg(str`${formatNumber(blobs)} pictures and other blobs come with them.`)}</li>`}
      </ul>`;
  }

  #pick(event: Event): void {
    const { file, passphrase: filePassphrase } = event.target as SavedFile;
    const { current } = this.#accounts;
    if (file === undefined || current === undefined) return;
    picked = { did: current.did, file, filePassphrase };
    this.#forget();
    jobRuns.follow('compare', SCREEN, file.name, startCompare({ did: current.did, car: file, ...(filePassphrase !== undefined && { filePassphrase }) }));
  }

  #start(): void {
    const compared = this.#compared;
    if (compared === undefined || picked === undefined || this.#choice.size === 0) return;
    const { file, filePassphrase } = picked;
    const job = startTake({ car: file, filePassphrase, compared, changes: this.#choice.chosen(), blobs: this.#choice.blobs() });
    jobRuns.follow('take', SCREEN, file.name, job);
  }

  #forget(): void {
    const run = jobRuns.latest('take', SCREEN);
    if (run !== undefined) jobRuns.dismiss(run.id);
  }

  /** What was compared is not how things are now. */
  #again(): void {
    this.#forget();
    const run = jobRuns.latest('compare', SCREEN);
    if (run !== undefined) jobRuns.dismiss(run.id);
    picked = undefined;
  }
}

customElements.define('holdfast-take-back', HoldfastTakeBack);
