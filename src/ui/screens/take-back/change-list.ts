import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import '../records/record-difference.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { FileValues } from '../../state/file-values.ts';
import { kindOf } from '../../state/take-choice.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { findRecord } from '../records/record-house.ts';
import { agoWords, summaryWords } from '../records/record-words.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { JsonMap } from '../../../protocol/index.ts';
import type { FoundChange } from '../../jobs/index.ts';
import type { TakeChoice } from '../../state/take-choice.ts';

const PAGE = 25;

/** A record of the file beside the one of the house. */
interface Opened {
  readonly path: string;
  /** Undefined where the house has none. */
  readonly mine: JsonMap | undefined;
}

/**
 * The records of one collection that could be brought back, a page at a time: what each is, how it differs from the one that is
 * here, and whether it is wanted. Fires `change` when that changes.
 */
export class ChangeList extends LitElement {
  static override styles = [shared, controls, css`
    li {
      display: grid;
      gap: 0.25rem;
      grid-template-columns: minmax(0, 1fr);
      padding: 0.5rem 0;
    }

    li + li {
      border-top: 1px solid var(--line);
    }

    .what {
      min-width: 0;
      overflow-wrap: anywhere;
    }

    legend.plain {
      font-weight: 400;
    }

    .versions {
      display: flex;
      flex-wrap: wrap;
      gap: 0 1.5rem;
    }

    .row {
      justify-content: space-between;
    }
  `];

  static override properties = {
    did: {}, changes: { attribute: false }, choice: { attribute: false }, values: { attribute: false },
    page: { state: true }, shown: { state: true }, opened: { state: true }, problem: { state: true },
  };
  declare did: string;
  declare changes: readonly FoundChange[];
  declare choice: TakeChoice;
  declare values: Blob;
  declare protected page: number;
  /** The values of the page that is shown; undefined while they are read. */
  declare protected shown: readonly JsonMap[] | undefined;
  declare protected opened: Opened | undefined;
  declare protected problem: unknown;

  constructor() {
    super();
    this.page = 0;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('changes')) this.page = 0;
    if (changed.has('changes') || changed.has('page')) void this.#read();
  }

  override render(): TemplateResult {
    const { changes, page, problem } = this;
    const pages = Math.ceil(changes.length / PAGE);
    return html`
      ${problem === undefined ? nothing : html`<hf-error .error=${problem} safe=${msg('Nothing was changed: the records could only not be shown.')}></hf-error>`}
      <ul>${this.#rows.map((change, index) => this.#row(change, this.shown?.[index]))}</ul>
      ${pages < 2 ? nothing : html`
        <div class="row">
          <button class="quiet" id="before" aria-disabled=${page === 0 ? 'true' : 'false'} @click=${() => this.#turn(-1)}>${msg('Before')}</button>
          <span class="small soft numbers" role="status">${msg(str`Page ${formatNumber(page + 1)} of ${formatNumber(pages)}`)}</span>
          <button class="quiet" id="next" aria-disabled=${page === pages - 1 ? 'true' : 'false'} @click=${() => this.#turn(1)}>${msg('Next')}</button>
        </div>`}
    `;
  }

  get #rows(): readonly FoundChange[] {
    return this.changes.slice(this.page * PAGE, (this.page + 1) * PAGE);
  }

  #row(change: FoundChange, value: JsonMap | undefined): TemplateResult {
    const rkey = change.path.slice(change.path.indexOf('/') + 1);
    const row = { rkey, cid: '', value: value ?? {} };
    const isFresh = kindOf(change) === 'fresh';
    const isOpen = this.opened?.path === change.path;
    const words = html`
      <span class="what">
        ${value === undefined ? rkey : summaryWords(row)}<br />
        <span class="small soft">${isFresh ? msg('Not here now') : msg('Here, but different')} · <span class="mono">${rkey}</span>${value === undefined || agoWords(row) === '' ? nothing : html` · ${agoWords(row)}`}</span>
      </span>`;
    return html`
      <li data-path=${change.path}>
        ${isFresh ? html`
          <label class="choice"><input type="checkbox" .checked=${this.choice.has(change)}
            @change=${(event: Event) => this.#set(change, (event.target as HTMLInputElement).checked)} />${words}</label>` : html`
          <fieldset>
            <legend class="plain">${words}</legend>
            <div class="versions">${this.#version(change, false, msg('Keep mine'))}${this.#version(change, true, msg('Take the file’s'))}</div>
          </fieldset>`}
        ${change.isLacking === true ? html`
          <p class="note amber">${ICONS.warning}<span>${msg('It names a picture that is neither here nor in the file. Such a record may not come back.')}</span></p>` : nothing}
        <div><button class="quiet" aria-expanded=${isOpen ? 'true' : 'false'} @click=${() => this.#open(change)}>${isFresh ? msg('Look at it') : msg('Compare the two')}</button></div>
        ${isOpen && value !== undefined ? html`
          <holdfast-difference .previous=${this.opened?.mine} .next=${value}
            label=${isFresh ? msg('The record of the file') : msg('From the one that is here to the one of the file')}></holdfast-difference>
          ${isFresh ? nothing : html`<p class="small soft">${msg('− is what you have here, + is what the file has.')}</p>`}` : nothing}
      </li>`;
  }

  #version(change: FoundChange, isOfFile: boolean, words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name=${change.path} value=${isOfFile ? 'file' : 'mine'} .checked=${this.choice.has(change) === isOfFile}
      @change=${() => this.#set(change, isOfFile)} />${words}</label>`;
  }

  #set(change: FoundChange, isChosen: boolean): void {
    this.choice.set(change, isChosen);
    this.dispatchEvent(new Event('change'));
  }

  #turn(by: 1 | -1): void {
    const next = this.page + by;
    if (next >= 0 && next * PAGE < this.changes.length) this.page = next;
  }

  async #read(): Promise<void> {
    const rows = this.#rows;
    this.shown = undefined;
    this.opened = undefined;
    this.problem = undefined;
    const values = new FileValues(this.values);
    try {
      const read: JsonMap[] = [];
      for (const change of rows) read.push(await values.read(change));
      if (rows[0] === this.#rows[0]) this.shown = read;
    } catch (error) {
      this.problem = error;
    }
  }

  async #open(change: FoundChange): Promise<void> {
    if (this.opened?.path === change.path) {
      this.opened = undefined;
      return;
    }
    const [collection, rkey] = [change.path.slice(0, change.path.indexOf('/')), change.path.slice(change.path.indexOf('/') + 1)];
    try {
      const mine = change.here === undefined ? undefined : await findRecord(this.did, { collection, rkey });
      this.opened = { path: change.path, mine: mine?.value };
      this.problem = undefined;
    } catch (error) {
      this.problem = error;
    }
  }
}

customElements.define('holdfast-change-list', ChangeList);
