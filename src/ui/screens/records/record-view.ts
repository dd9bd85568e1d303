import { css, html, LitElement } from 'lit';
import '../../components/hf-confirm.ts';
import '../../components/hf-copy.ts';
import '../../components/hf-empty.ts';
import '../../components/hf-error.ts';
import '../../components/history-list.ts';
import { houseEvents } from '../../house/feed.ts';
import { msg } from '../../i18n.ts';
import { atPath, navigate } from '../../router.ts';
import { downloadText } from '../../state/download.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { codeOf, deleteRecord, readRecord, versionOf } from './record-house.ts';
import './record-pretty.ts';
import { undoStore } from './undo-store.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { Row } from './record-pages.ts';

/** The ways to look at a record. */
const TABS = ['pretty', 'json', 'history'] as const;
type Tab = (typeof TABS)[number];

/** One record: for people, as JSON, or as it was. It can be changed, saved as a file and deleted. Fires `edit` with the record. */
export class RecordView extends LitElement {
  static override styles = [shared, controls, css`
    :host {
      container-type: inline-size;
    }

    [role='tablist'] {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem;
      border-bottom: 1px solid var(--line);
    }

    [role='tab'] {
      min-height: 44px;
      padding: 0.5rem 1rem;
      border-color: transparent;
      border-radius: var(--radius) var(--radius) 0 0;
      color: var(--ink-soft);
      outline-offset: -3px;
    }

    [role='tab'][aria-selected='true'] {
      color: var(--accent);
      box-shadow: inset 0 -3px 0 var(--accent);
    }

    .acts {
      gap: 0.25rem;
    }

    .acts button {
      padding-inline: 0.85rem;
    }

    @container (max-width: 23rem) {
      .acts button {
        padding-inline: 0.55rem;
      }
    }

    .facts {
      gap: 0 1.5rem;
    }

    pre {
      max-height: 36rem;
      overflow-y: auto;
    }
  `];

  static override properties = {
    did: {}, collection: {}, rkey: {}, row: { state: true }, problem: { state: true }, tab: { state: true }, gone: { state: true },
  };

