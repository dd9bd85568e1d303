import { css, html, LitElement, nothing } from 'lit';
import '../components/hf-empty.ts';
import '../components/hf-error.ts';
import './backups/copies-card.ts';
import './backups/folder-card.ts';
import './backups/save-card.ts';
import './backups/saves-card.ts';
import './backups/test-card.ts';
import { msg } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { AccountController } from '../state/account-store.ts';
import { JobsController } from '../state/job-runs.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { Params } from '../router.ts';

/** Saving the account as a file, and testing such files. */
export class HoldfastBackups extends LitElement {
  static override styles = [shared, controls, css`
    .commands code {
      overflow-wrap: anywhere;
    }
  `];

  static override properties = { params: { attribute: false } };
  declare params: Params;
  #accounts = new AccountController(this);

  constructor() {
    super();
    // While this screen is open it shows its jobs itself.
    void new JobsController(this, '/backups');
  }

  override render(): TemplateResult {
    const { accounts, current, error } = this.#accounts.state;
    return html`
      <div class="screen">
        <div class="stack">
          <h1>${msg('Backups')}</h1>
          <p>${msg('A backup is one file that you keep wherever you like. Together with your recovery kit it brings your account back on any device, without anybody’s help.')}</p>
        </div>
        ${error === undefined || current !== undefined ? nothing : html`
          <hf-error .error=${error} retry @retry=${() => location.reload()}
            safe=${msg('Your data is safe: the house in this browser could not be asked.')}></hf-error>`}
        ${current === undefined ? nothing : html`
          <holdfast-copies-card .account=${current} @save=${this.#toSave}></holdfast-copies-card>
          <holdfast-save-card .account=${current}></holdfast-save-card>
          <holdfast-folder-card .account=${current}></holdfast-folder-card>
          <holdfast-saves-card .account=${current}></holdfast-saves-card>`}
        ${accounts?.length === 0 ? html`
          <hf-empty text=${msg('There is no account in this house, so there is nothing to save yet.')}>
            <a class="button primary" href="/welcome">${msg('Start fresh')}</a>
          </hf-empty>` : nothing}
        <holdfast-test-card .accounts=${accounts}></holdfast-test-card>
        <section class="card stack" aria-labelledby="back">
          <h2 id="back">${msg('Coming back')}</h2>
          <p>${msg('To bring an account back you need a saved file, and the recovery kit with its passphrase. The file holds what you wrote; only the kit holds the keys. It may be inside the file, sealed.')}</p>
          <div class="row"><a class="button" href="/restore">${ICONS.restore}${msg('Restore from a backup')}</a></div>
          ${current === undefined ? nothing : html`
            <p>${msg('Is the account here, and only some records are gone or spoilt? Those, or whole collections, can be brought back from a file by themselves.')}</p>
            <div class="row"><a class="button" href="/backups/records">${ICONS.records}${msg('Bring single records back')}</a></div>`}
        </section>
        <section class="commands">
          <details>
            <summary>${msg('For engineers: the same without Holdfast')}</summary>
            <div class="stack">
              <p>${msg('A backup is an ordinary zip: the repository as a CAR, the blobs under their CIDs, preferences, identity log, the sealed kit, and a manifest with the SHA-256 of each. docs/backup-format.md of Holdfast has every field.')}</p>
              <pre>unzip -t backup.zip
unzip backup.zip</pre>
              <p>${msg('The repository, bare or in the zip, is a CAR v1 of version 3, as com.atproto.sync.getRepo gives it: one root, the signed commit, then the tree and its records. Any tool of the AT Protocol reads it. With “goat”:')}</p>
              <pre>goat repo inspect repository.car
goat repo ls repository.car
goat repo unpack repository.car</pre>
              <p>${msg('The kit is an “age” file, and so is an encrypted backup; they open with:')}</p>
              <pre>age --decrypt kit.age
age --decrypt --output backup.zip backup.zip.age</pre>
            </div>
          </details>
        </section>
      </div>
    `;
  }

  #toSave(): void {
    const card = this.renderRoot.querySelector<HTMLElement & { toStart(): void }>('holdfast-save-card');
    card?.toStart();
  }
}

customElements.define('holdfast-backups', HoldfastBackups);
