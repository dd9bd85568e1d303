import { css, html, LitElement, nothing } from 'lit';
import { formatBytes, formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { folderStore } from '../../state/folder-store.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';

/** What was done by itself: the backups that were written into the owner's folder, newest first, and the last that failed. */
export class FolderLog extends LitElement {
  static override styles = [shared, css`
    li {
      display: flex;
      gap: 0.75rem;
      padding: 0.5rem 0;
      overflow-wrap: anywhere;
    }

    li + li {
      border-top: 1px solid var(--line);
    }

    .done .icon {
      color: var(--good);
    }
  `];

  static override properties = { did: {} };
  declare did: string;
  #stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = folderStore.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('did')) void folderStore.open(this.did);
  }

  override render(): TemplateResult | typeof nothing {
    const { state } = folderStore;
    if (state.did !== this.did) return nothing;
    if (state.row === undefined) {
      return html`<p class="soft">${msg(html`No folder was chosen into which backups are written by themselves. You choose one in <a href="/backups">Backups</a>.`)}</p>`;
    }
    const { folder, written, failed } = state.row;
    return html`
      <section class="stack" aria-labelledby="folder">
        <h2 id="folder">${msg('Backups into your folder')}</h2>
        <ul>
          ${failed === undefined ? nothing : html`
            <li>${ICONS.warning}<div><p>${formatTime(failed.time)}</p><p class="small soft">${msg('Not written; the backups before it stay.')} ${failed.message}</p></div></li>`}
          ${written.toReversed().map(({ time, name, records, bytes }) => html`
            <li class="done">${ICONS.passed}<div><p>${formatTime(time)}</p>
              <p class="small soft numbers">${msg(str`Written into “${folder.name}” and read back: ${formatNumber(records)} records, ${formatBytes(bytes)}`)}<br /><span class="mono">${name}</span></p></div></li>`)}
        </ul>
        ${written.length === 0 && failed === undefined ? html`<p class="soft">${msg('Nothing was written there yet.')}</p>` : nothing}
      </section>`;
  }
}

customElements.define('holdfast-folder-log', FolderLog);
