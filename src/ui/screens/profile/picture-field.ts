import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import { msg } from '../../i18n.ts';
import { prepareImage } from '../../images/prepare-image.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import '../records/blob-view.ts';
import type { TemplateResult } from 'lit';
import type { ImageLimits } from '../../images/image-plan.ts';
import type { PreparedImage } from '../../images/prepare-image.ts';

/**
 * A picture of the profile: the one that is kept, or the one that was chosen instead, drawn anew within the limits.
 * Fires `picked` with the new picture, or with undefined when there shall be none.
 */
export class PictureField extends LitElement {
  static override styles = [shared, controls, css`
    .field {
      gap: 0.5rem;
    }

    .frame {
      overflow: hidden;
      display: grid;
      place-items: center;
      height: 8rem;
      background: var(--accent-wash);
      border-radius: var(--radius);
    }

    :host([round]) .frame {
      width: 8rem;
      border-radius: 50%;
    }

    .frame img,
    .frame holdfast-blob {
      width: 100%;
      height: 100%;
      object-fit: cover;
      --blob-height: 8rem;
    }

    input {
      display: none;
    }

    .row {
      gap: 0.25rem;
    }
  `];

  static override properties = {
    did: {}, label: {}, kept: {}, round: { type: Boolean, reflect: true }, limits: { attribute: false },
    url: { state: true }, removed: { state: true }, problem: { state: true }, working: { state: true },
  };

  declare did: string;
  declare label: string;
  /** CID of the picture that the profile has. */
  declare kept: string | undefined;
  declare round: boolean;
  declare limits: ImageLimits;
  declare protected url: string | undefined;
  declare protected removed: boolean;
  declare protected problem: unknown;
  declare protected working: boolean;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#letGo();
  }

  /** Shows again what is kept. */
  reset(): void {
    this.#letGo();
    this.removed = false;
    this.problem = undefined;
  }

  override render(): TemplateResult {
    const kept = this.removed ? undefined : this.kept;
    const any = this.url !== undefined || kept !== undefined;
    return html`
      <div class="field" role="group" aria-label=${this.label}>
        <span class="hint">${this.label}</span>
        <div class="frame">
          ${this.url !== undefined
            ? html`<img src=${this.url} alt=${this.label} />`
            : kept === undefined ? html`<span class="soft small">${msg('None')}</span>` : html`
              <holdfast-blob small .did=${this.did} .cid=${kept} .alt=${this.label}></holdfast-blob>`}
        </div>
        <div class="row">
          <button type="button" class="quiet" aria-disabled=${this.working ? 'true' : 'false'} @click=${this.#pick}>
            ${this.working ? msg('Preparing…') : any ? msg('Replace') : msg('Choose a picture')}
          </button>
          ${any ? html`<button type="button" class="quiet danger" @click=${this.#remove}>${msg('Remove')}</button>` : nothing}
          <input type="file" accept="image/jpeg,image/png,image/gif,image/webp,image/avif" aria-label=${this.label} @change=${this.#chosen} />
        </div>
        ${this.problem === undefined ? nothing : html`<hf-error .error=${this.problem}></hf-error>`}
      </div>`;
  }

  #pick(): void {
    if (!this.working) this.renderRoot.querySelector('input')?.click();
  }

  async #chosen(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    if (file === undefined) return;
    this.working = true;
    this.problem = undefined;
    try {
      const image = await prepareImage(file, this.limits);
      this.#letGo();
      this.url = URL.createObjectURL(image.blob);
      this.removed = false;
      this.#tell(image);
    } catch (error) {
      this.problem = error;
    }
    this.working = false;
  }

  #remove(): void {
    this.#letGo();
    this.removed = true;
    this.#tell(undefined);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('button')?.focus());
  }

  #tell(image: PreparedImage | undefined): void {
    this.dispatchEvent(new CustomEvent('picked', { detail: image }));
  }

  #letGo(): void {
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }
}

customElements.define('holdfast-picture-field', PictureField);
