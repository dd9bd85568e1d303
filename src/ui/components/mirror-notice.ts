import { css, html, LitElement, nothing } from 'lit';
import { msg } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { MirrorController } from '../state/mirror-store.ts';
import { noticeTitle } from '../state/mirror-words.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Mirror } from '../state/mirror-store.ts';

/** A word where something between house and mirror is worth one, and stops nothing; else nothing. */
export class MirrorNotice extends LitElement {
  static override styles = [shared, controls, css`
    /* Where there is nothing to say, no room is taken. */
    :host {
      display: contents;
    }
  `];
  #mirrors = new MirrorController(this);

  override render(): TemplateResult {
    const { notice, withheld } = this.#mirrors.mirror ?? {};
    return html`${[notice, withheld].map((word) => (word === undefined ? nothing : this.#note(word)))}`;
  }

  #note({ code, conflicts }: NonNullable<Mirror['notice']>): TemplateResult {
    return html`
      <section class="note amber" aria-labelledby="notice-${code}">
        ${ICONS.warning}
        <div class="stack">
          <h2 id="notice-${code}">${noticeTitle(code)}</h2>
          <p><strong>${msg('Your data is safe here, and the mirror goes on.')}</strong></p>
          <div class="row">${conflicts !== undefined ? html`<a class="button" href="/devices">${msg('Look at both versions')}</a>` : html`<a class="button" href="/mirror">${msg('Look at the mirror')}</a>`}</div>
        </div>
      </section>`;
  }
}

customElements.define('holdfast-mirror-notice', MirrorNotice);
