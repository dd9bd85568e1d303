import { html, LitElement, nothing } from 'lit';
import { problemOf } from '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { asOwner } from '../../state/as-owner.ts';
import { forgetInvited, invited } from '../../state/invited.ts';
import { mirrorStore } from '../../state/mirror-store.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { inviteProblem } from '../../state/offer-words.ts';
import { pairingAdvice } from '../../state/pairing-words.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import { NOT_LOOKED } from './mirror-look.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { MirrorPreview } from '../../state/mirror-pairing.ts';
import type { Mirror } from '../../state/mirror-store.ts';
import type { Looked } from './mirror-look.ts';

/**
 * Which standby, and on which terms; then it is added.
 * @fires added - its address is the `detail`
 * @fires cancel - nobody wants one any more
 */
export class StandbyForm extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    account: { attribute: false }, mirror: { attribute: false }, looked: { state: true }, busy: { state: true }, failed: { state: true },
  };

  declare account: Account;
  declare mirror: Mirror;
  declare protected looked: Looked;
  declare protected busy: boolean;
  declare protected failed: unknown;

  constructor() {
    super();
    this.looked = NOT_LOOKED;
    this.busy = false;
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    const brought = invited();
    if (brought !== undefined && brought.address !== this.mirror.url) this.looked = { ...NOT_LOOKED, ...brought };
  }

  override render(): TemplateResult {
    const { preview, invite } = this.looked;
    return html`
      <holdfast-mirror-look standby .looked=${this.looked} .current=${this.mirror.url} @note=${this.#note} @cancel=${this.#cancel}></holdfast-mirror-look>
      ${this.failed === undefined ? nothing : html`
        <hf-error .error=${withoutSafety(this.failed)} safe=${msg('Your data is safe: everything is in this browser.')} advice=${pairingAdvice(this.failed) ?? nothing}></hf-error>`}
      ${preview === undefined || inviteProblem(preview, invite) !== undefined ? nothing : this.#last(preview)}`;
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('holdfast-mirror-look')?.focus());
  }

  #last({ url }: MirrorPreview): TemplateResult {
    const host = hostOf(this.mirror.url);
    if (url === this.mirror.url) return html`<p class="note amber">${ICONS.warning}<span>${msg('This is the mirror that you have.')}</span></p>`;
    return html`
      <section class="card stack">
        <p class="soft">${msg(str`It gets a copy of the records and pictures that ${host} has confirmed, and shows it to nobody while it stands by. It cannot sign or change anything.`)}</p>
        <div class="row"><button class="primary" id="add-it" aria-disabled=${this.busy ? 'true' : 'false'} @click=${() => this.#add(url)}>${ICONS.mirror}${this.busy ? msg('Adding…') : msg('Add it')}</button></div>
      </section>`;
  }

  #note({ detail }: CustomEvent<Partial<Looked>>): void {
    this.looked = { ...this.looked, ...detail };
    this.failed = undefined;
  }

  #cancel(): void {
    this.dispatchEvent(new Event('cancel'));
  }

  async #add(url: MirrorPreview['url']): Promise<void> {
    if (this.busy) return;
    const { did } = this.account;
    const invite = this.looked.invite.trim();
    this.busy = true;
    this.failed = undefined;
    try {
      const { mirror } = await asOwner(did, () => house.post('app.holdfast.bridge.addStandby', { did, url, ...(invite !== '' && { invite }) }));
      mirrorStore.learn(mirror);
      forgetInvited();
      this.dispatchEvent(new CustomEvent('added', { detail: url }));
    } catch (error) {
      this.failed = error;
      // The terms that were shown are not those that it gets.
      if (problemOf(error).code === 'InvalidInviteCode') this.looked = { ...this.looked, preview: undefined };
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-standby-form', StandbyForm);
