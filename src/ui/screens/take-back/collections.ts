import { css, html, LitElement, nothing } from 'lit';
import './change-list.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { collectionName } from '../records/collection-names.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { ComparedCollection, CompareResult } from '../../jobs/index.ts';
import type { ChangeKind, TakeChoice } from '../../state/take-choice.ts';

/**
 * The collections of a file that was compared: how much of each is not here, differs or is the same, to choose as a whole or
 * record by record. Fires `change` when the choice changes.
 */
export class TakeCollections extends LitElement {
  static override styles = [shared, controls, css`
    section + section {
      padding-top: 1rem;
      border-top: 1px solid var(--line);
    }

    h3 {
      overflow-wrap: anywhere;
    }

    .choices {
      display: flex;
      flex-wrap: wrap;
      gap: 0 1.5rem;
    }
  `];

  static override properties = { compared: { attribute: false }, choice: { attribute: false }, open: { state: true } };
  declare compared: CompareResult;
  declare choice: TakeChoice;
  declare protected open: string | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('compared')) this.open = undefined;
  }

  override render(): TemplateResult {
    const { compared } = this.compared;
    const some = compared.filter(({ fresh, differs }) => fresh + differs > 0);
    const none = compared.filter(({ fresh, differs }) => fresh + differs === 0);
    return html`
      <div class="stack">
        ${some.map((collection) => this.#collection(collection))}
        ${none.length === 0 ? nothing : html`
          <details>
            <summary>${none.length === 1 ? msg('1 collection is just as in the file') : msg(str`${formatNumber(none.length)} collections are just as in the file`)}</summary>
            <ul>${none.map(({ collection, same }) => html`<li class="small">${collection}: ${formatNumber(same)}</li>`)}</ul>
          </details>`}
      </div>`;
  }

  #collection({ collection, fresh, differs, same }: ComparedCollection): TemplateResult {
    const isOpen = this.open === collection;
    return html`
      <section class="stack" data-collection=${collection}>
        <div>
          <h3>${collectionName(collection)}</h3>
          <p class="small soft numbers"><span class="mono">${collection}</span> · ${msg(str`${formatNumber(same)} the same as here`)}</p>
        </div>
        <div class="choices">
          ${fresh === 0 ? nothing : this.#all(collection, 'fresh', fresh === 1 ? msg('Bring back the 1 that is not here') : msg(str`Bring back all ${formatNumber(fresh)} that are not here`))}
          ${differs === 0 ? nothing : this.#all(collection, 'differs', differs === 1 ? msg('Take the file’s version of the 1 that differs') : msg(str`Take the file’s version of all ${formatNumber(differs)} that differ`))}
        </div>
        <div><button class="quiet" aria-expanded=${isOpen ? 'true' : 'false'} @click=${() => (this.open = isOpen ? undefined : collection)}>
          ${isOpen ? msg('Close') : msg('Choose single records')}</button></div>
        ${isOpen ? html`
          <holdfast-change-list did=${this.compared.did} .changes=${this.choice.in(collection)} .choice=${this.choice} .values=${this.compared.values}
            @change=${this.#tell}></holdfast-change-list>` : nothing}
      </section>`;
  }

  #all(collection: string, kind: ChangeKind, words: string): TemplateResult {
    const chosen = this.choice.count(collection, kind);
    const total = this.compared.compared.find((each) => each.collection === collection)?.[kind] ?? 0;
    return html`
      <label class="choice">
        <input type="checkbox" data-kind=${kind} .checked=${chosen === total} .indeterminate=${chosen > 0 && chosen < total}
          @change=${(event: Event) => this.#setAll(collection, kind, event)} />${words}
      </label>`;
  }

  #setAll(collection: string, kind: ChangeKind, event: Event): void {
    this.choice.setAll(collection, kind, (event.target as HTMLInputElement).checked);
    this.#tell();
  }

  #tell(): void {
    this.requestUpdate();
    this.renderRoot.querySelector<LitElement>('holdfast-change-list')?.requestUpdate();
    this.dispatchEvent(new Event('change'));
  }
}

customElements.define('holdfast-take-collections', TakeCollections);
