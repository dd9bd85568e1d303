import { css, html, LitElement, nothing } from 'lit';
import { formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { stageWords } from '../state/identity-alarm-words.ts';
import { IdentityController } from '../state/identity-store.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** How often the time that is left is looked at again, in milliseconds. */
const TICK = 30_000;

/** On any screen: a word where somebody else has changed the identity, or the directory cannot be relied on; else nothing. */
export class IdentityNotice extends LitElement {
  static override styles = [shared, controls, css`
    /* Where there is nothing to say, no room is taken. */
    :host {
      display: contents;
    }
  `];
  #identity = new IdentityController(this);
  #ticking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticking = setInterval(() => this.requestUpdate(), TICK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  override render(): TemplateResult | typeof nothing {
    const { alarm, missing, lies } = this.#identity.watched;
    if (alarm !== undefined) {
      return html`
        <section class="note bad" aria-labelledby="alarm" role="alert">
          ${ICONS.warning}
          <div class="stack">
            <h2 id="alarm">${msg('Your identity was changed, and not by this house.')}</h2>
            <p><strong>${msg('Your records are safe in this browser.')}</strong> ${msg(str`It happened on ${formatTime(alarm.time)}.`)} ${stageWords(alarm)}</p>
            <div class="row"><a class="button primary" href="/identity">${msg('Look at it now')}</a></div>
          </div>
        </section>`;
    }
    if (missing === 0 && !lies) return nothing;
    return html`
      <section class="note amber" aria-labelledby="doubt">
        ${ICONS.warning}
        <div class="stack">
          <h2 id="doubt">${lies ? msg('What the directory of identities tells does not hold.') : msg('The directory of identities holds something back.')}</h2>
          <p><strong>${msg('Your records are safe in this browser.')}</strong> ${msg('Nobody can change your identity without one of your keys; but others may be told something else.')}</p>
          <div class="row"><a class="button" href="/identity">${msg('Look at the identity')}</a></div>
        </div>
      </section>`;
  }
}

customElements.define('holdfast-identity-notice', IdentityNotice);
