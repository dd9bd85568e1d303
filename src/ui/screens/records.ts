import { html, LitElement, nothing } from 'lit';
import '../components/hf-empty.ts';
import '../components/hf-error.ts';
import { houseEvents } from '../house/feed.ts';
import { ICONS } from '../icons.ts';
import { formatBytes, msg } from '../i18n.ts';
import { atPath, navigate } from '../router.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import './records/blob-list.ts';
import { collectionName } from './records/collection-names.ts';
import './records/collections-pane.ts';
import './records/record-editor.ts';
import { codeOf, describeAccount } from './records/record-house.ts';
import './records/record-list.ts';
import './records/record-view.ts';
import { countWords } from './records/record-words.ts';
import { screenStyles } from './records/screen-styles.ts';
import { undoStore } from './records/undo-store.ts';
import './records/undo-toast.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Params } from '../router.ts';
import type { Place } from './records/changes.ts';
import type { AccountDescription } from './records/record-house.ts';
import type { RecordList } from './records/record-list.ts';
import type { RecordView } from './records/record-view.ts';
import type { Row } from './records/record-pages.ts';

/** What is looked at beside the address: nothing more, a new record, the editor of the record, or the blobs. */
type Mode = 'look' | 'new' | 'edit' | 'blobs';

/** Everything that an account holds: collections, their records, one record; and the ways to change them. */
export class HoldfastRecords extends LitElement {
  static override styles = [shared, controls, screenStyles];
  static override properties = {
    params: { attribute: false }, description: { state: true }, problem: { state: true }, mode: { state: true }, edited: { state: true },
  };

