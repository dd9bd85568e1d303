import { html, LitElement, nothing } from 'lit';
import { msg } from './i18n.ts';
import { controls } from './styles/controls.ts';
import { shared } from './styles/shared.ts';
import type { TemplateResult } from 'lit';

/** Says that a new version of the app is there, and lets it in when the owner wants it. */
export class HoldfastUpdate extends LitElement {
  static override styles = [shared, controls];
  static override properties = { waiting: { state: true } };
  declare protected waiting: boolean;

  override render(): TemplateResult | typeof nothing {
    if (!this.waiting) return nothing;
    return html`<div class="card"><p>${msg('A new version is ready.')}</p></div>`;
  }
}

customElements.define('holdfast-update', HoldfastUpdate);
