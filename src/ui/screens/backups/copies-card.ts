import { css, html, LitElement, nothing } from 'lit';
import { formatAgo, formatBytes, formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { middleOf } from '../../middle-of.ts';
import { keptElsewhere, lastBackup, lastFile, rememberElsewhere } from '../../state/backups.ts';
import { copiesOf } from '../../state/copies.ts';
import { folderStore } from '../../state/folder-store.ts';
import { JobsController } from '../../state/job-runs.ts';
import { MirrorKitsController } from '../../state/mirror-kits.ts';
import { hasRev, hostOf } from '../../state/mirror-words.ts';
import { mirrorStore } from '../../state/mirror-store.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { Backup } from '../../state/backups.ts';
import type { Copies, Copy } from '../../state/copies.ts';

/** Where the account is kept, how old each copy is, and what is missing of three copies, on two kinds of place, one elsewhere. */
export class CopiesCard extends LitElement {
  static override styles = [shared, controls, css`
    .copies {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
      gap: 0.75rem;
    }

    .copies li {
      display: flex;
      gap: 0.6rem;
      min-width: 0;
      padding: 0.75rem;
      overflow-wrap: anywhere;
      background: var(--paper);
      border: 1px solid var(--line);
      border-radius: var(--radius);
    }

    .copies li > div {
      min-width: 0;
    }

    .rule li {
      display: flex;
      gap: 0.6rem;
      align-items: baseline;
      padding: 0.35rem 0;
    }

    .rule .icon {
      translate: 0 0.25rem;
    }

    .yes .icon {
      color: var(--good);
    }

    .no .icon {
      color: var(--amber);
    }
  `];

  static override properties = { account: { attribute: false } };
  declare account: Account;
  #stops: (() => void)[] = [];
  #kits = new MirrorKitsController(this, () => this.account.did);

  constructor() {
    super();
    void new JobsController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const changed = (): void => this.requestUpdate();
    this.#stops = [folderStore.subscribe(changed), mirrorStore.subscribe(changed)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops) stop();
  }

  override render(): TemplateResult {
    const found = this.#found();
    const { copies } = found;
    const count = copies.length;
    return html`
      <section class="card stack" aria-labelledby="copies">
        <h2 id="copies">${count === 1 ? msg('There is 1 copy of this account') : msg(str`There are ${formatNumber(count)} copies of this account`)}</h2>
        <ul class="copies">${copies.map((copy) => this.#copy(copy))}${this.#kit()}</ul>
        ${this.#rule(found)}
      </section>`;
  }

  #found(): Copies {
    const { did, head: { rev } } = this.account;
    const { mirror } = mirrorStore.state;
    const { state } = folderStore;
    const row = state.did === did ? state.row : undefined;
    return copiesOf({
      rev, elsewhere: keptElsewhere(did), backup: fileOf(did, row?.written ?? []),
      ...(mirror !== undefined && { mirror: { host: hostOf(mirror.url), confirmed: mirror.acked?.time, isCurrent: mirror.waiting === 0 && hasRev(mirror.acked, rev) } }),
      ...(row !== undefined && { folder: { name: row.folder.name, written: row.written } }),
    });
  }

  #copy({ place, isCurrent, time, bytes, name, count }: Copy): TemplateResult {
    const icon = { browser: ICONS.house, mirror: ICONS.mirror, file: ICONS.backup, folder: ICONS.storage }[place];
    const title = {
      browser: msg('This browser'), mirror: msg(str`Mirror ${name ?? ''}`), file: msg('A file that you saved'),
      folder: count === 1 ? msg(str`Folder “${name ?? ''}”, 1 file`) : msg(str`Folder “${name ?? ''}”, ${formatNumber(count ?? 0)} files`),
    }[place];
    return html`
      <li data-place=${place}>${icon}<div>
        <p><strong>${title}</strong></p>
        <p class="small soft">${place === 'browser' ? msg('Everything, as it is now.') : isCurrent ? msg('Everything that is here.') : html`<span class="badge amber">${msg('Older')}</span> ${msg('Something has changed since.')}`}</p>
        ${time === undefined ? nothing : html`<p class="small soft numbers">${formatAgo(time)}${bytes === undefined ? nothing : `, ${formatBytes(bytes)}`}</p>`}
        ${place === 'file' && name !== undefined ? html`<p class="small mono" title=${name}>${middleOf(name)}</p>` : nothing}
      </div></li>`;
  }

  #kit(): TemplateResult {
    const isProven = this.account.kit === 'proven';
    return html`
      <li data-place="kit">${ICONS.key}<div>
        <p><strong>${msg('The recovery kit')}</strong></p>
        <p class="small soft">${isProven ? msg('You hold it. With any copy it brings the account back.') : msg('You have not shown yet that you hold it. Without it no copy brings the account back.')}</p>
        ${this.#kits.kits?.copies.length ? html`<p class="small soft" id="sealed">${msg('A sealed copy lies with the mirror.')}</p>` : nothing}
      </div></li>`;
  }

  #rule({ copies, hasThree, hasTwoKinds, hasOneElsewhere }: Copies): TemplateResult {
    const hasFile = copies.some(({ place }) => place === 'file' || place === 'folder');
    const isProven = this.account.kit === 'proven';
    const hasMirror = copies.some(({ place }) => place === 'mirror');
    const toSave = html`<button class="quiet" data-mend="save" @click=${this.#toSave}>${msg('Save a backup')}</button>`;
    const toMirror = html`<a class="button quiet" href="/mirror">${msg('Choose a mirror')}</a>`;
    return html`
      <div class="stack rule">
        <h3>${msg('Three copies, in two kinds of place, one of them away from here')}</h3>
        <ul>
          ${this.#line(hasThree, msg('Three copies'), hasMirror ? toSave : hasFile ? toMirror : html`${toSave}${toMirror}`)}
          ${this.#line(hasTwoKinds, msg('Two kinds of place: what spoils one spares the other'), hasFile ? toMirror : toSave)}
          ${this.#line(hasOneElsewhere, msg('One that is not on this device'), toMirror)}
          ${this.#line(isProven, msg('And the recovery kit in your hand'), html`<a class="button quiet" href="/kit/${this.account.did}">${msg('Keep the kit')}</a>`)}
        </ul>
        ${hasFile && !hasMirror ? html`
          <label class="choice"><input id="elsewhere" type="checkbox" .checked=${hasOneElsewhere} @change=${this.#elsewhere} />
            ${msg('I keep a copy of the file on another device or with a service')}</label>` : nothing}
        ${hasThree && hasTwoKinds && hasOneElsewhere && isProven ? html`<p class="note good">${ICONS.passed}<span>${msg('Nothing is missing: no single mishap takes this account from you.')}</span></p>` : nothing}
      </div>`;
  }

  #line(isThere: boolean, words: string, mend: TemplateResult): TemplateResult {
    return html`<li class=${isThere ? 'yes' : 'no'}>${isThere ? ICONS.passed : ICONS.warning}<span>${words}: ${isThere ? msg('yes.') : html`${msg('not yet.')} ${mend}`}</span></li>`;
  }

  #toSave(): void {
    this.dispatchEvent(new Event('save'));
  }

  #elsewhere(event: Event): void {
    rememberElsewhere(this.account.did, (event.target as HTMLInputElement).checked ? new Date().toISOString() : undefined);
    this.requestUpdate();
  }
}

customElements.define('holdfast-copies-card', CopiesCard);

/** The newest file that was saved by hand; of earlier versions it is not known whether it was. */
function fileOf(did: string, written: readonly { readonly rev: string }[]): Backup | undefined {
  const [file, last] = [lastFile(did), lastBackup(did)];
  return file ?? (written.some(({ rev }) => rev === last?.rev) ? undefined : last);
}
