import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import { msg, str } from '../../i18n.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import './editor-inserts.ts';
import { DraftError, draftFrom, readDraft } from './record-draft.ts';
import './record-difference.ts';
import { codeOf, createRecord, findRecord, putRecord, versionOf } from './record-house.ts';
import { fixedKey, templateFor } from './templates.ts';
import { undoStore } from './undo-store.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { JsonEditor } from './json-editor.ts';
import type { DraftFault } from './record-draft.ts';
import type { Validation, Written } from './record-house.ts';
import type { Row } from './record-pages.ts';
import type { JsonMap } from '../../../protocol/index.ts';

/** Where the editing stands: writing, looking at the difference, or facing somebody else's change. */
type Step =
  | { readonly name: 'write' }
  | { readonly name: 'review'; readonly value: JsonMap; readonly saving: boolean; readonly over: boolean }
  | { readonly name: 'conflict'; readonly value: JsonMap; readonly theirs: Row | undefined };

/**
 * Makes a record, or changes `row`. What is saved is shown before, and overwrites nobody else's change. Fires `saved`
 * with where the record is, and `closed` when nothing shall be saved.
 */
export class RecordEditor extends LitElement {
  static override styles = [shared, controls, css`
    .pair {
      display: grid;
      gap: 1rem;
      grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
    }

    .dragging {
      outline: 3px dashed var(--accent);
      outline-offset: 4px;
    }

    .choose {
      flex: 1 1 12rem;
      max-width: 20rem;
    }
  `];

  static override properties = {
    did: {}, collection: {}, row: { attribute: false }, known: { attribute: false },
    step: { state: true }, name: { state: true }, rkey: { state: true }, validation: { state: true },
    problem: { state: true }, ready: { state: true }, dragging: { state: true },
  };

  declare did: string;
  /** Where a new record is to go; may be left empty. */
  declare collection: string | undefined;
  /** The record that is changed; undefined for a new one. */
  declare row: Row | undefined;
  /** Collections to offer. */
  declare known: readonly string[];
  declare protected step: Step;
  declare protected name: string;
  declare protected rkey: string;
  declare protected validation: Validation;
  declare protected problem: unknown;
  declare protected ready: boolean;
  declare protected dragging: boolean;
  #template = '';
  /** The version that saving replaces. */
  #base: Row | undefined;
  /** Two presses of Save are one wish. */
  #request = crypto.randomUUID() as string;

