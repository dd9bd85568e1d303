import { css, html, LitElement, nothing } from 'lit';
import '../components/file-contents.ts';
import { problemOf } from '../components/hf-error.ts';
import '../components/hf-file.ts';
import '../components/job-progress.ts';
import '../components/saved-file.ts';
import './restore/begin-again.ts';
import './restore/find-kit.ts';
import './restore/restored.ts';
import './restore/standby-field.ts';
import { keepKit } from './restore/keep-kit.ts';
import { askPasskey } from '../../keys/passkey.ts';
import { msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { startRestore, startVerify } from '../jobs/index.ts';
import { accountStore } from '../state/account-store.ts';
import { rememberBackup } from '../state/backups.ts';
import { isAboutPassphrase, isAlreadyHere, isUnsure, restoreAdvice } from '../state/failure-words.ts';
import { hasEnded, jobRuns, JobsController } from '../state/job-runs.ts';
import { looksLikeKit } from '../state/kit-sniff.ts';
import { lineToOpenHouse } from '../state/open-house.ts';
import { hostOf } from '../state/mirror-words.ts';
import { withoutSafety } from '../state/safety-words.ts';
import { siteResolver } from '../state/site-settings.ts';
import { oddities } from '../state/verdict.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { HfFile } from '../components/hf-file.ts';
import type { SavedFile } from '../components/saved-file.ts';
import type { FoundKit } from '../jobs/find-kit.ts';
import type { Params } from '../router.ts';
import type { JobRun } from '../state/job-runs.ts';
import type { FindKit } from './restore/find-kit.ts';
import type { StandbyField } from './restore/standby-field.ts';

/** Coming back: kit, passphrase and saved file or mirror are given, looked at, and brought in when all is verified. */
export class HoldfastRestore extends LitElement {
  static override styles = [shared, controls, css`
    .count {
      display: inline-grid;
      place-items: center;
      width: 1.75rem;
      height: 1.75rem;
      margin-inline-end: 0.6rem;
      color: var(--accent);
      font-size: 1rem;
      background: var(--accent-wash);
      border-radius: 50%;
    }

    h2:focus {
      outline: none;
    }

    .sources {
      display: flex;
      flex-wrap: wrap;
      gap: 0 1.5rem;
    }

    .problem:empty {
      display: none;
    }
  `];

  static override properties = {
    params: { attribute: false }, kitProblem: { state: true }, passphraseProblem: { state: true }, fileProblem: { state: true }, kit: { state: true },
    source: { state: true }, isBegun: { state: true }, kitFrom: { state: true }, found: { state: true }, standby: { state: true },
  };

  declare params: Params;
  declare protected kit: File | undefined;
  /** Where the records come from. */
  declare protected source: 'file' | 'mirror' | 'house' | 'none';
  /** Where the kit comes from, and the one that a mirror had. */
  declare protected kitFrom: 'file' | 'mirror';
  declare protected found: FoundKit | undefined;
  /** The origin of a standby that is asked in the place of the mirror. */
  declare protected standby: string | undefined;
  /** The identity was saved with the kit alone. */
  declare protected isBegun: boolean;
  declare protected kitProblem: string | undefined;
  declare protected passphraseProblem: string | undefined;
  declare protected fileProblem: string | undefined;
  #car: File | undefined;
  /** Of an encrypted file. */
  #filePassphrase: string | undefined;
  #shown: JobRun['state'] | undefined;
  #asking = false;

  constructor() {
    super();
    this.source = 'file';
    this.kitFrom = 'file';
    this.isBegun = false;
    void new JobsController(this, '/restore');
  }

  override render(): TemplateResult {
    const run = jobRuns.latest('restore', '/restore');
    const isRunning = run !== undefined && !hasEnded(run);
    const isDone = run?.state === 'done' && run.result !== undefined;
    return html`
      <div class="screen">
        <div class="stack">
          <h1 tabindex="-1">${isDone ? msg('Your account is back') : msg('Restore from a backup')}</h1>
          ${isDone || this.isBegun ? nothing : html`
            <p>${msg('With your recovery kit, its passphrase, and a saved file or your mirror, your account comes into this browser: the same identity, the same records, able to write on.')}</p>`}
        </div>
        ${isDone ? html`<holdfast-restored .result=${run.result} @again=${this.#again}></holdfast-restored>` : nothing}
        ${isDone && this.#isFromMirror && this.found !== undefined && run.result !== undefined ? keepKit(this.found, run.result) : nothing}
        <div role="status">${run?.state !== 'cancelled' ? nothing : html`
          <p class="note">${ICONS.info}<span>${msg('Cancelled. Nothing was changed and nothing was kept.')}</span></p>`}</div>
        ${run?.state === 'failed' ? this.#failed(run.error) : nothing}
        ${isRunning ? html`
          <section class="card stack" aria-labelledby="running" aria-busy="true">
            <h2 id="running" tabindex="-1">${msg('Restoring')}</h2>
            <p class="note">${ICONS.info}<span>${run.progress?.phase === 'blobs' || run.progress?.phase === 'unpacking'
              ? html`<strong>${msg('The account is here, verified.')}</strong> ${msg('Its pictures are still coming. If you cancel now, those that have not come are missing.')}`
              : html`<strong>${msg('Nothing has changed yet.')}</strong> ${msg('The account is here only when all of it was read and found right. You can look at other screens meanwhile; keep this page open.')}`}</span></p>
            <holdfast-job-progress .run=${run}></holdfast-job-progress>
          </section>` : nothing}
        <form class="screen" ?hidden=${isRunning || isDone || this.isBegun} @submit=${this.#submit}>${this.#form()}</form>
        ${this.source === 'none' && !isRunning && !isDone ? html`<holdfast-begin-again @begun=${() => (this.isBegun = true)}></holdfast-begin-again>` : nothing}
      </div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const state = jobRuns.latest('restore', '/restore')?.state;
    if (state === this.#shown) return;
    const isMove = this.#shown !== undefined || state === 'running';
    this.#shown = state;
    if (state === 'done' && this.#passphrase) this.#passphrase.value = '';
    // The form goes and comes; whoever works with it follows.
    if (isMove && state !== 'cancelling') this.renderRoot.querySelector<HTMLElement>(state === 'running' ? '#running' : 'h1')?.focus();
  }

  #form(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="one">
        <h2 id="one"><span class="count" aria-hidden="true">1</span>${msg('The records')}</h2>
        <fieldset class="sources">
          <legend class="visually-hidden">${msg('Where the records come from')}</legend>
          ${this.#choice('file', msg('From a saved file'))}${this.#choice('mirror', msg('From my mirror'))}${this.#choice('house', msg('From a browser that has it open'))}${this.#choice('none', msg('I have none of these'))}
        </fieldset>
        ${this.source === 'mirror' ? html`
          <p class="note">${ICONS.mirror}<span>${msg('The mirror that your identity names is asked for its copy. It is verified as strictly as a file: the mirror cannot have changed anything. Changes that had not reached it are missing. Your kit brings the account out even where its operator has suspended it.')}</span></p>
          <holdfast-standby-field @typed=${(event: Event) => (this.standby = (event.target as StandbyField).standby)}></holdfast-standby-field>` : nothing}
        ${this.source === 'house' ? html`
          <p class="note">${ICONS.house}<span>${msg('Open this account in the other browser and leave it open. The mirror says whether it is there and introduces the two; the records then come straight from it, and are verified as strictly as a file.')}</span></p>` : nothing}
        <hf-saved-file id="car" ?hidden=${this.source !== 'file'} .problem=${this.fileProblem} @pick=${this.#pickCar}></hf-saved-file>
        ${this.source === 'file' ? this.#found() : nothing}
      </section>
      ${this.source === 'none' ? nothing : this.#kitForm()}`;
  }

  #kitForm(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="two">
        <h2 id="two"><span class="count" aria-hidden="true">2</span>${msg('The recovery kit')}</h2>
        ${this.#isKitInside ? html`
          <p class="note good">${ICONS.key}<span>${msg('The sealed kit is in the backup: only its passphrase is asked.')}</span></p>` : nothing}
        ${this.#isKitInside ? nothing : html`
          <fieldset class="sources">
            <legend class="visually-hidden">${msg('Where the kit comes from')}</legend>
            ${this.#kitChoice('file', msg('I have the kit file'))}${this.#kitChoice('mirror', msg('I have only my passphrase or my passkey: get my kit from my mirror'))}
          </fieldset>`}
        <holdfast-find-kit ?hidden=${!this.#isFromMirror} .standby=${this.standby} .problem=${this.#isFromMirror ? this.kitProblem : undefined} @found=${this.#take}></holdfast-find-kit>
        <hf-file id="kit" ?hidden=${this.#isKitInside || this.#isFromMirror} label=${msg('Kit file')} hint=${msg('A small file that ends in .age. You can also drop it here.')}
          accept=".age,.txt,text/plain" .problem=${this.kitProblem} @pick=${this.#pickKit}></hf-file>
        ${this.kit === undefined || this.#isKitInside || this.#isFromMirror ? nothing : html`
          <p class="note good">${ICONS.key}<span>${msg(str`${this.kit.name} is a sealed file, as a kit is. What is in it shows when its passphrase opens it.`)}</span></p>`}
        ${this.#isByPasskey ? html`<p class="note">${ICONS.key}<span>${msg('Your passkey is asked for when you begin.')}</span></p>` : nothing}
        <div class="field" ?hidden=${this.#isByPasskey}>
          <label for="passphrase">${msg('Passphrase of the kit')}</label>
          <input id="passphrase" name="passphrase" class="mono" autocomplete="off" autocapitalize="characters" spellcheck="false"
            aria-describedby="passphrase-hint passphrase-problem" aria-invalid=${this.passphraseProblem === undefined ? 'false' : 'true'}
            @input=${() => (this.passphraseProblem = undefined)} />
          <span class="hint" id="passphrase-hint">${this.#isKitInside && this.#filePassphrase !== undefined
            ? msg('As you wrote it down: four groups. Leave it empty if it is the passphrase of the file.')
            : msg('As you wrote it down: four groups. Spaces, hyphens and small letters do not matter.')}</span>
          <span class="problem" id="passphrase-problem" role="alert">${this.passphraseProblem ?? nothing}</span>
        </div>
      </section>
      <div class="stack">
        <p class="soft">${msg('Nothing has changed yet. The keys stay in this browser, and the passphrase is not kept.')}</p>
        <div class="row"><button class="primary" type="submit" id="start">${ICONS.restore}${msg('Restore this account')}</button></div>
      </div>`;
  }

  /** Whether the file that was looked at is a backup that has the kit. */
  get #isKitInside(): boolean {
    return this.source === 'file' && jobRuns.latest('verify', '/restore')?.result?.backup?.hasKit === true;
  }

  get #isFromMirror(): boolean {
    return this.kitFrom === 'mirror' && !this.#isKitInside;
  }

  get #isByPasskey(): boolean {
    return this.#isFromMirror && this.found?.kind === 'passkey';
  }

  #kitChoice(from: typeof this.kitFrom, words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="kit-from" value=${from} .checked=${this.kitFrom === from} @change=${() => {
      this.kitFrom = from;
      this.kitProblem = undefined;
    }} />${words}</label>`;
  }

  #choice(source: typeof this.source, words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="source" value=${source} .checked=${this.source === source}
      @change=${() => this.#choose(source)} />${words}</label>`;
  }

  get #opening(): { readonly filePassphrase?: string } {
    return this.#filePassphrase === undefined ? {} : { filePassphrase: this.#filePassphrase };
  }

  #choose(source: typeof this.source): void {
    this.source = source;
    this.standby = undefined;
    this.fileProblem = undefined;
    this.#forgetOutcome();
  }

  /** What the saved file was found to hold, before anything is asked. */
  #found(): TemplateResult | typeof nothing {
    const look = jobRuns.latest('verify', '/restore');
    if (look === undefined) return nothing;
    if (!hasEnded(look)) return html`<holdfast-job-progress .run=${look}></holdfast-job-progress>`;
    if (look.state === 'failed') {
      return html`<hf-error .error=${withoutSafety(look.error)} safe=${msg('Nothing was changed: this file was only read.')}
        advice=${isAboutPassphrase(look.error) ? nothing : msg('If you have another copy, try that.')}></hf-error>`;
    }
    if (look.result === undefined) return nothing;
    const { result } = look;
    return html`
      <div class="stack">
        <div class="note ${result.house === 'absent' ? 'good' : 'amber'}" role="status">
          ${result.house === 'absent' ? ICONS.passed : ICONS.warning}
          <div>
            <p><strong>${result.house === 'absent'
              ? msg('The file is whole. The kit will show whether the signature is yours.')
              : msg('This account is in this house already, and stays as it is: there is nothing to restore.')}</strong></p>
            ${oddities(result).map((sentence) => html`<p>${sentence}</p>`)}
          </div>
        </div>
        <holdfast-file-contents .contents=${result} fileName=${look.subject}></holdfast-file-contents>
      </div>`;
  }

  #failed(error: unknown): TemplateResult {
    return html`
      <hf-error .error=${withoutSafety(error)} advice=${restoreAdvice(error) ?? nothing}
        safe=${isAlreadyHere(error) ? msg('Your account is safe: it is in this house, and was not touched.')
          : isUnsure(error) ? msg('What was in this browser is as it was. Whether this account is here now is not known.') : msg('Nothing was changed: what is in this browser is as it was.')}></hf-error>`;
  }

  get #passphrase(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#passphrase');
  }

  get #standbyField(): StandbyField | null {
    return this.renderRoot.querySelector('holdfast-standby-field');
  }

  async #pickKit(event: Event): Promise<void> {
    const { file } = event.target as HfFile;
    if (file === undefined) return;
    const isKit = await looksLikeKit(file);
    this.kit = isKit ? file : undefined;
    this.kitProblem = isKit ? undefined : msg('This is not a recovery kit. A kit is a small sealed file whose name ends in .age.');
  }

  #take(event: Event): void {
    this.found = (event.target as FindKit).chosen;
    this.kitProblem = undefined;
    this.passphraseProblem = undefined;
  }

  #pickCar(event: Event): void {
    const { file, passphrase } = event.target as SavedFile;
    if (file === undefined) return;
    this.#car = file;
    this.#filePassphrase = passphrase;
    this.fileProblem = undefined;
    this.#forgetOutcome();
    jobRuns.follow('verify', '/restore', file.name, startVerify({ car: file, ...this.#opening }));
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#asking) return;
    const passphrase = this.#passphrase?.value.trim() ?? '';
    const car = this.source === 'file' ? this.#car : undefined;
    this.fileProblem = this.source === 'file' && car === undefined ? msg('Choose the saved file first.') : undefined;
    const kit = this.#isKitInside ? undefined : this.#isFromMirror ? this.found && new Blob([this.found.file]) : this.kit;
    const missing = this.#isFromMirror ? msg('Look at the mirror of the account first.') : msg('Choose the kit file first.');
    this.kitProblem = this.#isKitInside ? undefined : kit === undefined ? this.kitProblem ?? missing : this.kitProblem;
    const isOfFile = passphrase === '' && car !== undefined && this.#filePassphrase !== undefined && this.#isKitInside;
    this.passphraseProblem = passphrase === '' && !isOfFile && !this.#isByPasskey ? msg('Type the passphrase of the kit.') : undefined;
    const first = this.fileProblem !== undefined ? '#car' : this.#standbyField?.check() === false ? 'holdfast-standby-field' : this.kitProblem !== undefined ? (this.#isFromMirror ? 'holdfast-find-kit' : '#kit') : this.passphraseProblem !== undefined ? '#passphrase' : undefined;
    if (first !== undefined) {
      return void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(first)?.focus());
    }
    const opening = await this.#answer(passphrase);
    if (opening === undefined) return;
    // Asked in the gesture, as browsers want it; the account does not wait for the answer.
    void navigator.storage?.persist?.().catch(() => false);
    // The restore reads the file itself, and strictly.
    const look = jobRuns.latest('verify', '/restore');
    if (look !== undefined && !hasEnded(look)) jobRuns.dismiss(look.id);
    const line = this.source === 'house' ? lineToOpenHouse() : undefined;
    this.#asking = true;
    const standby = this.standby === undefined ? undefined : { url: this.standby, resolver: await siteResolver() };
    this.#asking = false;
    const job = startRestore({ ...opening, ...(standby !== undefined && { standby }), ...(kit !== undefined && { kit }), ...(car !== undefined && { car, ...this.#opening }), ...(line !== undefined && { house: line.port }) });
    if (line !== undefined) void job.done.then(line.end, line.end);
    job.done.then(async ({ did, rev, bytes }) => {
      // Whoever came back with a file has it; of a mirror or another browser nobody has one.
      if (car !== undefined) rememberBackup(did, { time: new Date().toISOString(), rev, bytes });
      await accountStore.refresh();
      accountStore.select(did);
    }, () => undefined).catch(reportError);
    const from = standby === undefined ? msg('your mirror') : hostOf(standby.url);
    jobRuns.follow('restore', '/restore', car?.name ?? (line === undefined ? from : msg('your other browser')), job);
  }

  /** What opens the kit; undefined where the passkey did not answer. */
  async #answer(passphrase: string): Promise<{ readonly passphrase: string; readonly passkey?: Uint8Array<ArrayBuffer> } | undefined> {
    const { found } = this;
    if (!this.#isByPasskey || found?.id === undefined) return { passphrase };
    this.#asking = true;
    try {
      return { passphrase: '', passkey: await askPasskey(found.id) };
    } catch (error) {
      this.kitProblem = problemOf(error).message;
      return undefined;
    } finally {
      this.#asking = false;
    }
  }

  #forgetOutcome(): void {
    const run = jobRuns.latest('restore', '/restore');
    if (run !== undefined && hasEnded(run)) jobRuns.dismiss(run.id);
  }

  #again(): void {
    this.#forgetOutcome();
    const look = jobRuns.latest('verify', '/restore');
    if (look !== undefined) jobRuns.dismiss(look.id);
    for (const place of this.renderRoot.querySelectorAll<HfFile | SavedFile>('hf-file, hf-saved-file')) place.clear();
    this.kit = undefined;
    this.found = undefined;
    this.kitFrom = 'file';
    this.#car = undefined;
    this.#filePassphrase = undefined;
  }
}

customElements.define('holdfast-restore', HoldfastRestore);
