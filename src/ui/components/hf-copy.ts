import { css, html, LitElement } from 'lit';
import { ICONS } from '../icons.ts';
import { msg, str } from '../i18n.ts';
import { middleOf } from '../middle-of.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** A DID, CID or rev: its middle left out unless `full`, whole on hover and when copied. `label` says what it is. */
export class HfCopy extends LitElement {
  static override styles = [shared, controls, css`
    :host {
      display: inline-flex;
      max-width: 100%;
      gap: 0.25rem;
      align-items: center;
    }

    .mono {
      min-width: 0;
      overflow-wrap: anywhere;
    }

    button {
      flex: none;
      min-height: 40px;
      width: 40px;
      padding: 0;
      border-color: transparent;
    }

    .icon {
      width: 18px;
      height: 18px;
    }
  `];

  static override properties = { text: {}, label: {}, full: { type: Boolean }, copied: { state: true } };
  declare text: string;
  declare label: string;
  declare full: boolean;
  declare protected copied: boolean;

  constructor() {
    super();
    this.full = false;
    this.copied = false;
  }

  override render(): TemplateResult {
    return html`
      <span class="mono" title=${this.text} dir="ltr">${this.full ? this.text : middleOf(this.text)}</span>
      <button aria-label=${msg(str`Copy ${this.label}`)} @click=${this.#copy}>${this.copied ? ICONS.passed : ICONS.copy}</button>
      <span class="visually-hidden" role="status">${this.copied ? msg('Copied') : ''}</span>
    `;
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.text);
    this.copied = true;
    setTimeout(() => (this.copied = false), 2_000);
  }
}

customElements.define('hf-copy', HfCopy);
