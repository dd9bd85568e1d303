import { css, html, LitElement, nothing } from 'lit';
import { formatAgo, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { atPath } from '../router.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';

/** A commit as the house lists it. */
export type Commit = lexicons.AppHoldfastActivityList.Commit;
type Operation = lexicons.AppHoldfastActivityList.Operation;

/** How many operations of a commit are shown by themselves. */
const SHOWN = 5;

/** Commits, newest first: what each did, with links to the records that are still there. */
export class CommitList extends LitElement {
  static override styles = [shared, css`
    .commit {
      display: flex;
      gap: 0.75rem;
      padding: 0.75rem 0;
    }

    .commit + .commit {
      border-top: 1px solid var(--line);
    }

    .commit > .icon {
      margin-top: 0.1rem;
      color: var(--ink-soft);
    }

    .what {
      display: grid;
      flex: 1;
      gap: 0.15rem;
      min-width: 0;
    }

    li li {
      overflow-wrap: anywhere;
    }

    a {
      display: inline-block;
      padding-block: 0.3rem;
    }
  `];

  static override properties = { did: {}, commits: { attribute: false }, full: { type: Boolean } };
  declare did: string;
  declare commits: readonly Commit[];
  /** Shows rev and CID as well. */
  declare full: boolean;

  constructor() {
    super();
    this.commits = [];
    this.full = false;
  }

  override render(): TemplateResult {
    return html`<ol>${this.commits.map((commit) => this.#commit(commit))}</ol>`;
  }

  #commit({ rev, cid, time, operations }: Commit): TemplateResult {
    const more = operations.length - SHOWN;
    return html`
      <li class="commit">
        ${ICONS.activity}
        <div class="what">
          ${operations.length === 0 ? html`<span>${msg('Signed a commit without changes')}</span>` : html`
            <ul>
              ${operations.slice(0, SHOWN).map((operation) => html`<li>${this.#operation(operation)}</li>`)}
              ${more > 0 ? html`<li class="soft">${msg(str`and ${more} more`)}</li>` : nothing}
            </ul>`}
          <span class="small soft"><time datetime=${time} title=${formatTime(time)}>${formatAgo(time)}</time>
            ${this.full ? html` · <span class="mono" title=${cid}>${rev}</span>` : nothing}</span>
        </div>
      </li>`;
  }

  #operation({ action, path }: Operation): TemplateResult {
    const [collection = '', rkey = ''] = path.split('/');
    const name = html`<span class="mono">${path}</span>`;
    if (action === 'delete') return msg(html`Deleted ${name}`);
    const link = html`<a href=${atPath(this.did, collection, rkey)}>${name}</a>`;
    return action === 'create' ? msg(html`Created ${link}`) : msg(html`Changed ${link}`);
  }
}

customElements.define('holdfast-commits', CommitList);
