import { css, html, LitElement, nothing } from 'lit';
import './hf-copy.ts';
import { formatBytes, formatNumber, formatTime, msg, str } from '../i18n.ts';
import { revTime } from '../state/rev-time.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { BackupContents, FileContents } from '../jobs/index.ts';

/** What a saved file holds: whose, from when, how much of what. `contents` is what was found, `fileName` its name. */
export class FileContentsList extends LitElement {
  static override styles = [shared, controls, css`
    dl {
      display: grid;
      grid-template-columns: max-content minmax(0, 1fr);
      gap: 0.25rem 1.25rem;
      align-items: center;
    }

    dt {
      color: var(--ink-soft);
    }

    dd {
      min-width: 0;
      overflow-wrap: anywhere;
    }

    td.count {
      text-align: end;
    }

    td:first-child {
      overflow-wrap: anywhere;
    }

    @media (max-width: 30rem) {
      dl {
        grid-template-columns: minmax(0, 1fr);
        gap: 0;
      }

      dd + dt {
        margin-top: 0.5rem;
      }
    }
  `];

  static override properties = { contents: { attribute: false }, fileName: {}, handle: {} };
  declare contents: FileContents & { readonly backup?: BackupContents };
  declare fileName: string | undefined;
  declare handle: string | undefined;

  get backup(): BackupContents | undefined {
    return this.contents.backup;
  }

  override render(): TemplateResult {
    const { did, rev, head, records, bytes, blobs, collections } = this.contents;
    const time = revTime(rev);
    return html`
      <dl>
        ${this.fileName === undefined ? nothing : html`<dt>${msg('File')}</dt><dd>${this.fileName}</dd>`}
        ${this.handle === undefined ? nothing : html`<dt>${msg('Handle')}</dt><dd>${this.handle}</dd>`}
        <dt>${msg('Account')}</dt><dd><hf-copy text=${did} label=${msg('account')}></hf-copy></dd>
        ${time === undefined ? nothing : html`<dt>${msg('Last change')}</dt><dd>${formatTime(time)}</dd>`}
        <dt>${msg('Rev')}</dt><dd class="mono">${rev}</dd>
        <dt>${msg('Head')}</dt><dd><hf-copy text=${head} label=${msg('head')}></hf-copy></dd>
        <dt>${msg('Records')}</dt><dd class="numbers">${formatNumber(records)}</dd>
        <dt>${msg('Size')}</dt><dd class="numbers">${formatBytes(bytes)}</dd>
        <dt>${msg('Blobs')}</dt><dd class="numbers">${blobWords(blobs, this.backup)}</dd>
        ${this.backup === undefined ? nothing : beside(this.backup)}
      </dl>
      ${collections.length === 0 ? nothing : html`
        <details>
          <summary>${msg('Collections')}</summary>
          <table>
            <thead><tr><th scope="col">${msg('Collection')}</th><th scope="col">${msg('Records')}</th><th scope="col">${msg('Size')}</th></tr></thead>
            <tbody>
              ${collections.map((tally) => html`
                <tr><td>${tally.collection}</td><td>${formatNumber(tally.records)}</td><td>${formatBytes(tally.bytes)}</td></tr>`)}
            </tbody>
          </table>
        </details>`}
    `;
  }
}

customElements.define('holdfast-file-contents', FileContentsList);

function blobWords(named: number, backup: BackupContents | undefined): string {
  if (named === 0) return msg('none are named');
  if (backup === undefined) return msg(str`${formatNumber(named)} are named; a CAR holds none`);
  return msg(str`${formatNumber(backup.blobs)} of ${formatNumber(named)} that records name (${formatBytes(backup.blobBytes)})`);
}

/** What only a backup has. */
function beside({ hasKit, preferences, operations }: BackupContents): TemplateResult {
  return html`
    <dt>${msg('Recovery kit')}</dt><dd>${hasKit ? msg('inside, sealed') : msg('not inside')}</dd>
    <dt>${msg('Preferences of apps')}</dt><dd class="numbers">${formatNumber(preferences)}</dd>
    <dt>${msg('Operations of the DID')}</dt><dd class="numbers">${formatNumber(operations)}</dd>`;
}
