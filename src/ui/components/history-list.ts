import { html, LitElement, nothing } from 'lit';
import './change-view.ts';
import './hf-confirm.ts';
import './hf-empty.ts';
import './hf-error.ts';
import { operationWords } from './commit-list.ts';
import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { formatAgo, formatNumber, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { undo } from '../state/undoing.ts';
import { controls } from '../styles/controls.ts';
import { commitStyles } from '../styles/commit.ts';
import { historyStyles } from '../styles/history.ts';
import { shared } from '../styles/shared.ts';
import { toastStyles } from '../styles/toast.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from '../state/account-store.ts';
import type { Undoable, Undone } from '../state/undoing.ts';
import type { Commit, Operation } from './commit-list.ts';
import type { HfConfirm } from './hf-confirm.ts';

const PAGE = 25;
/** How many operations of a commit are shown by themselves, and how many more each time. */
const SHOWN = 5;

/** What the owner is asked before something is taken back. */
interface Question extends Undoable {
  readonly operations: readonly Operation[];
  /** Where it was changed again since; the house said so. */
  readonly changed?: string;
}

/**
 * Kept commits, newest first, a page at a time: what each did, how records were before and after, and a way to take it back.
 * With `path`, those that changed this record.
 */
export class HistoryList extends LitElement {
  static override styles = [shared, controls, commitStyles, historyStyles, toastStyles];
  static override properties = {
    did: {}, path: {}, commits: { state: true }, cursor: { state: true }, problem: { state: true }, busy: { state: true },
    opened: { state: true }, question: { state: true }, undone: { state: true }, failure: { state: true },
  };

  declare did: Account['did'];
  declare path: string | undefined;
  declare protected commits: readonly Commit[] | undefined;
  declare protected cursor: string | undefined;
  declare protected problem: unknown;
  declare protected busy: boolean;
  /** How many operations are shown of commits that were opened, by rev. */
  declare protected opened: ReadonlyMap<string, number>;
  declare protected question: Question | undefined;
  declare protected undone: Undone | 'working' | undefined;
  declare protected failure: unknown;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.busy = false;
    this.opened = new Map();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = houseEvents.subscribe((event) => {
      const isOurs = event.type === 'commit' && event.did === this.did
        && (this.path === undefined || event.operations.some(({ path }) => path === this.path));
      if (isOurs || event.type === 'hello' || event.type === 'accounts') void this.#load(undefined);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('did') && !changed.has('path')) return;
    this.commits = undefined;
    this.opened = new Map();
    void this.#load(undefined);
  }

  override render(): TemplateResult {
    const { problem, failure } = this;
    return html`
      <div class="stack">
        ${problem === undefined ? nothing : html`<hf-error .error=${problem} safe=${msg('Your data is safe: it could only not be listed.')} retry @retry=${() => this.#load(undefined)}></hf-error>`}
        ${this.#list()}
        ${failure === undefined ? nothing : html`
          <div class="stack"><hf-error .error=${failure} safe=${msg('Your data is safe: nothing was changed.')}></hf-error>
            <div><button @click=${this.#close}>${msg('Close')}</button></div></div>`}
        ${this.#confirm()}
      </div>
      <div class="toast-place"><div role="status">${this.#toast()}</div></div>`;
  }

  #list(): TemplateResult {
    const { commits, cursor } = this;
    if (commits === undefined) return html`<p class="soft" role="status">${this.busy ? msg('Reading…') : nothing}</p>`;
    if (commits.length === 0) {
      return html`<hf-empty text=${this.path === undefined
        ? msg('Nothing has been written yet. What you write shows here, change by change.')
        : msg('No change of this record is kept here: it came with a restore, or its changes have fallen out of history.')}></hf-empty>`;
    }
    return html`
      <ol>${commits.map((commit) => this.#commit(commit))}</ol>
      ${cursor === undefined ? nothing : html`
        <div><button aria-disabled=${this.busy ? 'true' : 'false'} @click=${() => this.#load(cursor)}>${msg('Show older')}</button></div>`}`;
  }

  #commit({ rev, cid, time, operations }: Commit): TemplateResult {
    const shown = this.opened.get(rev);
    const more = operations.length - SHOWN;
    return html`
      <li class="commit" data-rev=${rev}>
        ${ICONS.activity}
        <div class="what">
          <div id=${`what-${rev}`}>
            ${operations.length === 0 ? msg('Signed a commit without changes') : html`
              <ul>
                ${operations.slice(0, SHOWN).map((operation) => html`<li>${this.#words(operation)}</li>`)}
                ${more > 0 ? html`<li class="soft">${msg(str`and ${formatNumber(more)} more`)}</li>` : nothing}
              </ul>`}
          </div>
          <span class="small soft time"><time datetime=${time} title=${formatTime(time)}>${formatAgo(time)}</time>
            · <span class="mono" title=${cid}>${rev}</span></span>
          ${operations.length === 0 ? nothing : html`
            <details ?open=${shown !== undefined} @toggle=${(event: Event) => this.#toggle(event, rev)}>
              <summary aria-describedby=${`what-${rev}`}>${msg('Before and after')}</summary>
              ${shown === undefined ? nothing : this.#changes(rev, operations, shown)}
            </details>`}
        </div>
        ${operations.length === 0 ? nothing : html`
          <button class="quiet" aria-describedby=${`what-${rev}`} @click=${() => this.#ask({ rev, operations })}>${msg('Undo')}</button>`}
      </li>`;
  }

  #words(operation: Operation): TemplateResult | string {
    if (this.path === undefined) return operationWords(this.did, operation);
    return { create: msg('Created'), update: msg('Changed'), delete: msg('Deleted') }[operation.action as 'create' | 'update' | 'delete'];
  }

  #changes(rev: string, operations: readonly Operation[], shown: number): TemplateResult {
    const more = operations.length - shown;
    return html`
      <div class="changes">
        ${operations.slice(0, shown).map((operation) => html`
          <section class="stack">
            ${operations.length === 1 ? nothing : html`
              <div class="row">
                <h2 class="mono" id=${`of-${rev}-${operation.path}`}>${operation.path}</h2>
                <button class="quiet" aria-describedby=${`of-${rev}-${operation.path}`}
                  @click=${() => this.#ask({ rev, path: operation.path, operations: [operation] })}>${msg('Undo this one')}</button>
              </div>`}
            <holdfast-change .did=${this.did} .rev=${rev} .operation=${operation}></holdfast-change>
          </section>`)}
        ${more > 0 ? html`<div><button @click=${() => this.#open(rev, shown + SHOWN)}>${msg(str`Show more of ${formatNumber(more)}`)}</button></div>` : nothing}
      </div>`;
  }

  #confirm(): TemplateResult {
    const { operations = [], changed } = this.question ?? {};
    const count = operations.length;
    const [first] = operations;
    return html`
      <hf-confirm heading=${changed === undefined ? msg('Take this back?') : msg('Take it back all the same?')} action=${msg('Take it back')} ?danger=${changed !== undefined}>
        ${changed === undefined ? nothing : html`
          <p>${changed}</p>
          <p>${msg('If you go on, it becomes what it was before this commit, and what was written to it later is taken back as well.')}</p>`}
        <p>${count === 1 && first !== undefined ? undoWords(first) : msg(str`${formatNumber(count)} records become what they were before this commit.`)}</p>
        <p class="soft">${msg('This is a new commit, signed with your key. It can be taken back as well.')}</p>
      </hf-confirm>`;
  }

  #toast(): TemplateResult | typeof nothing {
    const { undone } = this;
    if (undone === undefined) return nothing;
    const rev = undone !== 'working' && undone.kind === 'done' ? undone.rev : undefined;
    return html`
      <div class="toast">
        ${ICONS.passed}<span class="words">${undone === 'working' ? msg('Taking it back…') : doneWords(undone)}</span>
        ${rev === undefined ? nothing : html`<button class="quiet" @click=${() => this.#undo({ rev, operations: [] })}>${msg('Undo')}</button>`}
        ${undone === 'working' ? nothing : html`<button class="quiet square" aria-label=${msg('Close this message')} @click=${this.#close}>${ICONS.close}</button>`}
      </div>`;
  }

  #toggle(event: Event, rev: string): void {
    const { open } = event.target as HTMLDetailsElement;
    if (open !== this.opened.has(rev)) this.#open(rev, open ? SHOWN : undefined);
  }

  #open(rev: string, shown: number | undefined): void {
    const opened = new Map(this.opened);
    if (shown === undefined) opened.delete(rev);
    else opened.set(rev, shown);
    this.opened = opened;
  }

  #close(): void {
    this.undone = undefined;
    this.failure = undefined;
  }

  async #ask(question: Question): Promise<void> {
    if (this.undone === 'working') return;
    this.question = this.path === undefined ? question : { ...question, path: this.path };
    await this.updateComplete;
    if (await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() === true) await this.#undo(this.question);
  }

  async #undo(question: Question): Promise<void> {
    const { rev, path, force, operations } = question;
    this.failure = undefined;
    this.undone = 'working';
    try {
      const undone = await undo(this.did, { rev, ...(path !== undefined && { path }), ...(force !== undefined && { force }) });
      this.undone = undone.kind === 'done' ? undone : undefined;
      if (undone.kind === 'changed') await this.#ask({ rev, operations, force: true, changed: undone.message, ...(path !== undefined && { path }) });
    } catch (error) {
      this.undone = undefined;
      this.failure = error;
    }
  }

  async #load(cursor: string | undefined): Promise<void> {
    const { did, path } = this;
    if (did === undefined || (this.busy && cursor !== undefined)) return;
    const isHere = (): boolean => did === this.did && path === this.path;
    this.busy = true;
    try {
      // What was on the screen stays there when something new comes.
      const limit = cursor === undefined ? Math.min(100, Math.max(PAGE, this.commits?.length ?? 0)) : PAGE;
      const page = await house.get('app.holdfast.activity.list', { did, limit, ...(path !== undefined && { path }), ...(cursor !== undefined && { cursor }) });
      if (!isHere()) return;
      this.commits = cursor === undefined ? page.commits : [...(this.commits ?? []), ...page.commits];
      this.cursor = page.cursor;
      this.problem = undefined;
    } catch (error) {
      if (isHere()) this.problem = error;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-history', HistoryList);

function undoWords({ action, path }: Operation): TemplateResult {
  const name = html`<span class="mono">${path}</span>`;
  if (action === 'create') return msg(html`${name} is deleted.`);
  return action === 'delete' ? msg(html`${name} comes back as it was.`) : msg(html`${name} becomes what it was before.`);
}

function doneWords(undone: Undone): string {
  if (undone.kind !== 'done') return '';
  if (undone.records === 0) return msg('It is so already: nothing had to be changed.');
  return undone.records === 1 ? msg('Taken back by a new commit.') : msg(str`${formatNumber(undone.records)} records taken back by a new commit.`);
}
