import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import '../../components/job-progress.ts';
import { formatAgo, formatBytes, formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { canHaveFolder, folderStore } from '../../state/folder-store.ts';
import { hasEnded, jobRuns, JobsController } from '../../state/job-runs.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { FolderRow } from '../../state/folder-rows.ts';

const KEEPS = [3, 5, 10, 30];

/** Backups that are written by themselves into a folder of the owner's: which, how often, how many stay, and what is there. */
export class FolderCard extends LitElement {
  static override styles = [shared, controls, css`
    .choices {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr));
      gap: 1rem;
    }

    li {
      padding: 0.5rem 0;
      overflow-wrap: anywhere;
    }

    li + li {
      border-top: 1px solid var(--line);
    }
  `];

  static override properties = { account: { attribute: false }, problem: { state: true } };
  declare account: Account;
  declare protected problem: unknown;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    void new JobsController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = folderStore.subscribe(() => this.requestUpdate());
    if (this.hasUpdated) void folderStore.open(this.account.did);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('account') && folderStore.state.did !== this.account.did) void folderStore.open(this.account.did);
  }

  override render(): TemplateResult {
    const { state } = folderStore;
    const row = state.did === this.account.did ? state.row : undefined;
    return html`
      <section class="card stack" aria-labelledby="folder">
        <h2 id="folder">${msg('Into a folder, by itself')}</h2>
        ${row === undefined ? this.#offer() : this.#plan(row, state.isAllowed)}
        ${this.problem === undefined ? nothing : html`<hf-error .error=${this.problem} safe=${msg('Your records are safe in this browser; only the folder could not be used.')}></hf-error>`}
      </section>`;
  }

  #offer(): TemplateResult {
    if (!canHaveFolder()) {
      return html`<p>${msg('This browser does not let a page write into a folder by itself. Instead Home reminds you when something has changed and the last backup is older than a month.')}</p>`;
    }
    return html`
      <p>${msg('Choose a folder once, best one that another device or a service copies. While a page of Holdfast is open, a backup is written there whenever something has changed, read back, and the oldest ones are taken away.')}</p>
      <p class="soft">${msg('These files are not encrypted: nobody is there to type a passphrase.')}</p>
      <div class="row"><button id="choose" @click=${this.#choose}>${ICONS.backup}${msg('Choose a folder')}</button></div>`;
  }

  #plan({ folder, every, keep, written, failed }: FolderRow, isAllowed: boolean): TemplateResult {
    const run = jobRuns.latest('folder', '/backups', this.account.did);
    const isRunning = run !== undefined && !hasEnded(run);
    const last = written.at(-1);
    return html`
      ${isAllowed ? nothing : html`
        <div class="note amber">${ICONS.warning}<div class="stack">
          <p>${msg(str`The browser asks again before these pages may write into “${folder.name}”. Until then nothing is written there.`)}</p>
          <div class="row"><button id="allow" @click=${this.#allow}>${msg('Allow it again')}</button></div>
        </div></div>`}
      ${failed === undefined ? nothing : html`
        <p class="note amber">${ICONS.warning}<span>${msg(str`The last attempt, ${formatAgo(failed.time)}, failed. Your records are safe in this browser, and the backups before it stay.`)} ${failed.message}</span></p>`}
      <div role="status">${last === undefined ? html`<p>${msg(str`Nothing is in “${folder.name}” yet.`)}</p>` : html`
        <p>${last.rev === this.account.head.rev
          ? html`<span class="badge good">${msg('Up to date')}</span> ${msg(str`Written into “${folder.name}” ${formatAgo(last.time)}, and read back. Nothing has changed since.`)}`
          : html`<span class="badge amber">${msg('Behind')}</span> ${msg(str`Written into “${folder.name}” ${formatAgo(last.time)}, and read back. Something has changed since.`)}`}</p>`}</div>
      ${isRunning ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
      <div class="choices">
        <div class="field"><label for="every">${msg('How often')}</label>
          <select id="every" @change=${this.#change}>
            <option value="day" ?selected=${every === 'day'}>${msg('Once a day')}</option><option value="week" ?selected=${every === 'week'}>${msg('Once a week')}</option>
          </select></div>
        <div class="field"><label for="keep">${msg('How many stay')}</label>
          <select id="keep" @change=${this.#change}>${KEEPS.map((count) => html`<option value=${count} ?selected=${keep === count}>${msg(str`The last ${formatNumber(count)}`)}</option>`)}</select></div>
      </div>
      ${written.length === 0 ? nothing : html`
        <details>
          <summary>${written.length === 1 ? msg('1 backup is there') : msg(str`${formatNumber(written.length)} backups are there`)}</summary>
          <ul>${written.toReversed().map(({ name, time, records, bytes }) => html`
            <li><span class="mono small">${name}</span><br /><span class="small soft numbers">${formatTime(time)}: ${formatNumber(records)} ${msg('records')}, ${formatBytes(bytes)}</span></li>`)}</ul>
        </details>`}
      <div class="row">
        <button id="now" aria-disabled=${isRunning || !isAllowed ? 'true' : 'false'} @click=${this.#now}>${msg('Write one now')}</button>
        <button class="quiet" id="forget" @click=${this.#forget}>${msg('Stop writing there')}</button>
      </div>`;
  }

  async #choose(): Promise<void> {
    await this.#try(() => folderStore.choose(this.account.did));
  }

  async #allow(): Promise<void> {
    await this.#try(() => folderStore.allow());
  }

  async #now(event: Event): Promise<void> {
    if ((event.currentTarget as HTMLElement).ariaDisabled !== 'true') await this.#try(() => folderStore.write(this.account.did));
  }

  async #forget(): Promise<void> {
    await this.#try(() => folderStore.forget(this.account.did));
  }

  async #change(): Promise<void> {
    const value = (id: string): string => this.renderRoot.querySelector<HTMLSelectElement>(id)?.value ?? '';
    await this.#try(() => folderStore.change(this.account.did, { every: value('#every') === 'week' ? 'week' : 'day', keep: Number(value('#keep')) }));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.problem = undefined;
    try {
      await work();
    } catch (error) {
      // The owner closed the chooser.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.problem = error;
    }
  }
}

customElements.define('holdfast-folder-card', FolderCard);
