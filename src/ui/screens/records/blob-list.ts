import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-copy.ts';
import '../../components/hf-empty.ts';
import '../../components/hf-error.ts';
import { msg, str } from '../../i18n.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import './blob-view.ts';
import { listBlobs } from './record-house.ts';
import type { PropertyValues, TemplateResult } from 'lit';

const STEP = 60;

/** The pictures and files of an account. Only pictures that are safe are shown; anything else can be saved. */
export class BlobList extends LitElement {
  static override styles = [shared, controls, css`
    ul {
      display: grid;
      gap: 1rem;
      grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr));
    }

    li {
      min-width: 0;
    }
  `];

  static override properties = {
    did: {}, cids: { state: true }, shown: { state: true }, complete: { state: true }, problem: { state: true },
  };

  declare did: string;
  declare protected cids: readonly string[];
  declare protected shown: number;
  declare protected complete: boolean;
  declare protected problem: unknown;
  #cursor: string | undefined;

  constructor() {
    super();
    this.cids = [];
    this.shown = STEP;
    this.complete = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('did')) return;
    this.cids = [];
    this.shown = STEP;
    this.complete = false;
    this.#cursor = undefined;
    void this.#more();
  }

  override render(): TemplateResult {
    if (this.problem !== undefined) {
      return html`<hf-error .error=${this.problem} safe=${msg('Your data is safe: it could only not be listed.')} retry @retry=${this.#more}></hf-error>`;
    }
    if (this.complete && this.cids.length === 0) {
      return html`<hf-empty text=${msg('No pictures or files yet. They come with posts, a profile, or any record that names one.')}></hf-empty>`;
    }
    const shown = this.cids.slice(0, this.shown);
    return html`
      <div class="stack">
        <ul role="list" aria-label=${msg('Pictures and files')}>
          ${shown.map((cid, index) => html`
            <li>
              <holdfast-blob small .did=${this.did} .cid=${cid} .alt=${msg(str`File ${index + 1}`)}></holdfast-blob>
              <hf-copy text=${cid} label=${msg('CID')}></hf-copy>
            </li>`)}
        </ul>
        ${shown.length < this.cids.length || !this.complete
          ? html`<div><button @click=${this.#showMore}>${msg('Show more')}</button></div>`
          : nothing}
      </div>`;
  }

  async #showMore(): Promise<void> {
    this.shown += STEP;
    if (this.shown > this.cids.length && !this.complete) await this.#more();
  }

  async #more(): Promise<void> {
    const { did } = this;
    try {
      const { cids, cursor } = await listBlobs(did, this.#cursor);
      if (did !== this.did) return;
      this.cids = [...this.cids, ...cids];
      this.#cursor = cursor;
      this.complete = cursor === undefined;
      this.problem = undefined;
    } catch (error) {
      this.problem = error;
    }
  }
}

customElements.define('holdfast-blob-list', BlobList);
