import { css, html, LitElement, nothing } from 'lit';
import './hf-file.ts';
import { msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { looksSealed } from '../state/kit-sniff.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { HfFile } from './hf-file.ts';

/**
 * A place for a saved file: a backup, encrypted or not, or a CAR. Of an encrypted one the passphrase is asked. `label` and
 * `hint` may say more of it, `problem` says what is wrong. Fires `pick` when the file can be read: then `file` is the chosen one, and `passphrase` what opens it.
 */
export class SavedFile extends LitElement {
  static override styles = [shared, controls, css`
    form {
      padding-top: 1rem;
    }

    .problem:empty {
      display: none;
    }
  `];

  static override properties = { label: {}, hint: {}, problem: {}, sealed: { state: true }, empty: { state: true } };
  declare label: string | undefined;
  declare hint: string | undefined;
  declare problem: string | undefined;
  /** An encrypted file, whose passphrase is asked. */
  declare protected sealed: File | undefined;
  declare protected empty: boolean;
  /** Undefined until one can be read. */
  file: File | undefined;
  /** As it was typed; undefined where the file is not encrypted. */
  passphrase: string | undefined;

  constructor() {
    super();
    this.empty = false;
  }

  override render(): TemplateResult {
    return html`
      <hf-file label=${this.label ?? msg('Saved file')} hint=${this.hint ?? msg('A file that ends in .zip, .zip.age or .car. You can also drop it here.')}
        accept=".zip,.age,.car,application/zip,application/vnd.ipld.car" .problem=${this.problem} @pick=${this.#pick}></hf-file>
      ${this.sealed === undefined ? nothing : html`
        <form class="stack" @submit=${this.#open}>
          <p class="note">${ICONS.key}<span>${msg(str`${this.sealed.name} is encrypted. Its passphrase opens it, here in this browser.`)}</span></p>
          <div class="field">
            <label for="file-passphrase">${msg('Passphrase of the file')}</label>
            <input id="file-passphrase" class="mono" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="256"
              aria-describedby="file-hint file-problem" aria-invalid=${this.empty ? 'true' : 'false'} />
            <span class="hint" id="file-hint">${msg('The one that was shown when the file was saved, or that of your kit, if you chose that.')}</span>
            <span class="problem" id="file-problem" role="alert">${this.empty ? msg('Type the passphrase.') : nothing}</span>
          </div>
          <div class="row"><button id="open-file" type="submit">${msg('Open the file')}</button></div>
        </form>`}
    `;
  }

  override focus(): void {
    (this.#field ?? this.renderRoot.querySelector<HfFile>('hf-file'))?.focus();
  }

  /** Forgets the file, so that the same one can be chosen again. */
  clear(): void {
    this.renderRoot.querySelector<HfFile>('hf-file')?.clear();
    this.#forget();
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#file-passphrase');
  }

  #forget(): void {
    this.file = undefined;
    this.passphrase = undefined;
    this.sealed = undefined;
    this.empty = false;
  }

  async #pick(event: Event): Promise<void> {
    const { file } = event.target as HfFile;
    if (file === undefined) return;
    this.#forget();
    if (await looksSealed(file)) {
      this.sealed = file;
      await this.updateComplete;
      return this.#field?.focus();
    }
    this.file = file;
    this.dispatchEvent(new Event('pick'));
  }

  #open(event: Event): void {
    event.preventDefault();
    const typed = this.#field?.value.trim() ?? '';
    this.empty = typed === '';
    if (this.empty) return this.#field?.focus();
    this.file = this.sealed;
    this.passphrase = typed;
    this.dispatchEvent(new Event('pick'));
  }
}

customElements.define('hf-saved-file', SavedFile);
