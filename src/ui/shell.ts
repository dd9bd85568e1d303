import { html, LitElement } from 'lit';
import { ICONS, MARK } from './icons.ts';
import { MISSING, PLACES, WORKS } from './status.ts';
import { shared } from './styles/shared.ts';
import { shellStyles } from './styles/shell.ts';
import type { TemplateResult } from 'lit';
import type { Part } from './status.ts';

/** The one page of today: what Holdfast is, what stands of it, and a check of this browser. */
export class HoldfastShell extends LitElement {
  static override styles = [shared, shellStyles];

  override render(): TemplateResult {
    return html`
      <header>
        <span class="mark">${MARK}</span>
        <span class="name">Holdfast</span>
        <span class="stage small">Early days</span>
      </header>
      <main>
        <div class="hero">
          <h1>Your account, at&nbsp;home in&nbsp;your&nbsp;browser</h1>
          <p class="lead">
            Holdfast is a Personal Data Server for the AT Protocol that lives in a web page: your signed records and
            your key stay here, in your house. A mirror that you choose will keep a copy that is always on.
          </p>
          <p class="yet"><strong>You cannot make an account here yet.</strong> The foundations are being laid.</p>
        </div>
        ${places()}
        <holdfast-self-check></holdfast-self-check>
        <div class="columns">
          ${partList('What works today', 'works', WORKS)} ${partList('What does not exist yet', 'missing', MISSING)}
        </div>
      </main>
      <footer class="small soft">
        <p>This page asks no other server for anything, sets no cookies and stores nothing.</p>
      </footer>
    `;
  }
}

function places(): TemplateResult {
  return html`
    <section aria-labelledby="places-title">
      <h2 id="places-title" class="visually-hidden">Where things stand</h2>
      <ol class="places">
        ${PLACES.map(
          ({ id, name, words, state }) => html`
            <li class=${id}>
              <span class="badge">${ICONS[id]}</span>
              <span class="place">
                <strong>${name}</strong>
                <span class="small soft">${words}</span>
                <span class="small state">${state}</span>
              </span>
            </li>
          `,
        )}
      </ol>
    </section>
  `;
}

function partList(title: string, id: 'works' | 'missing', parts: readonly Part[]): TemplateResult {
  return html`
    <section class="parts" aria-labelledby=${id}>
      <h2 id=${id}>${title}</h2>
      <ul>
        ${parts.map(
          ({ name, words }) => html`
            <li class=${id}>
              ${id === 'works' ? ICONS.passed : ICONS.waiting}
              <div>
                <h3>${name}</h3>
                <p class="soft">${words}</p>
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