  constructor() {
    super();
    this.known = [];
    this.step = { name: 'write' };
    this.validation = 'auto';
    this.ready = false;
    this.dragging = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    import('./json-editor.ts').then(() => {
      this.ready = true;
    }, (error: unknown) => {
      this.problem = error;
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.hasUpdated) return;
    this.#base = this.row;
    this.name = this.collection ?? 'app.bsky.feed.post';
    this.rkey = this.row?.rkey ?? fixedKey(this.name) ?? '';
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const editor = this.#editor;
    if (!changed.has('ready') || editor === null) return;
    editor.text = this.row === undefined ? this.#freshTemplate() : JSON.stringify(this.row.value, null, 2);
    editor.focus();
  }

  override render(): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#submit} @dragover=${this.#dragOver} @dragleave=${this.#dragLeave} @drop=${this.#drop} @paste=${this.#paste}>
        <h2>${this.row === undefined ? msg('New record') : msg('Edit record')}</h2>
        <div class="stack" ?hidden=${this.step.name !== 'write'}>${this.#writing()}</div>
        ${this.step.name === 'review' ? this.#review(this.step) : nothing}
        ${this.step.name === 'conflict' ? this.#conflict(this.step) : nothing}
      </form>`;
  }

  #writing(): TemplateResult {
    const fault = this.problem instanceof DraftError ? this.problem.code as DraftFault : undefined;
    return html`
      ${this.row === undefined ? this.#place(fault) : nothing}
      <div class=${this.dragging ? 'dragging' : ''}>
        ${this.ready
          ? html`<holdfast-json-editor .label=${msg('JSON of the record')} @edited=${() => (this.problem = undefined)}></holdfast-json-editor>`
          : html`<p class="soft">${msg('Loading the editor…')}</p>`}
      </div>
      <holdfast-editor-inserts .did=${this.did} .opens=${this.row === undefined}
        @insert=${(event: CustomEvent<string>) => this.#editor?.insert(event.detail)}
        @take=${(event: CustomEvent<string>) => this.#take(event.detail)}
        @trouble=${(event: CustomEvent<unknown>) => (this.problem = event.detail)}></holdfast-editor-inserts>
      <div class="field choose">
        <label for="validation">${msg('Check against its lexicon')}</label>
        <select id="validation" @change=${this.#chooseValidation}>
          <option value="auto">${msg('If the lexicon is known')}</option>
          <option value="require">${msg('Always: refuse if unknown')}</option>
          <option value="skip">${msg('Never')}</option>
        </select>
      </div>
      ${this.#trouble()}
      <div class="row">
        <button class="primary" aria-disabled=${this.ready ? 'false' : 'true'}>${msg('Look at the changes')}</button>
        <button type="button" @click=${this.#close}>${msg('Cancel')}</button>
      </div>`;
  }

  #place(fault: DraftFault | undefined): TemplateResult {
    return html`
      <div class="pair">
        <div class="field">
          <label for="collection">${msg('Collection')}</label>
          <input id="collection" class="mono" list="known" autocomplete="off" autocapitalize="none" spellcheck="false" .value=${this.name}
            aria-invalid=${fault === 'collection' ? 'true' : 'false'} @change=${this.#rename} />
          <datalist id="known">${this.known.map((nsid) => html`<option value=${nsid}></option>`)}</datalist>
        </div>
        <div class="field">
          <label for="rkey">${msg('Record key')}</label>
          <input id="rkey" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" .value=${this.rkey}
            aria-invalid=${fault === 'rkey' ? 'true' : 'false'} aria-describedby="rkey-hint"
            @input=${(event: Event) => (this.rkey = (event.target as HTMLInputElement).value.trim())} />
          <span class="hint" id="rkey-hint">${msg('Leave it empty to have one made.')}</span>
        </div>
      </div>`;
  }

  #review({ value, saving, over }: Step & { name: 'review' }): TemplateResult {
    const where = `${this.name}/${this.rkey === '' ? '…' : this.rkey}`;
    return html`
      ${over ? html`<p class="note amber">${msg('This replaces the version that was written meanwhile, shown here as the old one.')}</p>` : nothing}
      <p>${this.#base === undefined ? msg(str`1 operation: create ${where}`) : msg(str`1 operation: update ${where}`)}</p>
      <holdfast-difference .previous=${this.#base?.value} .next=${value} .label=${msg('What changes')}></holdfast-difference>
      ${this.#trouble()}
      <div class="row">
        <button class="primary" id="save" aria-disabled=${saving ? 'true' : 'false'}>${saving ? msg('Saving…') : msg('Save')}</button>
        <button type="button" @click=${this.#back}>${msg('Back to writing')}</button>
      </div>`;
  }

  #conflict({ value, theirs }: Step & { name: 'conflict' }): TemplateResult {
    return html`
      <div class="note amber" role="alert">
        <div class="stack">
          <p><strong>${msg('Your text is safe: nothing was saved, and nothing was overwritten.')}</strong></p>
          <p>${theirs === undefined
            ? msg('This record was deleted since you opened it.')
            : msg('This record was changed since you opened it, in another tab or by another program.')}</p>
        </div>
      </div>
      ${theirs === undefined ? nothing : html`
        <h3>${msg('Their version (old) and yours (new)')}</h3>
        <holdfast-difference .previous=${theirs.value} .next=${value} .label=${msg('Their version and yours')}></holdfast-difference>`}
      <div class="row">
        ${theirs === undefined ? nothing : html`<button type="button" @click=${this.#takeTheirs}>${msg('Go on with theirs')}</button>`}
        <button type="button" @click=${this.#keepMine}>${theirs === undefined ? msg('Create it again') : msg('Put mine over theirs')}</button>
        <button type="button" @click=${this.#back}>${msg('Back to writing')}</button>
      </div>`;
  }

  #trouble(): TemplateResult | typeof nothing {
    if (this.problem === undefined) return nothing;
    return html`<hf-error .error=${this.problem} safe=${msg('Nothing was saved yet, and your text is still here.')}></hf-error>`;
  }

  get #editor(): JsonEditor | null {
    return this.renderRoot.querySelector('holdfast-json-editor');
  }

  #submit(event: Event): void {
    event.preventDefault();
    if (this.step.name === 'write') this.#look();
    else if (this.step.name === 'review') void this.#save(this.step);
  }

  #look(): void {
    try {
      const value = readDraft({ collection: this.name, rkey: this.rkey, text: this.#editor?.text ?? '' });
      this.problem = undefined;
      this.#goTo({ name: 'review', value, saving: false, over: false });
    } catch (error) {
      this.problem = error;
      if (error instanceof DraftError && error.code === 'form') this.#editor?.showProblem(error.message);
    }
  }

  async #save(step: Step & { name: 'review' }): Promise<void> {
    if (step.saving) return;
    const { value } = step;
    this.step = { ...step, saving: true };
    try {
      this.#saved(await this.#write(value));
    } catch (error) {
      if (codeOf(error) === 'InvalidSwap') {
        await this.#meet(value, error);
        return;
      }
      this.problem = error;
      this.step = { ...step, saving: false };
      if (error instanceof Error && /\bat [./]/.test(error.message)) {
        this.#back();
        this.problem = error;
        await this.updateComplete;
        this.#editor?.showProblem(error.message);
      }
    }
  }

  #write(value: JsonMap): Promise<Written> {
    const { name: collection, rkey, validation } = this;
    if (this.#base === undefined) {
      // A key that was typed twice is no conflict but a mistake: a create is refused where a record is.
      return createRecord(this.did, { collection, rkey: rkey === '' ? undefined : rkey, value, validation }, this.#request);
    }
    return putRecord(this.did, { collection, rkey, value, validation, previous: this.#base.cid });
  }

  #saved({ rkey, cid, rev }: Written): void {
    const { name: collection } = this;
    const previous = this.#base;
    const place = { collection, rkey };
    if (previous === undefined) undoStore.offer(this.did, [{ ...place, action: 'create', cid }], rev);
    else if (previous.cid !== cid) undoStore.offer(this.did, [{ ...place, action: 'update', cid, previous: versionOf(previous) }], rev);
    this.dispatchEvent(new CustomEvent('saved', { detail: place }));
  }

  async #meet(value: JsonMap, error: unknown): Promise<void> {
    try {
      this.#goTo({ name: 'conflict', value, theirs: await findRecord(this.did, { collection: this.name, rkey: this.rkey }) });
    } catch {
      this.problem = error;
      this.step = { name: 'write' };
    }
  }

  #takeTheirs(): void {
    if (this.step.name !== 'conflict' || this.step.theirs === undefined) return;
    this.#base = this.step.theirs;
    if (this.#editor !== null) this.#editor.text = JSON.stringify(this.step.theirs.value, null, 2);
    this.#back();
  }

  #keepMine(): void {
    if (this.step.name !== 'conflict') return;
    const { value, theirs } = this.step;
    this.#base = theirs;
    this.#request = crypto.randomUUID();
    this.#goTo({ name: 'review', value, saving: false, over: theirs !== undefined });
  }

  #back(): void {
    this.problem = undefined;
    // Another text is another wish.
    this.#request = crypto.randomUUID();
    this.#goTo({ name: 'write' });
  }

  #goTo(step: Step): void {
    this.step = step;
    void this.updateComplete.then(() => {
      if (step.name === 'write') this.#editor?.focus();
      else this.renderRoot.querySelector<HTMLElement>(step.name === 'review' ? '#save' : '.row button')?.focus();
    });
  }

  #close(): void {
    this.dispatchEvent(new Event('closed'));
  }

  #rename(event: Event): void {
    const name = (event.target as HTMLInputElement).value.trim();
    const editor = this.#editor;
    const untouched = editor !== null && editor.text === this.#template;
    this.name = name;
    this.rkey = fixedKey(name) ?? (this.rkey === 'self' ? '' : this.rkey);
    if (untouched) editor.text = this.#freshTemplate();
  }

  #freshTemplate(): string {
    this.#template = JSON.stringify(templateFor(this.name, this.did, new Date().toISOString()), null, 2);
    return this.#template;
  }

  #chooseValidation(event: Event): void {
    this.validation = (event.target as HTMLSelectElement).value as Validation;
  }

  #take(text: string): void {
    const draft = draftFrom(text, this.name);
    const editor = this.#editor;
    if (editor === null) return;
    if (draft === undefined) {
      editor.text = text;
      return;
    }
    if (this.row === undefined) {
      this.name = draft.collection;
      this.rkey = draft.rkey === '' ? fixedKey(draft.collection) ?? '' : draft.rkey;
    }
    editor.text = draft.text;
  }

  #dragOver(event: DragEvent): void {
    if (this.step.name !== 'write' || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging = true;
  }

  #dragLeave(): void {
    this.dragging = false;
  }

  #drop(event: DragEvent): void {
    this.dragging = false;
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void file.text().then((text) => this.#take(text));
  }

  #paste(event: ClipboardEvent): void {
    const file = event.clipboardData?.files[0];
    if (file === undefined || !file.name.endsWith('.json')) return;
    event.preventDefault();
    void file.text().then((text) => this.#take(text));
  }
}

customElements.define('holdfast-record-editor', RecordEditor);
