import { html, LitElement, nothing } from 'lit';
import '../../components/hf-empty.ts';
import '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { houseEvents } from '../../house/feed.ts';
import { formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { readUses } from '../../jobs/keys.ts';
import { signLog } from '../../state/sign-log.ts';
import { lineFor, lineWords } from '../../state/use-words.ts';
import { commitStyles } from '../../styles/commit.ts';
import { controls } from '../../styles/controls.ts';
import { historyStyles } from '../../styles/history.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { KeyUse } from '../../jobs/keys.ts';
import type { Account } from '../../state/account-store.ts';
import type { SignLine, UseFilter } from '../../state/sign-log.ts';

const PAGE = 100;

type Commits = Awaited<ReturnType<typeof house.get<'app.holdfast.activity.list'>>>['commits'];

/** What the keys of an account were used for: a line for each use, or for each day of many. */
export class KeyUses extends LitElement {
  static override styles = [shared, controls, commitStyles, historyStyles];
  static override properties = {
    account: { attribute: false }, filter: { attribute: false }, commits: { state: true }, uses: { state: true }, cursor: { state: true }, problem: { state: true }, busy: { state: true },
  };

  declare account: Account;
  declare filter: UseFilter;
  declare protected commits: Commits;
  declare protected uses: readonly KeyUse[] | undefined;
  declare protected cursor: string | undefined;
  declare protected problem: unknown;
  declare protected busy: boolean;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.filter = 'all';
    this.commits = [];
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type === 'commit' ? event.did === this.account.did : event.type === 'accounts') void this.#load(undefined);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (!changed.has('account') || changed.get('account')?.did === this.account.did) return;
    this.uses = undefined;
    this.commits = [];
    void this.#load(undefined);
  }

  override render(): TemplateResult {
    const { uses, problem, cursor } = this;
    if (problem !== undefined) {
      return html`<hf-error .error=${problem} safe=${msg('Your data is safe: it could only not be listed.')} retry @retry=${() => this.#load(undefined)}></hf-error>`;
    }
    if (uses === undefined) return html`<p class="soft" role="status">${msg('Reading…')}</p>`;
    const lines = signLog(this.commits, uses, this.filter, cursor === undefined || this.filter !== 'all' ? undefined : this.commits.at(-1)?.time);
    const isMore = cursor !== undefined && (this.filter === 'all' || this.filter === 'commits');
    return html`
      <div class="stack">
        ${lines.length === 0 ? html`<hf-empty text=${msg('No key was used for this since this house keeps the log.')}></hf-empty>` : html`
          <ol>${lines.map((line) => this.#line(line))}</ol>`}
        ${isMore ? html`<div><button aria-disabled=${this.busy ? 'true' : 'false'} @click=${() => this.#load(cursor)}>${msg('Show older')}</button></div>` : nothing}
      </div>`;
  }

  #line(line: SignLine): TemplateResult {
    const isMany = line.kind !== 'use' && formatTime(line.since) !== formatTime(line.time);
    return html`
      <li class="commit" data-kind=${line.kind === 'use' ? line.use.what : line.kind}>
        ${line.kind === 'commits' ? ICONS.activity : line.kind === 'passes' ? ICONS.mirror : ICONS.key}
        <div class="what">
          <span>${lineWords(line)}</span>
          <span class="small soft">${lineFor(line)}</span>
          <span class="small soft time">${isMany
            ? msg(str`From ${formatTime(line.since)} to ${formatTime(line.time)}`)
            : html`<time datetime=${line.time}>${formatTime(line.time)}</time>`}</span>
          ${line.kind === 'use' ? line.use.what === 'operation' ? html`<span class="small soft mono time">${line.use.subject}</span>` : nothing : html`
            <details>
              <summary>${msg('One by one')}</summary>
              <ul class="small">${line.kind === 'commits' ? line.commits.map(({ rev, cid, time }) => html`
                <li>${formatTime(time)} · <span class="mono">${rev}</span> · <span class="mono">${cid}</span></li>`) : line.uses.map(({ subject, count, time }) => html`
                <li>${formatTime(time)} · <span class="mono">${subject}</span>${count === 1 ? nothing : html` · ${msg(str`${count} within the hour`)}`}</li>`)}
              </ul>
            </details>`}
        </div>
      </li>`;
  }

  async #load(cursor: string | undefined): Promise<void> {
    const { did } = this.account;
    if (this.busy && cursor !== undefined) return;
    this.busy = true;
    try {
      const [page, uses] = await Promise.all([
        house.get('app.holdfast.activity.list', { did, limit: PAGE, ...(cursor !== undefined && { cursor }) }),
        cursor === undefined || this.uses === undefined ? readUses(did) : this.uses,
      ]);
      if (did !== this.account.did) return;
      this.commits = cursor === undefined ? page.commits : [...this.commits, ...page.commits];
      this.cursor = page.cursor;
      this.uses = uses;
      this.problem = undefined;
    } catch (error) {
      if (did === this.account.did) this.problem = error;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-key-uses', KeyUses);