  declare params: Params;
  declare protected description: AccountDescription | undefined;
  declare protected problem: unknown;
  declare protected mode: Mode;
  /** The record that the editor was opened with. */
  declare protected edited: Row | undefined;
  #stop: (() => void) | undefined;
  #readHash = (): void => {
    this.mode = this.params.collection === undefined && location.hash === '#blobs' ? 'blobs' : 'look';
  };

  constructor() {
    super();
    this.mode = 'look';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#readHash);
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type === 'hello' || (event.type === 'commit' && event.did === this.params.did)) void this.#describe();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#readHash);
    this.#stop?.();
    undoStore.forget();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('params')) return;
    const before = changed.get('params') as Params | undefined;
    this.#readHash();
    if (before?.did === this.params.did) return;
    this.description = undefined;
    void this.#describe();
  }

  override render(): TemplateResult {
    const { collection, rkey } = this.params;
    const title = this.mode === 'blobs' ? msg('Pictures and files') : rkey !== undefined || collection !== undefined
      ? collectionName(collection ?? '')
      : msg('Records');
    return html`
      <div class="screen" tabindex="-1" @keydown=${this.#key} @show=${this.#showBlobs}>
        ${this.#trail()}
        <div class="head">
          <h1>${title}</h1>
          ${this.#isEditing ? nothing : html`
            <button class="primary" aria-keyshortcuts="n" @click=${this.#new}>${ICONS.plus} ${msg('New record')}</button>`}
        </div>
        ${this.#content()}
        <holdfast-undo></holdfast-undo>
      </div>`;
  }

  #trail(): TemplateResult | typeof nothing {
    const { did = '', collection, rkey } = this.params;
    if (collection === undefined && this.mode === 'look') return nothing;
    return html`
      <nav class="trail" aria-label=${msg('Where this is')}>
        <ol role="list">
          <li><a href=${atPath(did)} @click=${this.#leave}>${msg('Records')}</a></li>
          ${collection === undefined ? nothing : html`
            <li>${rkey === undefined && this.mode === 'look'
              ? html`<span class="mono" dir="ltr">${collection}</span>`
              : html`<a href=${atPath(did, collection)} @click=${this.#leave}>${collectionName(collection)}</a>`}</li>`}
          ${rkey === undefined ? nothing : html`<li><span class="mono" dir="ltr">${rkey}</span></li>`}
        </ol>
      </nav>`;
  }

  #content(): TemplateResult {
    const { did = '', collection, rkey } = this.params;
    const { description } = this;
    if (this.problem !== undefined) {
      const missing = codeOf(this.problem) === 'AccountNotFound';
      return html`
        <hf-error .error=${this.problem} retry @retry=${this.#describe}
          safe=${missing ? msg('Nothing is lost: this account is not in this browser.') : msg('Your data is safe: it could only not be shown.')}
          advice=${missing ? msg('You can restore it here from its recovery kit and a saved copy.') : ''}></hf-error>`;
    }
    if (description === undefined) return html`<p class="soft" role="status">${msg('Loading…')}</p>`;
    if (collection === undefined && description.collections.length === 0 && this.mode === 'look') {
      return html`
        <hf-empty text=${msg('No records yet. Posts, a profile, or anything else you write will lie here.')}>
          <a class="button" href="/compose">${msg('Write a post')}</a>
        </hf-empty>`;
    }
    // What the editor covers stays: the list keeps its place.
    return html`
      ${!this.#isEditing ? nothing : html`
        <div class="card">
          <holdfast-record-editor .did=${did} .collection=${collection} .row=${this.mode === 'edit' ? this.edited : undefined}
            .known=${description.collections.map((known) => known.collection)} @saved=${this.#saved} @closed=${this.#leave}></holdfast-record-editor>
        </div>`}
      <div class="beside" ?hidden=${this.#isEditing}>${this.#panes(description, did, collection, rkey)}</div>`;
  }

  #panes(description: AccountDescription, did: string, collection: string | undefined, rkey: string | undefined): TemplateResult {
    const depth = rkey !== undefined ? 'record' : collection !== undefined || this.mode === 'blobs' ? 'collection' : 'account';
    const count = description.collections.find((known) => known.collection === collection)?.records ?? 0;
    return html`
      ${depth !== 'account' ? nothing : html`
        <p class="soft">${countWords(description.account.records)}, ${formatBytes(description.repositoryBytes)}</p>`}
      <div class="panes" data-depth=${depth}>
        <div class="pane collections">
          <holdfast-collections .did=${did} .description=${description} .collection=${collection} .blobs=${this.mode === 'blobs'}></holdfast-collections>
        </div>
        ${this.mode === 'blobs' ? html`<div class="pane"><holdfast-blob-list .did=${did}></holdfast-blob-list></div>` : nothing}
        ${collection === undefined ? nothing : html`
          <div class="pane list">
            <holdfast-record-list .did=${did} .collection=${collection} .total=${count} .current=${rkey}>
              <button @click=${this.#new}>${msg('New record')}</button>
            </holdfast-record-list>
            <p class="hint soft small">${msg(html`<kbd>/</kbd> filter, <kbd>n</kbd> new, <kbd>e</kbd> edit, <kbd>Space</kbd> select`)}</p>
          </div>`}
        ${collection === undefined || rkey === undefined ? nothing : html`
          <div class="pane card">
            <holdfast-record-view .did=${did} .collection=${collection} .rkey=${rkey} @edit=${this.#edit}></holdfast-record-view>
          </div>`}
      </div>`;
  }

  get #isEditing(): boolean {
    return this.mode === 'new' || this.mode === 'edit';
  }

  async #describe(): Promise<void> {
    const { did = '' } = this.params;
    try {
      const description = await describeAccount(did);
      if (did !== this.params.did) return;
      this.description = description;
      this.problem = undefined;
    } catch (error) {
      if (did === this.params.did) this.problem = error;
    }
  }

  // Keys of one letter work inside this screen only, and never while something is typed.
  #key(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'))) return;
    if (this.#isEditing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !event.shiftKey) {
      if (undoStore.current === undefined) return;
      event.preventDefault();
      void undoStore.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || this.renderRoot.querySelector('dialog[open]') !== null) return;
    if (event.key === '/') this.renderRoot.querySelector<RecordList>('holdfast-record-list')?.focusFilter();
    else if (event.key === 'n') this.#new();
    else if (event.key === 'e' && this.params.rkey !== undefined) this.#edit();
    else return;
    event.preventDefault();
  }

  #new(): void {
    this.mode = 'new';
    void this.updateComplete.then(() => window.scrollTo(0, 0));
  }

  #edit(): void {
    const row = this.renderRoot.querySelector<RecordView>('holdfast-record-view')?.record;
    if (row === undefined) return;
    this.edited = row;
    this.mode = 'edit';
    void this.updateComplete.then(() => window.scrollTo(0, 0));
  }

  #saved(event: CustomEvent<Place>): void {
    const { did = '' } = this.params;
    const path = atPath(did, event.detail.collection, event.detail.rkey);
    this.#leave();
    if (path !== location.pathname) navigate(path);
  }

  /** Closes the editor or the blobs; a link that was pressed leads on by itself. */
  #leave(): void {
    this.mode = 'look';
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.screen')?.focus({ preventScroll: true }));
  }

  #showBlobs(): void {
    const path = atPath(this.params.did ?? '');
    if (location.pathname === path) location.hash = 'blobs';
    else navigate(`${path}#blobs`);
  }
}

customElements.define('holdfast-records', HoldfastRecords);
