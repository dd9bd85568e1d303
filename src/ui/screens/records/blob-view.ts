import { css, html, LitElement, nothing } from 'lit';
import { ICONS } from '../../icons.ts';
import { formatBytes, msg, str } from '../../i18n.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { loadBlob } from './blob-source.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { LoadedBlob } from './blob-source.ts';

/**
 * A blob of the account: a picture if its bytes are one that is safe to show, else a file to save. `alt` says what is to
 * be seen. It is asked for when it comes into sight.
 */
export class BlobView extends LitElement {
  static override styles = [shared, controls, css`
    img {
      display: block;
      max-width: 100%;
      max-height: 28rem;
      border-radius: var(--radius);
      background: var(--accent-wash);
    }

    :host([small]) img {
      width: 100%;
      height: var(--blob-height, 9rem);
      object-fit: cover;
    }

    .file,
    .waiting {
      display: grid;
      gap: 0.5rem;
      align-content: center;
      justify-items: start;
      min-height: 5rem;
      padding: 0.75rem 1rem;
      border: 1px solid var(--line);
      border-radius: var(--radius);
    }
  `];

  static override properties = {
    did: {}, cid: {}, alt: {}, small: { type: Boolean, reflect: true }, loaded: { state: true }, problem: { state: true },
  };

  declare did: string;
  declare cid: string;
  declare alt: string;
  declare small: boolean;
  declare protected loaded: LoadedBlob | undefined;
  declare protected problem: unknown;
  #seen: IntersectionObserver | undefined;
  #visible = false;

  constructor() {
    super();
    this.alt = '';
    this.small = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#visible = true;
      this.#seen?.disconnect();
      void this.#load();
    }, { rootMargin: '200px' });
    this.#seen.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#seen?.disconnect();
    this.#visible = false;
    this.#letGo();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if ((changed.has('cid') || changed.has('did')) && this.#visible) void this.#load();
  }

  override render(): TemplateResult {
    const { loaded } = this;
    if (this.problem !== undefined) {
      return html`<div class="file"><p class="soft small">${msg('This file is not in this browser.')}</p></div>`;
    }
    if (loaded === undefined) return html`<div class="waiting soft small">${msg('Loading…')}</div>`;
    if (loaded.image !== undefined) return html`<img src=${loaded.url} alt=${this.alt} />`;
    return html`
      <div class="file">
        <span class="soft small">${msg(str`A file of ${formatBytes(loaded.size)}`)} ${loaded.type === '' ? nothing : loaded.type}</span>
        <a class="button quiet" href=${loaded.url} download=${this.cid}>${ICONS.backup} ${msg('Save file')}</a>
      </div>`;
  }

  async #load(): Promise<void> {
    const { did, cid } = this;
    this.#letGo();
    this.problem = undefined;
    try {
      const loaded = await loadBlob(did, cid);
      if (did === this.did && cid === this.cid && this.#visible) this.loaded = loaded;
      else URL.revokeObjectURL(loaded.url);
    } catch (error) {
      if (cid === this.cid) this.problem = error;
    }
  }

  #letGo(): void {
    if (this.loaded !== undefined) URL.revokeObjectURL(this.loaded.url);
    this.loaded = undefined;
  }
}

customElements.define('holdfast-blob', BlobView);
