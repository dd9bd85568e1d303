import { css, html, LitElement, nothing } from 'lit';
import { house } from '../../house/client.ts';
import { msg } from '../../i18n.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';

/**
 * What can be put into a record by a press. Fires `insert` with JSON for the cursor, `take` with the text of a file that
 * was opened, and `trouble` with what went wrong.
 */
export class EditorInserts extends LitElement {
  static override styles = [shared, controls, css`
    .row {
      gap: 0.25rem;
    }

    input {
      display: none;
    }
  `];

  static override properties = { did: {}, opens: { type: Boolean }, uploading: { state: true } };
  declare did: string;
  /** Whether a .json file can be opened. */
  declare opens: boolean;
  declare protected uploading: boolean;

  override render(): TemplateResult {
    return html`
      <div class="row" role="group" aria-label=${msg('Insert at the cursor')}>
        <button type="button" class="quiet" @click=${() => this.#insert(new Date().toISOString())}>${msg('Insert time')}</button>
        <button type="button" class="quiet" @click=${() => this.#insert(this.did)}>${msg('Insert my DID')}</button>
        <button type="button" class="quiet" aria-disabled=${this.uploading ? 'true' : 'false'} @click=${() => this.#pick('#blob')}>
          ${this.uploading ? msg('Keeping the file…') : msg('Insert a file')}
        </button>
        ${this.opens ? html`<button type="button" class="quiet" @click=${() => this.#pick('#json')}>${msg('Open a .json file')}</button>` : nothing}
        <input id="blob" type="file" aria-label=${msg('A file to insert')} @change=${this.#upload} />
        <input id="json" type="file" accept="application/json,.json" aria-label=${msg('A .json file to open')} @change=${this.#open} />
      </div>`;
  }

  #pick(selector: string): void {
    if (!this.uploading) this.renderRoot.querySelector<HTMLInputElement>(selector)?.click();
  }

  #insert(value: unknown): void {
    this.dispatchEvent(new CustomEvent('insert', { detail: JSON.stringify(value, null, 2) }));
  }

  async #upload(event: Event): Promise<void> {
    const file = chosen(event);
    if (file === undefined) return;
    this.uploading = true;
    try {
      this.#insert(await house.upload(this.did, file, file.type === '' ? 'application/octet-stream' : file.type));
    } catch (error) {
      this.dispatchEvent(new CustomEvent('trouble', { detail: error }));
    }
    this.uploading = false;
  }

  async #open(event: Event): Promise<void> {
    const text = await chosen(event)?.text();
    if (text !== undefined) this.dispatchEvent(new CustomEvent('take', { detail: text }));
  }
}

customElements.define('holdfast-editor-inserts', EditorInserts);

/** The file that was chosen; the field is empty again, so that the same can be chosen once more. */
function chosen(event: Event): File | undefined {
  const input = event.target as HTMLInputElement;
  const file = input.files?.[0];
  input.value = '';
  return file;
}
