import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import { ICONS } from '../../icons.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { atPath } from '../../router.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { toastStyles } from '../../styles/toast.ts';
import { undoStore } from './undo-store.ts';
import type { TemplateResult } from 'lit';
import type { Undoable } from './undo-store.ts';

/** Says what was done last, and takes it back when asked. It stays until it is closed or something else is done. */
export class UndoToast extends LitElement {
  static override styles = [shared, controls, toastStyles, css`
    .rev {
      display: inline-block;
    }
  `];

  #stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = undoStore.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override render(): TemplateResult {
    const { current } = undoStore;
    return html`
      <div role="status">${current === undefined || current.phase === 'failed' ? nothing : this.#toast(current)}</div>
      ${current?.phase !== 'failed' ? nothing : html`
        <div class="card stack">
          <hf-error .error=${current.error} safe=${msg('Your data is safe: what was done stays as it is.')}
            advice=${msg('It may have been changed again since; look at the record before you try once more.')}
            retry @retry=${this.#undo}></hf-error>
          <div><button @click=${this.#close}>${msg('Close')}</button></div>
        </div>`}
    `;
  }

  #toast(current: Undoable): TemplateResult {
    const { did, changes: [first], rev, phase } = current;
    const path = first === undefined || first.action === 'delete' ? undefined : atPath(did, first.collection, first.rkey);
    return html`
      <div class="toast">
        ${ICONS.passed}
        <span class="words">
          ${wordsOf(current)}
          ${phase === 'offered' && rev !== undefined ? html`<span class="rev soft small">${msg(html`Revision <span class="mono">${rev}</span>`)}</span>` : nothing}
        </span>
        ${phase === 'offered' && path !== undefined && path !== location.pathname
          ? html`<a class="button quiet" href=${path}>${msg('View')}</a>`
          : nothing}
        ${phase === 'offered' ? html`<button class="quiet" @click=${this.#undo}>${msg('Undo')}</button>` : nothing}
        <button class="quiet square" aria-label=${msg('Close this message')} @click=${this.#close}>${ICONS.close}</button>
      </div>`;
  }

  #undo(): void {
    void undoStore.undo();
  }

  #close(): void {
    undoStore.forget();
  }
}

customElements.define('holdfast-undo', UndoToast);

function wordsOf({ changes, phase }: Undoable): string {
  if (phase === 'working') return msg('Taking it back…');
  if (phase === 'undone') return msg('Taken back by a new commit.');
  const [first] = changes;
  if (changes.length > 1) return msg(str`${formatNumber(changes.length)} records deleted.`);
  if (first?.action === 'delete') return msg('Record deleted.');
  if (first?.action === 'update') return msg('Changes saved.');
  return first?.collection === 'app.bsky.feed.post' ? msg('Posted.') : msg('Record created.');
}
