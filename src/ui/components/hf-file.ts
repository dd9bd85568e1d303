import { css, html, LitElement, nothing } from 'lit';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/**
 * A place for one file: choose it, or drop it. `label` names it, `hint` says what fits, `accept` is that of an input,
 * `problem` says what is wrong with it. Fires `pick`; then `file` is the chosen one.
 */
export class HfFile extends LitElement {
  static override styles = [shared, controls, css`
    .field {
      padding: 1rem;
      border: 1.5px dashed var(--line-strong);
      border-radius: var(--radius);
    }

    .field[data-over] {
      background: var(--accent-wash);
      border-color: var(--accent);
      border-style: solid;
    }

    .field input[type='file'] {
      padding: 0;
      text-overflow: ellipsis;
      background: transparent;
      border-color: transparent;
    }

    ::file-selector-button {
      min-height: 44px;
      margin-inline-end: 0.75rem;
      padding: 0.5rem 1.25rem;
      color: var(--accent);
      font: inherit;
      font-weight: 600;
      background: var(--card);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      cursor: pointer;
    }

    .problem:empty {
      display: none;
    }
  `];

  static override properties = { label: {}, hint: {}, accept: {}, problem: {}, over: { state: true } };
  declare label: string;
  declare hint: string | undefined;
  declare accept: string;
  declare problem: string | undefined;
  declare protected over: boolean;
  /** Undefined until one was chosen. */
  file: File | undefined;

  constructor() {
    super();
    this.accept = '';
    this.over = false;
  }

  override render(): TemplateResult {
    return html`
      <div class="field" ?data-over=${this.over} @dragover=${this.#over} @dragleave=${this.#leave} @drop=${this.#drop}>
        <label for="file">${this.label}</label>
        <input id="file" type="file" accept=${this.accept} aria-describedby="hint problem"
          aria-invalid=${this.problem === undefined ? 'false' : 'true'} @change=${this.#change} />
        <span class="hint" id="hint">${this.hint ?? nothing}</span>
        <span class="problem" id="problem" role="alert">${this.problem ?? nothing}</span>
      </div>
    `;
  }

  override focus(): void {
    this.#input?.focus();
  }

  /** Forgets the file, so that the same one can be chosen again. */
  clear(): void {
    this.file = undefined;
    if (this.#input) this.#input.value = '';
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  #over(event: DragEvent): void {
    event.preventDefault();
    this.over = true;
  }

  #leave(): void {
    this.over = false;
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    const files = event.dataTransfer?.files;
    if (files === undefined || files.length === 0) return;
    const one = new DataTransfer();
    for (const file of [...files].slice(0, 1)) one.items.add(file);
    if (this.#input) this.#input.files = one.files;
    this.#change();
  }

  #change(): void {
    // A chooser that was closed without a choice changes nothing.
    const file = this.#input?.files?.[0];
    if (file === undefined) return;
    this.file = file;
    this.dispatchEvent(new Event('pick'));
  }
}

customElements.define('hf-file', HfFile);
