import { css, html, LitElement, nothing } from 'lit';
import { ICONS } from '../../icons.ts';
import { formatNumber, msg } from '../../i18n.ts';
import { atPath } from '../../router.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { collectionName } from './collection-names.ts';
import type { TemplateResult } from 'lit';
import type { AccountDescription } from './record-house.ts';

/** The collections of an account, most records first, and its blobs. */
export class CollectionsPane extends LitElement {
  static override styles = [shared, controls, css`
    a {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 0.75rem;
      align-items: baseline;
      min-height: 44px;
      padding: 0.5rem 0.75rem;
      color: var(--ink);
      text-decoration: none;
      border-radius: var(--radius);
      outline-offset: -3px;
    }

    a:hover,
    a[aria-current] {
      background: var(--accent-wash);
    }

    a[aria-current] .name {
      color: var(--accent);
    }

    .name {
      font-weight: 600;
    }

    .nsid {
      grid-column: 1 / -1;
      overflow: hidden;
      font-size: 0.8125rem;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .blobs {
      margin-top: 0.5rem;
      padding-top: 0.5rem;
      border-top: 1px solid var(--line);
    }
  `];

  static override properties = {
    did: {}, description: { attribute: false }, collection: {}, blobs: { type: Boolean },
  };

  declare did: string;
  declare description: AccountDescription;
  declare collection: string | undefined;
  /** Whether the blobs are what is looked at. */
  declare blobs: boolean;

  override render(): TemplateResult {
    const { did, description } = this;
    const collections = description.collections.toSorted((a, b) => b.records - a.records);
    return html`
      <nav aria-label=${msg('Collections')}>
        <ul role="list">
          ${collections.map(({ collection, records }) => html`
            <li>
              <a href=${atPath(did, collection)} aria-current=${collection === this.collection ? 'page' : nothing}>
                <span class="name">${collectionName(collection)}</span>
                <span class="soft small numbers">${formatNumber(records)} <span class="visually-hidden">${msg('records')}</span></span>
                <span class="nsid soft data" dir="ltr" title=${collection}>${collection}</span>
              </a>
            </li>`)}
          <li class="blobs">
            <a href=${`${atPath(did)}#blobs`} aria-current=${this.blobs ? 'page' : nothing} @click=${this.#showBlobs}>
              <span class="name">${msg('Pictures and files')}</span>
              <span class="soft small numbers">${formatNumber(description.blobs)}</span>
            </a>
          </li>
        </ul>
        ${collections.length > 0 ? nothing : html`<p class="soft small">${ICONS.info} ${msg('No collections yet.')}</p>`}
      </nav>
    `;
  }

  #showBlobs(event: Event): void {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('show', { detail: 'blobs', bubbles: true, composed: true }));
  }
}

customElements.define('holdfast-collections', CollectionsPane);
