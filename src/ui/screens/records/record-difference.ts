import { css, html, LitElement } from 'lit';
import { formatNumber, msg, str } from '../../i18n.ts';
import { shared } from '../../styles/shared.ts';
import { diffLines, foldSame } from './difference.ts';
import { canonicalJson } from './json-shape.ts';
import type { TemplateResult } from 'lit';
import type { JsonMap } from '../../../protocol/index.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

/** How a record differs from another, line by line. Without `previous`, everything is new; without `next`, everything is gone. */
export class RecordDifference extends LitElement {
  static override styles = [shared, css`
    ol {
      max-height: 24rem;
      overflow: auto;
      padding: 0.5rem 0;
      font: var(--text-small) / 1.6 var(--mono);
      background: var(--paper);
      border: 1px solid var(--line);
      border-radius: var(--radius);
    }

    li {
      display: grid;
      grid-template-columns: 1.5rem minmax(0, 1fr);
      padding: 0 0.75rem 0 0.5rem;
      overflow-wrap: anywhere;
      white-space: pre-wrap;
    }

    .added {
      background: var(--good-wash);
    }

    .removed {
      background: var(--bad-wash);
    }

    .added .sign {
      color: var(--good);
    }

    .removed .sign {
      color: var(--bad);
    }

    .gap {
      color: var(--ink-soft);
    }
  `];

  static override properties = { previous: { attribute: false }, next: { attribute: false }, label: {} };
  declare previous: JsonMap | undefined;
  declare next: JsonMap | undefined;
  declare label: string;

  override render(): TemplateResult {
    const [before, after] = [this.previous, this.next].map((value) => (value === undefined ? '' : canonicalJson(value)));
    const lines = foldSame(diffLines(before!, after!));
    const words = { same: '', added: msg('added'), removed: msg('removed') };
    return html`
      <ol role="list" tabindex="0" aria-label=${this.label} dir="ltr">
        ${lines.map((line) => (line.kind === 'gap'
          ? html`<li class="gap"><span aria-hidden="true">⋯</span><span>${msg(str`Lines that stay: ${formatNumber(line.count)}`)}</span></li>`
          : html`
            <li class=${line.kind}>
              <span class="sign" aria-hidden="true">${SIGNS[line.kind]}</span>
              <span><span class="visually-hidden">${words[line.kind]} </span><span class="data">${line.text}</span></span>
            </li>`))}
      </ol>`;
  }
}

customElements.define('holdfast-difference', RecordDifference);
