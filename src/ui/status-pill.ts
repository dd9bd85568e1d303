import { css, html, LitElement, nothing } from 'lit';
import { formatAgo, msg, str } from './i18n.ts';
import { ICONS } from './icons.ts';
import { AccountController } from './state/account-store.ts';
import { MirrorController } from './state/mirror-store.ts';
import { hostOf, readerWords } from './state/mirror-words.ts';
import { NetworkController } from './state/network.ts';
import { StandingController } from './state/standing.ts';
import { controls } from './styles/controls.ts';
import { shared } from './styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Mirror } from './state/mirror-store.ts';

/** How the account stands to its mirror, in a word; pressed, in sentences. Without an account only that one is offline. */
export class StatusPill extends LitElement {
  static override styles = [shared, controls, css`
    :host {
      flex: none;
    }

    .pill {
      min-height: 44px;
      padding: 0.25rem 0.9rem;
      font-size: var(--text-small);
      border-radius: 22px;
    }

    .pill .icon {
      width: 18px;
      height: 18px;
    }

    [data-tone='good'] .icon {
      color: var(--good);
    }

    .pill[data-tone='amber'] {
      color: var(--amber);
      background: var(--amber-wash);
      border-color: var(--amber);
    }

    .pill[data-tone='bad'] {
      color: var(--bad);
      background: var(--bad-wash);
      border-color: var(--bad);
    }

    [popover] {
      position: fixed;
      inset: 4.5rem 1rem auto auto;
      width: min(22rem, calc(100vw - 2rem));
      margin: 0;
      padding: 1rem;
      color: var(--ink);
      background: var(--card);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      box-shadow: var(--shadow);
    }

    [popover] p + p {
      margin-top: 0.5rem;
    }
  `];

  #accounts = new AccountController(this);
  #mirrors = new MirrorController(this);
  #network = new NetworkController(this);
  #standing = new StandingController(this);

  override render(): TemplateResult | typeof nothing {
    const { current } = this.#accounts;
    const { mirror } = this.#mirrors;
    const { online } = this.#network;
    const standing = current === undefined ? undefined : this.#standing.known(current);
    if (standing === undefined) return online ? nothing : pill(msg('Offline'), 'plain', ICONS.offline, offline());
    // Without a mirror, nothing waits for the network.
    if (current === undefined || mirror === undefined) {
      return online ? pill(standing.word, standing.tone, standing.icon, html`
        <p><strong>${standing.text}</strong></p>
        <p>${msg('Nothing is sent anywhere until you choose a mirror. Save a backup to have a second copy.')}</p>
        ${this.#way(msg('Choose a mirror'))}`) : pill(msg('Offline'), 'plain', ICONS.offline, offline());
    }
    return pill(standing.word, standing.tone, standing.icon, html`
      <p><strong>${standing.text}</strong></p>
      <p>${receiptWords(mirror)}</p>
      <p>${readerWords(mirror, current.head.rev)}</p>
      ${this.#way(msg('Look at the mirror'))}`);
  }

  #way(words: string): TemplateResult {
    return html`<p><a class="button quiet" href="/mirror" @click=${() => this.renderRoot.querySelector<HTMLElement>('[popover]')?.hidePopover()}>${words}</a></p>`;
  }
}

customElements.define('holdfast-pill', StatusPill);

const pill = (word: string, tone: string, icon: TemplateResult, words: TemplateResult): TemplateResult => html`
  <button class="pill" popovertarget="pill-words" data-tone=${tone}>${icon}<span>${word}</span></button>
  <div id="pill-words" popover>${words}</div>`;

const offline = (): TemplateResult => html`
  <p><strong>${msg('You are offline. Everything works.')}</strong></p>
  <p>${msg('What you write is signed and kept here, as always. Nothing waits for the network.')}</p>`;

function receiptWords({ acked, url }: Mirror): string {
  const host = hostOf(url);
  return acked === undefined ? msg(str`${host} has confirmed nothing yet.`) : msg(str`Last receipt of ${host}: ${formatAgo(acked.time)}.`);
}
