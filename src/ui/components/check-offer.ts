import { html, LitElement, nothing } from 'lit';
import { formatAgo, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { crash, CrashController } from '../state/crash.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** Offers to check the house where a page of it ended without its last words; else nothing. */
export class CheckOffer extends LitElement {
  static override styles = [shared, controls];
  #crash = new CrashController(this);

  override render(): TemplateResult | typeof nothing {
    const { since } = this.#crash;
    if (since === undefined) return nothing;
    return html`
      <div class="note">
        ${ICONS.info}
        <div class="stack">
          <p><strong>${msg('This page ended without warning.')}</strong>
            ${msg(str`It was opened ${formatAgo(since)}. Everything that it confirmed is stored, so nothing should be missing. If you like, have a look.`)}</p>
          <div class="row">
            <a class="button" href="/check">${msg('Check my house')}</a>
            <button class="quiet" @click=${() => crash.forget()}>${msg('Not now')}</button>
          </div>
        </div>
      </div>`;
  }
}

customElements.define('holdfast-check-offer', CheckOffer);
