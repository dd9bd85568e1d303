import { css, html, LitElement, nothing } from 'lit';
import { formatAgo, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { atPath } from '../router.ts';
import { commitStyles } from '../styles/commit.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';

/** A commit as the house lists it. */
export type Commit = lexicons.AppHoldfastActivityList.Commit;
/** What a commit did to one record. */
export type Operation = lexicons.AppHoldfastActivityList.Operation;

/** How many operations of a commit are shown by themselves. */
const SHOWN = 5;

/** Commits, newest first: what each did, with links to the records that are still there. */
export class CommitList extends LitElement {
  static override styles = [shared, commitStyles, css`
    li li {
      overflow-wrap: anywhere;
    }

    a {
      display: inline-block;
      padding-block: 0.3rem;
    }
  `];

  static override properties = { did: {}, commits: { attribute: false } };
  declare did: string;
  declare commits: readonly Commit[];

  constructor() {
    super();
    this.commits = [];
  }

  override render(): TemplateResult {
    return html`<ol>${this.commits.map((commit) => this.#commit(commit))}</ol>`;
  }

  #commit({ time, operations }: Commit): TemplateResult {
    const more = operations.length - SHOWN;
    return html`
      <li class="commit">
        ${ICONS.activity}
        <div class="what">
          ${operations.length === 0 ? html`<span>${msg('Signed a commit without changes')}</span>` : html`
            <ul>
              ${operations.slice(0, SHOWN).map((operation) => html`<li>${operationWords(this.did, operation)}</li>`)}
              ${more > 0 ? html`<li class="soft">${msg(str`and ${more} more`)}</li>` : nothing}
            </ul>`}
          <span class="small soft"><time datetime=${time} title=${formatTime(time)}>${formatAgo(time)}</time></span>
        </div>
      </li>`;
  }
}

customElements.define('holdfast-commits', CommitList);

/** What was done to a record, with a link to it unless it was deleted. */
export function operationWords(did: string, { action, path }: Operation): TemplateResult {
  const [collection = '', rkey = ''] = path.split('/');
  const name = html`<span class="mono">${path}</span>`;
  if (action === 'delete') return msg(html`Deleted ${name}`);
  const link = html`<a href=${atPath(did, collection, rkey)}>${name}</a>`;
  return action === 'create' ? msg(html`Created ${link}`) : msg(html`Changed ${link}`);
}
