import { css, html, LitElement } from 'lit';
import { houseEvents } from './house/feed.ts';
import { ICONS } from './icons.ts';
import { formatNumber, msg, str } from './i18n.ts';
import { AccountController } from './state/account-store.ts';
import { shared } from './styles/shared.ts';
import type { TemplateResult } from 'lit';

/** House, mirror, street: where the records are. What is not connected says so; the house lights up when it writes. */
export class HoldfastStrip extends LitElement {
  static override styles = [shared, css`
    ol {
      display: flex;
      align-items: center;
      max-width: 46rem;
      font-size: var(--text-small);
    }

    li {
      display: flex;
      align-items: center;
      min-width: 0;
    }

    li:not(:first-child) {
      flex: 1 1 auto;
    }

    li:not(:first-child)::before {
      flex: 1 1 1rem;
      min-width: 0.75rem;
      margin-inline: 0.5rem;
      border-top: 1.5px dashed var(--line-strong);
      content: '';
    }

    .place {
      display: flex;
      gap: 0.5rem;
      align-items: center;
      min-width: 0;
      flex: none;
      min-height: 40px;
      color: var(--ink-soft);
      text-decoration: none;
    }

    .dot {
      display: grid;
      flex: none;
      place-items: center;
      width: 32px;
      height: 32px;
      border: 1.5px dashed var(--line-strong);
      border-radius: 50%;
    }

    .dot .icon {
      width: 18px;
      height: 18px;
    }

    .words {
      display: grid;
      min-width: 0;
      line-height: 1.3;
    }

    .words > * {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    a.place {
      color: var(--ink);
    }

    a.place .dot {
      color: var(--accent);
      background: var(--accent-wash);
      border: 1.5px solid var(--accent);
    }

    .lit .dot {
      color: var(--on-accent);
      background: var(--accent);
    }

    @media (max-width: 44rem) {
      li:not(:first-child) .words span {
        display: none;
      }
    }

    @media (max-width: 25rem) {
      li:not(:first-child)::before {
        margin-inline: 0.3rem;
      }

      .place {
        gap: 0.3rem;
      }
    }

    @media (prefers-reduced-motion: no-preference) {
      .dot {
        transition: background-color 200ms, color 200ms;
      }
    }
  `];

  static override properties = { lit: { state: true } };
  declare protected lit: boolean;
  #accounts = new AccountController(this);
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.lit = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type !== 'commit') return;
      this.lit = true;
      setTimeout(() => (this.lit = false), 200);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override render(): TemplateResult {
    const records = this.#accounts.current?.records ?? 0;
    const count = records === 1 ? msg('1 record') : msg(str`${formatNumber(records)} records`);
    const away = [
      { icon: ICONS.mirror, name: msg('Mirror') },
      { icon: ICONS.street, name: msg('Street') },
    ];
    return html`
      <ol aria-label=${msg('Where your records are')}>
        <li class=${this.lit ? 'lit' : ''}>
          <a class="place" href="/activity">
            <span class="dot">${ICONS.house}</span>
            <span class="words"><strong>${msg('House')}</strong><span class="numbers">${count}</span></span>
          </a>
        </li>
        ${away.map(({ icon, name }) => html`
          <li>
            <span class="place">
              <span class="dot">${icon}</span>
              <span class="words"><strong>${name}</strong><span>${msg('not connected yet')}</span></span>
            </span>
          </li>`)}
      </ol>
    `;
  }
}

customElements.define('holdfast-strip', HoldfastStrip);
