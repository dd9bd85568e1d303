import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { defaultRangeExtractor, VirtualizerController } from '@tanstack/lit-virtual';
import '../../components/hf-confirm.ts';
import '../../components/hf-empty.ts';
import '../../components/hf-error.ts';
import { houseEvents } from '../../house/feed.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { atPath } from '../../router.ts';
import { downloadText } from '../../state/download.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { collectionName } from './collection-names.ts';
import { listStyles } from './list-styles.ts';
import { deleteRecords, listPage, readRecord, versionOf } from './record-house.ts';
import { RecordPages } from './record-pages.ts';
import { agoWords, countWords, summaryWords } from './record-words.ts';
import { undoStore } from './undo-store.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { Change } from './changes.ts';
import type { Row } from './record-pages.ts';

const ROW_HEIGHT = 64;
const NEAR_THE_END = 30;
const MANY = 20;

/** The records of one collection: only the rows in sight are in the document. */
export class RecordList extends LitElement {
  static override styles = [shared, controls, listStyles];
  static override properties = {
    did: {}, collection: {}, total: { type: Number }, current: {},
    filter: { state: true }, selected: { state: true }, active: { state: true }, loadingAll: { state: true }, problem: { state: true },
  };

  declare did: string;
  declare collection: string;
  /** Records of the collection, as the house counts them. */
  declare total: number;
  /** The key of the record that is looked at. */
  declare current: string | undefined;
  declare protected filter: string;
  declare protected selected: ReadonlySet<string>;
  /** The row that the tab key reaches. */
  declare protected active: number;
  declare protected loadingAll: AbortController | undefined;
  declare protected problem: unknown;
  #pages: RecordPages | undefined;
  #shown: readonly Row[] = [];
  #stop: (() => void) | undefined;
  #virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getScrollElement: () => this.renderRoot?.querySelector<HTMLElement>('.scroller') ?? null,
  });

  constructor() {
    super();
    this.#reset();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type !== 'commit' || event.did !== this.did) return;
      const changes = event.operations.filter(({ path }) => path.startsWith(`${this.collection}/`))
        .map(({ action, path }) => ({ action, rkey: path.slice(this.collection.length + 1) }));
      this.#pages?.remove(new Set(changes.flatMap(({ action, rkey }) => (action === 'delete' ? [rkey] : []))));
      const written = changes.filter(({ action }) => action !== 'delete');
      // Many at once are read as pages, not one by one.
      if (written.length > MANY) this.#begin();
      else for (const { rkey } of written) void this.#follow(rkey);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.loadingAll?.abort();
  }

  /** Puts the cursor into the filter. */
  focusFilter(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('did') || changed.has('collection')) {
      this.#reset();
      this.#begin();
    }
    this.#shown = this.#pages?.filtered(this.filter) ?? [];
    const virtualizer = this.#virtual.getVirtualizer();
    const active = Math.min(this.active, this.#shown.length - 1);
    virtualizer.setOptions({
      ...virtualizer.options,
      count: this.#shown.length,
      // The row that has the focus, or is about to, is in the document, in sight or not. (A new function: it is remembered.)
      rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), active])].filter((index) => index >= 0).sort((a, b) => a - b),
    });
    const last = virtualizer.getVirtualItems().at(-1)?.index ?? 0;
    if (this.#pages?.error === undefined && last > this.#shown.length - NEAR_THE_END && this.filter === '') void this.#pages?.more();
  }

  override render(): TemplateResult {
    const pages = this.#pages;
    if (pages === undefined) return html``;
    if (pages.complete && pages.rows.length === 0) {
      return html`<hf-empty text=${msg(str`There is nothing in ${collectionName(this.collection)}.`)}><slot></slot></hf-empty>`;
    }
    return html`
      <div class="tools">
        <input type="search" aria-label=${msg('Filter')} placeholder=${msg('Filter (press /)')} .value=${this.filter}
          @input=${this.#filterTyped} @keydown=${this.#filterKey} />
        ${this.selected.size > 0 ? this.#bar() : this.#said(pages)}
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${this.problem} safe=${msg('Your data is safe: what was not deleted is still there.')}></hf-error>`}
        ${pages.error === undefined ? nothing : html`
          <hf-error .error=${pages.error} safe=${msg('Your data is safe: it could only not be shown.')} retry
            @retry=${() => void pages.more()}></hf-error>`}
      </div>
      ${this.#rows(pages)}
      <hf-confirm heading=${msg(str`Delete ${countWords(this.selected.size)}?`)} action=${msg('Delete')} danger
        typed=${String(this.selected.size)}>
        <p>${msg('They go out of your repository by a new commit. You can take it back at once, or later in Activity.')}</p>
      </hf-confirm>
    `;
  }

  #said(pages: RecordPages): TemplateResult {
    const loaded = pages.rows.length;
    const all = Math.max(this.total, loaded);
    const found = this.#shown.length;
    return html`
      <div class="row said small soft">
        <span role="status">${this.filter !== ''
          ? pages.complete
            ? msg(str`${formatNumber(found)} of ${formatNumber(loaded)} match.`)
            : msg(str`${formatNumber(found)} match of the ${formatNumber(loaded)} that are loaded.`)
          : this.loadingAll !== undefined
            ? msg(str`${formatNumber(loaded)} of ${formatNumber(all)} loaded…`)
            : loaded === 0 ? msg('Loading…') : countWords(all)}</span>
        ${this.filter === '' || pages.complete || this.loadingAll !== undefined ? nothing : html`
          <button class="quiet small" @click=${this.#loadAll}>${msg(str`Load all ${formatNumber(all)}`)}</button>`}
      </div>`;
  }

  #bar(): TemplateResult {
    return html`
      <div class="bar row" role="group" aria-label=${msg('Selected records')}>
        <strong role="status">${msg(str`${formatNumber(this.selected.size)} selected`)}</strong>
        <button class="quiet" @click=${this.#export}>${msg('Save as JSON')}</button>
        <button class="quiet danger" @click=${this.#delete}>${msg('Delete')}</button>
        <button class="quiet" @click=${this.#clear}>${msg('Clear')}</button>
      </div>`;
  }

  #rows(pages: RecordPages): TemplateResult {
    const virtualizer = this.#virtual.getVirtualizer();
    const size = this.filter === '' ? Math.max(this.total, pages.rows.length) : this.#shown.length;
    return html`
      <div class="scroller" .style=${`height: min(100%, ${Math.max(1, this.#shown.length) * ROW_HEIGHT + 2}px)`}>
        <ul class="rows" role="list" aria-label=${collectionName(this.collection)} aria-busy=${pages.loading ? 'true' : 'false'}
          .style=${`height: ${virtualizer.getTotalSize()}px`} @keydown=${this.#key}>
          ${repeat(virtualizer.getVirtualItems(), (item) => this.#shown[item.index]?.rkey ?? item.key, (item) => {
            const row = this.#shown[item.index];
            return row === undefined ? nothing : this.#row(row, item.index, item.start, size);
          })}
        </ul>
      </div>`;
  }

  #row(row: Row, index: number, start: number, size: number): TemplateResult {
    const words = summaryWords(row);
    const current = row.rkey === this.current;
    return html`
      <li aria-setsize=${size} aria-posinset=${index + 1} ?data-current=${current} .style=${`transform: translateY(${start}px)`}>
        <label class="pick">
          <input type="checkbox" tabindex="-1" aria-label=${msg(str`Select ${words}`)} .checked=${this.selected.has(row.rkey)}
            @change=${() => this.#toggle(row.rkey)} />
        </label>
        <a href=${atPath(this.did, this.collection, row.rkey)} tabindex=${index === this.active ? 0 : -1} data-index=${index}
          aria-current=${current ? 'page' : nothing} @focus=${() => (this.active = index)}>
          <span class="line">${words}</span>
          <span class="under soft"><span class="mono" dir="ltr">${row.rkey}</span><span>${agoWords(row)}</span></span>
        </a>
      </li>`;
  }

  /** Reads the collection from its start. */
  #begin(): void {
    const { did, collection } = this;
    this.#pages = new RecordPages((cursor) => listPage(did, collection, cursor), () => this.requestUpdate());
    void this.#pages.more();
  }

  #reset(): void {
    this.loadingAll?.abort();
    this.loadingAll = undefined;
    this.filter = '';
    this.selected = new Set();
    this.active = 0;
    this.problem = undefined;
  }

  /** Shows a record as it is now, after somebody has written it. */
  async #follow(rkey: string): Promise<void> {
    const pages = this.#pages;
    try {
      pages?.put(await readRecord(this.did, { collection: this.collection, rkey }));
    } catch {
      // The list stays as it was; the next look at the record says what is wrong.
    }
  }

  #filterTyped(event: Event): void {
    this.filter = (event.target as HTMLInputElement).value;
    this.active = 0;
    this.#virtual.getVirtualizer().scrollToOffset(0);
  }

  #filterKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.filter !== '') this.filter = '';
    else if (event.key === 'ArrowDown') void this.#goTo(this.active);
    else return;
    event.preventDefault();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((this.#virtual.getVirtualizer().scrollRect?.height ?? 0) / ROW_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    if (step !== undefined) void this.#goTo(this.active + step);
    else if (event.key === 'Home') void this.#goTo(0);
    else if (event.key === 'End') void this.#goToEnd();
    else if (event.key === ' ' && event.target instanceof HTMLAnchorElement) this.#toggle(this.#shown[this.active]?.rkey);
    else return;
    event.preventDefault();
  }

  async #goToEnd(): Promise<void> {
    if (this.filter === '') await this.#loadAll();
    await this.#goTo(this.#shown.length - 1);
  }

  async #goTo(index: number): Promise<void> {
    const active = Math.max(0, Math.min(index, this.#shown.length - 1));
    this.active = active;
    this.#virtual.getVirtualizer().scrollToIndex(active, { align: 'auto' });
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`a[data-index='${active}']`)?.focus({ preventScroll: true });
  }

  async #loadAll(): Promise<void> {
    if (this.loadingAll !== undefined || this.#pages === undefined) return;
    const loading = new AbortController();
    this.loadingAll = loading;
    await this.#pages.all(loading.signal);
    if (this.loadingAll === loading) this.loadingAll = undefined;
    await this.updateComplete;
  }

  #toggle(rkey: string | undefined): void {
    if (rkey === undefined) return;
    const selected = new Set(this.selected);
    if (!selected.delete(rkey)) selected.add(rkey);
    this.selected = selected;
  }

  #clear(): void {
    this.selected = new Set();
    void this.#goTo(this.active);
  }

  #picked(): readonly Row[] {
    return (this.#pages?.rows ?? []).filter(({ rkey }) => this.selected.has(rkey));
  }

  #export(): void {
    const records = this.#picked().map(({ rkey, cid, value }) => ({ uri: `at://${this.did}/${this.collection}/${rkey}`, cid, value }));
    downloadText(`${this.collection}.json`, `${JSON.stringify(records, null, 2)}\n`, 'application/json');
  }

  async #delete(): Promise<void> {
    const { did, collection } = this;
    const rows = this.#picked();
    const confirm = this.renderRoot.querySelector<HfConfirm>('hf-confirm');
    if (confirm === null || !(await confirm.ask())) return;
    const changes: Change[] = [];
    this.problem = undefined;
    try {
      await deleteRecords(did, collection, rows, (gone) => {
        changes.push(...gone.map((row): Change => ({ action: 'delete', collection, rkey: row.rkey, previous: versionOf(row) })));
        const rkeys = new Set(gone.map(({ rkey }) => rkey));
        this.#pages?.remove(rkeys);
        this.selected = new Set([...this.selected].filter((rkey) => !rkeys.has(rkey)));
      });
    } catch (error) {
      this.problem = error;
    }
    if (changes.length > 0) undoStore.offer(did, changes);
    void this.#goTo(this.active);
  }
}

customElements.define('holdfast-record-list', RecordList);
