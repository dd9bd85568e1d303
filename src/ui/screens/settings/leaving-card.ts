import { css, html, LitElement } from 'lit';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { OutgoingController } from '../../state/outgoing.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** Every host that was asked for something since the page was opened, in words. */
export class LeavingCard extends LitElement {
  static override styles = [shared, controls, css`
    li {
      display: flex;
      gap: 0.75rem;
      padding: 0.6rem 0;
      overflow-wrap: anywhere;
    }

    li + li {
      border-top: 1px solid var(--line);
    }

    li > span {
      min-width: 0;
    }
  `];

  #outgoing = new OutgoingController(this);

  override render(): TemplateResult {
    const { hosts } = this.#outgoing;
    const strangers = hosts.filter(({ own }) => !own);
    return html`
      <section class="card stack" aria-labelledby="leaving">
        <h2 id="leaving">${msg('What leaves this device')}</h2>
        ${strangers.length === 0 ? html`
          <p class="note good">${ICONS.passed}<span><strong>${msg('Nothing.')}</strong> ${msg('Since you opened this page, it has asked no other host for anything. Your records, keys and pictures have not left this browser.')}</span></p>` : html`
          <p class="note amber">${ICONS.warning}<span>${msg('Since you opened this page, it has asked these hosts:')}</span></p>`}
        <ul aria-label=${msg('Hosts that were asked')}>
          ${hosts.map(({ host, requests, own }) => html`
            <li>${own ? ICONS.house : ICONS.street}
              <span><span class="mono">${host}</span>, ${requests === 1 ? msg('1 request') : msg(str`${formatNumber(requests)} requests`)}<br />
                <span class="small soft">${own ? msg('Where this page comes from. It is asked for the app’s own files, and sends them; nothing of yours is sent to it.') : msg('Chosen by you.')}</span></span>
            </li>`)}
        </ul>
        <p class="soft">${msg('This list is kept by the page as it runs. The house itself, the worker behind it, asks nobody: it has no mirror, no relay and no directory yet. When you connect one, it appears here before anything is sent to it.')}</p>
      </section>
    `;
  }
}

customElements.define('holdfast-leaving-card', LeavingCard);
