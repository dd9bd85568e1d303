import { css, html, LitElement } from 'lit';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { MirrorController } from '../../state/mirror-store.ts';
import { hostOf, waitingWords } from '../../state/mirror-words.ts';
import { OutgoingController } from '../../state/outgoing.ts';
import { siteSettings } from '../../state/site-settings.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Mirror } from '../../state/mirror-store.ts';
import type { SiteSettings } from '../../state/site-settings.ts';

/** Every host that was asked for something since the page was opened, and those that the house itself talks to, in words. */
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

  static override properties = { settings: { state: true } };
  declare protected settings: SiteSettings;
  #outgoing = new OutgoingController(this);
  #mirrors = new MirrorController(this);

  constructor() {
    super();
    this.settings = {};
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void siteSettings().then((settings) => (this.settings = settings));
  }

  override render(): TemplateResult {
    const { hosts } = this.#outgoing;
    const { mirror } = this.#mirrors;
    // The mirror is listed with what the house sends there.
    const others = hosts.filter(({ host }) => mirror === undefined || host !== hostOf(mirror.url));
    const strangers = others.filter(({ own }) => !own);
    return html`
      <section class="card stack" aria-labelledby="leaving">
        <h2 id="leaving">${msg('What leaves this device')}</h2>
        ${mirror !== undefined ? this.#mirrored(mirror) : strangers.length === 0 ? html`
          <p class="note good">${ICONS.passed}<span><strong>${msg('Nothing.')}</strong> ${msg('Since you opened this page, it has asked no other host for anything. Your records, keys and pictures have not left this browser.')}</span></p>` : html`
          <p class="note amber">${ICONS.warning}<span>${msg('Since you opened this page, it has asked these hosts:')}</span></p>`}
        <ul aria-label=${msg('Hosts that were asked')}>
          ${others.map(({ host, requests, own }) => html`
            <li>${own ? ICONS.house : ICONS.street}
              <span><span class="mono">${host}</span>, ${requests === 1 ? msg('1 request') : msg(str`${formatNumber(requests)} requests`)}<br />
                <span class="small soft">${own ? msg('Where this page comes from. It is asked for the app’s own files, and sends them; nothing of yours is sent to it.') : msg('Chosen by you.')}</span></span>
            </li>`)}
        </ul>
        <p class="soft">${mirror === undefined
          ? msg('This list is kept by the page as it runs. The house itself, the worker behind it, asks a mirror or the directory only when you look at a mirror, pair with one, restore an account, or look at your identity. Once the directory knows your account, it is asked now and then whether anybody has changed it. Looking up a name asks a name server, and the domain itself.')
          : msg('The page keeps the list of hosts as it runs; the house itself, the worker behind it, talks to those named above and to nobody else; but looking up a name for your account asks a name server, and the domain itself.')}</p>
      </section>
    `;
  }

  #mirrored(mirror: Mirror): TemplateResult {
    const { relay, directory } = this.settings;
    const named = [
      { icon: ICONS.mirror, url: mirror.url, words: msg(str`Your mirror. It gets each record, each signed commit and each picture, and nothing that could sign for you. ${waitingWords(mirror.waiting)}`) },
      ...(directory === undefined ? [] : [{ icon: ICONS.key, url: directory, words: msg('The public directory of identities. It gets operations on your identity, and is asked now and then what it says: whether anybody has changed it.') }]),
      ...(relay === undefined ? [] : [{ icon: ICONS.street, url: relay, words: msg('A relay. It is asked what it has of your account, and gets nothing from here.') }]),
    ];
    return html`
      <p class="note">${ICONS.mirror}<span><strong>${msg('What is public, to your mirror.')}</strong> ${msg('Your keys and your kit have not left this browser.')}</span></p>
      <ul aria-label=${msg('Whom the house talks to')}>
        ${named.map(({ icon, url, words }) => html`<li>${icon}<span><span class="mono">${hostOf(url)}</span><br /><span class="small soft">${words}</span></span></li>`)}
      </ul>`;
  }
}

customElements.define('holdfast-leaving-card', LeavingCard);
