import { css, html, LitElement } from 'lit';
import { msg } from '../i18n.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import { HELP } from './help/topics.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Params } from '../router.ts';

/** What to do when something was lost: one page for each. An address with a part after # opens that one. */
export class HoldfastHelp extends LitElement {
  static override styles = [shared, controls, css`
    ol {
      padding-inline-start: 1.5rem;
      list-style: decimal;
    }
  `];
  static override properties = { params: { attribute: false } };
  declare params: Params;

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    const id = location.hash.slice(1);
    const topic = HELP.some((each) => each.id === id) ? this.renderRoot.querySelector<HTMLDetailsElement>(`#${id}`) : null;
    if (topic === null) return;
    topic.open = true;
    topic.scrollIntoView();
  }

  override render(): TemplateResult {
    return html`
      <div class="screen">
        <div class="stack">
          <h1>${msg('Help')}</h1>
          <p>${msg('Three things bring an account back: the recovery kit says that it is yours, and a mirror or a saved file has your records. As long as you have the kit and one of the other two, nothing that happens to this browser is the end.')}</p>
        </div>
        <section class="card stack" aria-label=${msg('When something was lost')}>
          ${HELP.map(({ id, title, steps }) => html`
            <details id=${id}>
              <summary>${title()}</summary>
              <ol class="stack">${steps().map((step) => html`<li>${step}</li>`)}</ol>
            </details>`)}
        </section>
      </div>`;
  }
}

customElements.define('holdfast-help', HoldfastHelp);