  declare did: string;
  declare collection: string;
  declare rkey: string;
  declare protected row: Row | undefined;
  declare protected problem: unknown;
  declare protected tab: Tab;
  /** Whether it was deleted while it was looked at. */
  declare protected gone: boolean;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.tab = 'pretty';
    this.gone = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type !== 'commit' || event.did !== this.did) return;
      const operation = event.operations.findLast(({ path }) => path === `${this.collection}/${this.rkey}`);
      if (operation?.action === 'delete') this.gone = true;
      else if (operation !== undefined) void this.#load();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  /** The record that is shown, if it has been loaded. */
  get record(): Row | undefined {
    return this.row;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('did') && !changed.has('collection') && !changed.has('rkey')) return;
    this.row = undefined;
    this.gone = false;
    this.problem = undefined;
    void this.#load();
  }

  override render(): TemplateResult {
    if (this.gone || codeOf(this.problem) === 'RecordNotFound') {
      return html`
        <hf-empty text=${msg('There is no record at this address: it was deleted, or never was.')}>
          <a class="button" href=${atPath(this.did, this.collection)}>${msg('To the collection')}</a>
        </hf-empty>
        <h2>${msg('What is kept of its history')}</h2>
        ${this.#history()}`;
    }
    if (this.problem !== undefined) {
      return html`<hf-error .error=${this.problem} retry @retry=${this.#load}></hf-error>`;
    }
    const { row } = this;
    if (row === undefined) return html`<p class="soft" role="status">${msg('Loading…')}</p>`;
    return html`
      <div class="stack">
        <div class="row acts" role="group" aria-label=${msg('This record')}>
          <button @click=${this.#edit}>${msg('Edit')}</button>
          <button class="quiet" @click=${this.#save}>${msg('Save as JSON')}</button>
          <button class="quiet danger" @click=${this.#delete}>${msg('Delete')}</button>
        </div>
        <div role="tablist" aria-label=${msg('How to show the record')} @keydown=${this.#tabKey}>
          ${this.#tabButton('pretty', msg('Pretty'))} ${this.#tabButton('json', msg('JSON'))} ${this.#tabButton('history', msg('History'))}
        </div>
        <div role="tabpanel" id="panel" tabindex="0" aria-labelledby=${this.tab}>
          ${this.#panel(row)}
        </div>
        <div class="row facts small">
          <span><span class="soft">${msg('Address')}</span> <hf-copy text=${this.#uri} label=${msg('the address')}></hf-copy></span>
          <span><span class="soft">${msg('CID')}</span> <hf-copy text=${row.cid} label=${msg('CID')}></hf-copy></span>
        </div>
        <hf-confirm heading=${msg('Delete this record?')} action=${msg('Delete')} danger>
          <p>${msg('It goes out of your repository by a new commit. You can take it back at once, or later in Activity.')}</p>
        </hf-confirm>
      </div>`;
  }

  #panel(row: Row): TemplateResult {
    if (this.tab === 'history') return this.#history();
    if (this.tab === 'json') return this.#json(row);
    return html`<holdfast-record-pretty .did=${this.did} .collection=${this.collection} .value=${row.value}></holdfast-record-pretty>`;
  }

  #history(): TemplateResult {
    return html`<holdfast-history .did=${this.did} .path=${`${this.collection}/${this.rkey}`}></holdfast-history>`;
  }

  #json(row: Row): TemplateResult {
    const text = JSON.stringify(row.value, null, 2);
    return html`
      <div class="stack">
        <pre tabindex="0" dir="ltr" aria-label=${msg('JSON of the record')}>${text}</pre>
        <div class="row"><button class="quiet" @click=${() => void navigator.clipboard.writeText(text)}>${msg('Copy JSON')}</button></div>
      </div>`;
  }

  #tabButton(tab: Tab, words: string): TemplateResult {
    const selected = this.tab === tab;
    return html`
      <button role="tab" id=${tab} aria-selected=${selected ? 'true' : 'false'} aria-controls="panel" tabindex=${selected ? 0 : -1}
        @click=${() => (this.tab = tab)}>${words}</button>`;
  }

  #tabKey(event: KeyboardEvent): void {
    if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    const step = event.key === 'ArrowLeft' ? TABS.length - 1 : 1;
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? -1 : (TABS.indexOf(this.tab) + step) % TABS.length;
    this.tab = TABS.at(next)!;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#${this.tab}`)?.focus());
  }

  get #uri(): string {
    return `at://${this.did}/${this.collection}/${this.rkey}`;
  }

  async #load(): Promise<void> {
    const { did, collection, rkey } = this;
    const here = (): boolean => did === this.did && collection === this.collection && rkey === this.rkey;
    try {
      const row = await readRecord(did, { collection, rkey });
      if (!here()) return;
      this.row = row;
      this.gone = false;
      this.problem = undefined;
    } catch (error) {
      if (here()) this.problem = error;
    }
  }

  #edit(): void {
    this.dispatchEvent(new Event('edit'));
  }

  #save(): void {
    const { row } = this;
    if (row === undefined) return;
    const text = JSON.stringify({ uri: this.#uri, cid: row.cid, value: row.value }, null, 2);
    downloadText(`${this.collection}-${this.rkey}.json`, `${text}\n`, 'application/json');
  }

  async #delete(): Promise<void> {
    const { did, collection, rkey, row } = this;
    const confirm = this.renderRoot.querySelector<HfConfirm>('hf-confirm');
    if (row === undefined || confirm === null || !(await confirm.ask())) return;
    try {
      await deleteRecord(did, { collection, rkey }, row.cid);
      undoStore.offer(did, [{ action: 'delete', collection, rkey, previous: versionOf(row) }]);
      navigate(atPath(did, collection), { replace: true });
    } catch (error) {
      this.problem = error;
    }
  }
}

customElements.define('holdfast-record-view', RecordView);
