import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import '../../components/hf-error.ts';
import { asOwner } from '../../state/as-owner.ts';
import { house } from '../../house/client.ts';
import { endWakings } from '../../house/waking.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { navigate } from '../../router.ts';
import { accountName, accountStore } from '../../state/account-store.ts';
import { folderStore } from '../../state/folder-store.ts';
import { lastBackup } from '../../state/backups.ts';
import { forgetAccount } from '../../state/lost-accounts.ts';
import { removalRisks } from '../../state/removal-risks.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { Account } from '../../state/account-store.ts';

/** The way out: takes the account away from this browser, after saying what would be lost with it. */
export class RemoveCard extends LitElement {
  static override styles = [shared, controls, css`
    .card {
      border-color: var(--bad);
    }

    ul.risks {
      display: grid;
      gap: 0.5rem;
    }
  `];

  static override properties = { account: { attribute: false }, risks: { state: true }, isMirrored: { state: true }, problem: { state: true }, removing: { state: true } };
  declare account: Account;
  /** Known once the owner has asked. */
  declare protected risks: readonly string[];
  declare protected isMirrored: boolean;
  declare protected problem: unknown;
  declare protected removing: boolean;

  constructor() {
    super();
    this.risks = [];
    this.isMirrored = false;
    this.removing = false;
  }

  override render(): TemplateResult {
    const { account } = this;
    const name = accountName(account);
    return html`
      <section class="card stack" aria-labelledby="remove">
        <h2 id="remove">${msg('Leave this browser')}</h2>
        <p>${msg(str`Removes ${name} from this browser: its records, pictures and keys. What you saved elsewhere stays, and brings it back.`)}</p>
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${this.problem} safe=${msg('The account is still here: it was not removed.')}></hf-error>`}
        <div class="row">
          <button class="danger" aria-disabled=${this.removing ? 'true' : 'false'} @click=${this.#remove}>${ICONS.trash}${msg('Remove this account')}</button>
        </div>
        <hf-confirm heading=${msg(str`Remove ${name} from this browser?`)} action=${msg('Remove it')} danger typed=${typedFor(account)}>
          ${this.risks.length === 0 ? html`
            <p>${account.records === 1 ? msg('1 record goes.') : msg(str`${formatNumber(account.records)} records go.`)} ${this.isMirrored ? msg('Your mirror or your last backup holds them all, and you hold the kit: the account can come back.') : msg('The last backup holds them all, and you hold the kit: the account can come back.')}</p>` : html`
            <div class="note bad">${ICONS.warning}
              <div>
                <p><strong>${msg('This cannot be undone.')}</strong></p>
                <ul class="risks">${this.risks.map((risk) => html`<li>${risk}</li>`)}</ul>
              </div>
            </div>`}
          ${this.isMirrored ? html`<p>${msg('The mirror keeps its copy, and a sealed kit if one lies there, and others go on finding you there. To have it deleted, leave the mirror first.')}</p>` : nothing}
        </hf-confirm>
      </section>
    `;
  }

  async #remove(): Promise<void> {
    if (this.removing) return;
    const { account } = this;
    this.problem = undefined;
    // Where the house cannot say, the other risks still stand.
    const blobs = await house.get('app.holdfast.account.describe', { did: account.did }).then((known) => known.blobs, () => 0);
    const { mirror } = await house.get('app.holdfast.bridge.describe', { did: account.did }).catch(() => ({ mirror: undefined }));
    this.isMirrored = mirror !== undefined;
    this.risks = removalRisks(account, lastBackup(account.did), blobs, mirror);
    await this.updateComplete;
    const confirmed = await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask();
    if (confirmed !== true) return;
    this.removing = true;
    try {
      await asOwner(account.did, () => house.post('app.holdfast.account.remove', { did: account.did, confirm: account.did }));
      forgetAccount(account.did);
      await folderStore.forget(account.did);
      await endWakings(account.did).catch(() => undefined);
      await accountStore.refresh();
      navigate('/');
    } catch (error) {
      this.problem = error;
    } finally {
      this.removing = false;
    }
  }
}

customElements.define('holdfast-remove-card', RemoveCard);

/** What the owner types: the handle, or the last letters of the DID. */
const typedFor = ({ did, handle }: Account): string => handle ?? did.slice(-8);
