import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import '../../components/hf-file.ts';
import '../../components/job-progress.ts';
import './seal-choice.ts';
import { house } from '../../house/client.ts';
import { formatBytes, formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { saveFileName, startSave } from '../../jobs/index.ts';
import { downloadFile } from '../../state/download.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { looksLikeKit } from '../../state/kit-sniff.ts';
import { FocusKeeper } from '../../state/focus-keeper.ts';
import { hasEnded, jobRuns, JobsController } from '../../state/job-runs.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { lexicons } from '../../../protocol/index.ts';
import type { HfFile } from '../../components/hf-file.ts';
import type { SaveForm, SaveResult } from '../../jobs/index.ts';
import type { Account } from '../../state/account-store.ts';
import type { JobRun } from '../../state/job-runs.ts';
import type { SealChoice } from './seal-choice.ts';

/** What the File System Access API adds to a window, where there is one. */
interface Picking {
  readonly showSaveFilePicker?: (options: {
    readonly suggestedName: string;
    readonly types: readonly { readonly description: string; readonly accept: Readonly<Record<string, readonly string[]>> }[];
  }) => Promise<FileSystemFileHandle>;
}

/** Saves the account as a file: says what will be inside, how far it is, and what was found when it was read back. */
export class SaveCard extends LitElement {
  static override styles = [shared, controls, css`
    .inside {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
      gap: 1rem 2rem;
    }

    .inside li {
      display: flex;
      gap: 0.6rem;
      padding: 0.3rem 0;
    }

    .forms {
      display: flex;
      flex-wrap: wrap;
      gap: 0 1.5rem;
    }

    .in .icon {
      color: var(--good);
    }

    .out .icon {
      color: var(--ink-soft);
    }
  `];

  static override properties = {
    account: { attribute: false }, blobs: { state: true }, problem: { state: true }, form: { state: true }, kit: { state: true }, kitProblem: { state: true },
  };
  declare account: Account;
  declare protected blobs: lexicons.AppHoldfastAccountDescribe.$output | undefined;
  declare protected problem: unknown;
  declare protected form: SaveForm;
  /** The kit file that the owner puts in. */
  declare protected kit: File | undefined;
  declare protected kitProblem: string | undefined;
  #asked = '';

  constructor() {
    super();
    this.form = 'zip';
    void new JobsController(this);
    void new FocusKeeper(this, 'holdfast-job-progress', '#start');
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { did, head } = this.account;
    if (this.#asked === `${did} ${head.rev}`) return;
    this.#asked = `${did} ${head.rev}`;
    void this.#describe(did);
  }

  override render(): TemplateResult {
    const run = jobRuns.latest('save', '/backups', this.account.did);
    const isRunning = run !== undefined && !hasEnded(run);
    const isZip = this.form === 'zip';
    const isProven = this.account.kit === 'proven';
    return html`
      <section class="card stack" aria-labelledby="save" aria-busy=${isRunning ? 'true' : 'false'}>
        <h2 id="save">${msg('Save a backup')}</h2>
        <fieldset class="forms">
          <legend class="visually-hidden">${msg('What is saved')}</legend>
          ${this.#choice('zip', msg('Everything, in one file (.zip)'))}${this.#choice('car', msg('The records alone (.car)'))}
        </fieldset>
        <div class="inside">
          <div class="in">
            <h3>${msg('Inside the file')}</h3>
            <ul>
              <li>${ICONS.passed}<span>${this.account.records === 1 ? msg('1 record') : msg(str`All ${formatNumber(this.account.records)} records`)}</span></li>
              <li>${ICONS.passed}<span>${msg('The signature that proves they are yours')}</span></li>
              ${isZip ? html`
                <li>${ICONS.passed}<span>${this.#blobWords()}</span></li>
                <li>${ICONS.passed}<span>${msg('What your apps keep with the account, such as muted words')}</span></li>
                ${isProven && this.kit === undefined ? nothing : html`<li>${ICONS.passed}<span>${msg('The recovery kit, sealed by its passphrase')}</span></li>`}` : nothing}
            </ul>
          </div>
          <div class="out">
            <h3>${msg('Not inside')}</h3>
            <ul>
              ${isZip ? nothing : html`<li>${ICONS.image}<span>${this.#blobWords()}</span></li>`}
              <li>${ICONS.key}<span>${isZip ? msg('The passphrase of the kit, without which nobody has your keys') : msg('Your keys: they are in the recovery kit')}</span></li>
            </ul>
          </div>
        </div>
        ${isZip && isProven ? html`
          <hf-file id="kit" label=${msg('Kit file (optional)')} hint=${msg('This browser keeps no kit once you hold it. Put yours in, and this one file with your passphrase brings the account back.')}
            accept=".age,.txt,text/plain" .problem=${this.kitProblem} @pick=${this.#pickKit}></hf-file>` : nothing}
        <holdfast-seal-choice ?hidden=${!isZip} @change=${() => this.requestUpdate()}></holdfast-seal-choice>
        ${this.#sealing?.isOn === true ? nothing : html`<p class="soft">${isZip
          ? msg('The file is not encrypted: whoever has it can read your records, which are meant to be public, and what your apps keep, which is not. Nobody can change them.')
          : msg('The file is not encrypted: whoever has it can read your records, which are meant to be public. Nobody can change them.')}</p>`}
        ${this.account.kit === 'proven' ? nothing : html`
          <p class="note amber">${ICONS.warning}<span>${msg('You have not shown yet that you hold the recovery kit. Without its passphrase a backup can be read, but cannot bring the account back.')}
            <a href="/kit/${this.account.did}">${msg('Keep the kit')}</a></span></p>`}
        <div class="row">
          <button class="primary" id="start" aria-disabled=${isRunning ? 'true' : 'false'} @click=${this.#save}>${ICONS.backup}${msg('Save a backup now')}</button>
        </div>
        ${isRunning ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
        <div role="status">${this.#outcome(run)}</div>
        ${run?.state === 'failed' || this.problem !== undefined ? html`
          <hf-error .error=${withoutSafety(this.problem ?? run?.error)} safe=${msg('Your records are safe in this browser; only the file was not written.')}></hf-error>` : nothing}
      </section>
    `;
  }

  /** Leads to the button that saves. */
  toStart(): void {
    const start = this.renderRoot.querySelector<HTMLElement>('#start');
    start?.scrollIntoView({ block: 'center' });
    start?.focus();
  }

  #outcome(run: JobRun<'save'> | undefined): TemplateResult | typeof nothing {
    if (run?.result !== undefined) return this.#saved(run.result);
    if (run?.state !== 'cancelled') return nothing;
    return html`<p class="note">${ICONS.info}<span>${msg('Cancelled. No file was left behind, and nothing was changed.')}</span></p>`;
  }

  #choice(form: SaveForm, words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="form" value=${form} .checked=${this.form === form}
      @change=${() => (this.form = form)} />${words}</label>`;
  }

  async #pickKit(event: Event): Promise<void> {
    const { file } = event.target as HfFile;
    if (file === undefined) return;
    const isKit = await looksLikeKit(file);
    this.kit = isKit ? file : undefined;
    this.kitProblem = isKit ? undefined : msg('This is not a recovery kit. A kit is a small sealed file whose name ends in .age.');
  }

  #saved({ records, rev, bytes, fileName, file, backup, blobs }: SaveResult): TemplateResult {
    return html`
      <div class="note good">
        ${ICONS.passed}
        <div class="stack">
          <p><strong>${msg(str`Read back and verified: ${formatNumber(records)} records, rev ${rev}, ${formatBytes(bytes)}.`)}</strong></p>
          ${backup === undefined ? nothing : html`<p>${blobs === 0 ? nothing : msg(str`Pictures and other blobs inside: ${formatNumber(backup.blobs)} of ${formatNumber(blobs)}. `)}${backup.hasKit
            ? fileName.endsWith('.age') ? msg('The sealed kit is inside: this file with its passphrase, and that of the kit, bring the account back.') : msg('The sealed kit is inside: this file and its passphrase bring the account back.')
            : msg('The kit is not inside: keep it with this file.')}</p>`}
          <p class="mono">${fileName}</p>
          ${file === undefined ? nothing : html`
            <div class="row">
              <span>${msg('Your browser has put it into its downloads.')}</span>
              <button @click=${() => downloadFile(fileName, file)}>${msg('Download it again')}</button>
            </div>`}
        </div>
      </div>`;
  }

  #blobWords(): string {
    const { blobs, blobBytes } = this.blobs ?? {};
    if (blobs === undefined || blobBytes === undefined) return msg('Pictures and other blobs');
    if (blobs === 0) return msg('Pictures and other blobs (there are none)');
    return blobs === 1
      ? msg(str`1 picture or other blob (${formatBytes(blobBytes)})`)
      : msg(str`${formatNumber(blobs)} pictures and other blobs (${formatBytes(blobBytes)})`);
  }

  async #describe(did: Account['did']): Promise<void> {
    try {
      this.blobs = await house.get('app.holdfast.account.describe', { did });
    } catch {
      // The words without numbers say enough.
      this.blobs = undefined;
    }
  }

  get #sealing(): SealChoice | null {
    return this.renderRoot.querySelector('holdfast-seal-choice');
  }

  async #save(): Promise<void> {
    const run = jobRuns.latest('save', '/backups', this.account.did);
    if (run !== undefined && !hasEnded(run)) return;
    this.problem = undefined;
    const { did, handle, head } = this.account;
    const { form } = this;
    const isSealed = form === 'zip' && this.#sealing?.isOn === true;
    const seal = isSealed ? this.#sealing?.take() : undefined;
    if (isSealed && seal === undefined) return;
    const suggestedName = saveFileName({ did, rev: head.rev, ...(handle === undefined ? {} : { handle }) }, isSealed ? 'zip.age' : form);
    let file: FileSystemFileHandle | undefined;
    try {
      file = await (window as Picking).showSaveFilePicker?.({
        suggestedName,
        types: [isSealed ? { description: msg('Encrypted backup (age)'), accept: { 'application/octet-stream': ['.age'] } } : form === 'zip'
          ? { description: msg('Backup (zip)'), accept: { 'application/zip': ['.zip'] } }
          : { description: msg('Repository (CAR)'), accept: { 'application/vnd.ipld.car': ['.car'] } }],
      });
    } catch (error) {
      // The owner closed the chooser.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.problem = error;
      return;
    }
    jobRuns.follow('save', '/backups', did, startSave({
      did, form, ...(file === undefined ? {} : { file }), ...(form === 'car' || this.kit === undefined ? {} : { kit: this.kit }), ...(seal === undefined ? {} : { seal }),
    }));
  }
}

customElements.define('holdfast-save-card', SaveCard);
