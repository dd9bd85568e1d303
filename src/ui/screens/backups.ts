import { html, LitElement } from 'lit';
import { msg } from '../i18n.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Params } from '../router.ts';

/** The screen of its address. */
export class HoldfastBackups extends LitElement {
  static override styles = [shared, controls];
  static override properties = { params: { attribute: false } };
  declare params: Params;

  override render(): TemplateResult {
    return html`<div class="screen"><h1>${msg('Backups')}</h1></div>`;
  }
}

customElements.define('holdfast-backups', HoldfastBackups);
