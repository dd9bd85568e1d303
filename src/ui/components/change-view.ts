import { html, LitElement, nothing } from 'lit';
import './hf-error.ts';
import '../screens/records/record-difference.ts';
import { house } from '../house/client.ts';
import { msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { JsonMap, lexicons } from '../../protocol/index.ts';
import type { Account } from '../state/account-store.ts';
import type { Operation } from './commit-list.ts';

type Change = lexicons.AppHoldfastHistoryGet.$output;

/** One record before a commit and after it: the difference, and what keeps it from being put back. */
export class ChangeView extends LitElement {
  static override styles = [shared];
  static override properties = {
    did: {}, rev: {}, operation: { attribute: false }, change: { state: true }, problem: { state: true },
  };

  declare did: Account['did'];
  declare rev: string;
  declare operation: Operation;
  declare protected change: Change | undefined;
  declare protected problem: unknown;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const other = changed.has('operation') && (changed.get('operation') as Operation | undefined)?.path !== this.operation.path;
    if (changed.has('did') || changed.has('rev') || other) void this.#load();
  }

  override render(): TemplateResult {
    const { change, problem, operation: { action, path, cid } } = this;
    if (problem !== undefined) {
      return html`<hf-error .error=${problem} safe=${msg('Your data is safe: it could only not be shown.')} retry @retry=${this.#load}></hf-error>`;
    }
    if (change === undefined) return html`<p class="soft" role="status">${msg('Reading…')}</p>`;
    const { before, after, present, missingBlobs = [] } = change;
    const isKept = action === 'delete' || after !== undefined;
    return html`
      <div class="stack">
        ${isKept ? nothing : html`<p class="soft small">${msg('What it became is not kept in this house.')}</p>`}
        ${before === undefined && after === undefined ? nothing : html`
          <holdfast-difference label=${msg(str`Before and after of ${path}`)} .previous=${before as JsonMap | undefined}
            .next=${(isKept ? after : before) as JsonMap | undefined}></holdfast-difference>`}
        ${present === cid ? nothing : html`<p class="soft small">${msg('It was changed again since.')}</p>`}
        ${missingBlobs.length === 0 ? nothing : html`
          <p class="note amber">${ICONS.warning}<span>${msg('Pictures or files that it named before are not in this house any more, so it cannot be put back:')}
            ${missingBlobs.map((blob) => html`<br /><span class="mono small">${blob}</span>`)}</span></p>`}
      </div>`;
  }

  async #load(): Promise<void> {
    const { did, rev, operation: { path } } = this;
    this.change = undefined;
    this.problem = undefined;
    const isHere = (): boolean => did === this.did && rev === this.rev && path === this.operation.path;
    try {
      const change = await house.get('app.holdfast.history.get', { did, rev, path });
      if (isHere()) this.change = change;
    } catch (error) {
      if (isHere()) this.problem = error;
    }
  }
}

customElements.define('holdfast-change', ChangeView);
