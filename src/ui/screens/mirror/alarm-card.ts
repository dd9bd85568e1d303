import { html, LitElement, nothing } from 'lit';
import { formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { afterSafety } from '../../state/safety-words.ts';
import { alarmAdvice, alarmTitle } from '../../state/mirror-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Mirror } from '../../state/mirror-store.ts';

/** Why the bridge stands still: what is safe, what happened, what to do. Fires `go-on`, `hand-over` and `leave`. */
export class AlarmCard extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = { alarm: { attribute: false }, busy: { type: Boolean } };
  declare alarm: NonNullable<Mirror['alarm']>;
  declare busy: boolean;

  override render(): TemplateResult {
    const { code, message, time } = this.alarm;
    const disabled = this.busy ? 'true' : 'false';
    return html`
      <section class="card stack" aria-labelledby="alarm">
        <h2 id="alarm" tabindex="-1">${alarmTitle(code)}</h2>
        <div class="note bad" role="alert">
          ${ICONS.warning}
          <div class="stack">
            <p><strong>${msg('Your data is safe: everything is in this browser. Nothing more is sent until you have decided.')}</strong></p>
            <p>${alarmAdvice(code)}</p>
          </div>
        </div>
        <details>
          <summary>${msg(str`What was noticed ${formatTime(time)}`)}</summary>
          <p class="data">${afterSafety(message)}</p>
        </details>
        <div class="row">
          ${code === 'moved' ? html`<a class="button primary" href="/identity">${ICONS.key}${msg('Look at the identity')}</a>` : nothing}
          <button aria-disabled=${disabled} @click=${() => this.#fire('go-on')}>${msg('I have read it, go on')}</button>
          <button aria-disabled=${disabled} @click=${() => this.#fire('hand-over')}>${msg('Send everything again')}</button>
          <button class="danger" aria-disabled=${disabled} @click=${() => this.#fire('leave')}>${msg('Leave this mirror')}</button>
        </div>
      </section>`;
  }

  #fire(name: string): void {
    if (!this.busy) this.dispatchEvent(new Event(name));
  }
}

customElements.define('holdfast-alarm-card', AlarmCard);
