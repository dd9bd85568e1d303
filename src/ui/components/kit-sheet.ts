import { css, html, LitElement, nothing, svg } from 'lit';
import { formatTime, msg } from '../i18n.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';

/** What a code can hold so that a phone still reads it from paper, in bytes. */
const MOST_IN_A_CODE = 2_300;

/** The recovery kit on paper: what it is, how to come back with it, and the sealed file as a code. Shown in print only. */
export class KitSheet extends LitElement {
  static override styles = [shared, css`
    :host {
      display: none;
    }

    @media print {
      :host {
        display: grid;
        gap: 1rem;
        color: black;
      }
    }

    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 0.25rem 1rem;
    }

    dd {
      overflow-wrap: anywhere;
    }

    ol {
      padding-inline-start: 1.25rem;
      list-style: decimal;
    }

    svg {
      width: 9.5cm;
      height: 9.5cm;
    }

    .write {
      min-height: 3rem;
      padding: 0.75rem;
      border: 1px solid black;
    }
  `];

  static override properties = {
    page: { attribute: false }, armored: {}, code: { state: true },
  };

  declare page: lexicons.AppHoldfastKitGet.Page;
  declare armored: string;
  declare protected code: readonly (readonly boolean[])[] | undefined;

  /** Makes the code; to be awaited before printing. */
  async prepare(): Promise<void> {
    if (this.armored.length > MOST_IN_A_CODE) return;
    const { encodeQR } = await import('qr');
    this.code = encodeQR(this.armored, 'raw', { ecc: 'low' });
    await this.updateComplete;
  }

  override render(): TemplateResult {
    const { page } = this;
    return html`
      <h1>${msg('Recovery kit for Holdfast')}</h1>
      <p>${msg('With this sheet, its passphrase and a saved copy of the records, the account below comes back on any device. Keep it where you keep important papers, and the passphrase somewhere else.')}</p>
      <dl>
        <dt>${msg('Account')}</dt><dd class="mono">${page.did}</dd>
        ${page.handle === '' ? nothing : html`<dt>${msg('Handle')}</dt><dd>${page.handle}</dd>`}
        <dt>${msg('Made')}</dt><dd>${formatTime(page.createdAt)}</dd>
        <dt>${msg('Recovery key')}</dt><dd class="mono">${page.recoveryKey}</dd>
        <dt>${msg('File')}</dt><dd class="mono">${page.fileName}</dd>
      </dl>
      <h2>${msg('The passphrase, if you want it on the same sheet')}</h2>
      <p class="write"></p>
      <h2>${msg('To come back')}</h2>
      <ol>
        <li>${msg('Open Holdfast and choose “Restore from a backup”.')}</li>
        <li>${msg('Give it the kit file (or the text in the code below) and the passphrase.')}</li>
        <li>${msg('Give it the saved copy of your records, a file that ends in .zip or .car.')}</li>
      </ol>
      <p>${msg('Without Holdfast, the tool “age” opens the file:')} <code>${page.command}</code></p>
      ${this.code === undefined ? nothing : html`<div role="img" aria-label=${msg('The sealed kit as a code')}>${picture(this.code)}</div>`}
    `;
  }
}

customElements.define('holdfast-kit-sheet', KitSheet);

function picture(code: readonly (readonly boolean[])[]): TemplateResult {
  const squares = code.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg viewBox="0 0 ${code.length} ${code.length}" shape-rendering="crispEdges">${svg`<path d=${squares.join('')} />`}</svg>`;
}
