import { html, LitElement, nothing } from 'lit';
import { isHandle } from '../../../protocol/index.ts';
import { problemOf } from '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { invited } from '../../state/invited.ts';
import { isMixed, mirrorAddress } from '../../state/mirror-address.ts';
import { mirrorPairing, PairingController } from '../../state/mirror-pairing.ts';
import { mirrorStore } from '../../state/mirror-store.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { inviteProblem } from '../../state/offer-words.ts';
import { pairingAdvice } from '../../state/pairing-words.ts';
import { siteSettings } from '../../state/site-settings.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import '../identity/web-card.ts';
import { aboutMirror } from './about-mirror.ts';
import { termsCard } from './terms-card.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { MirrorPreview } from '../../state/mirror-pairing.ts';

/** Which mirror, what it is, on which terms, and by which name; then pairing begins. `current` is the address of the mirror to move away from. */
export class PairForm extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    account: { attribute: false }, current: {}, looking: { state: true }, problem: { state: true },
    addressProblem: { state: true }, nameProblem: { state: true }, isUnknown: { state: true },
  };

  declare account: Account;
  declare current: string | undefined;
  declare protected looking: boolean;
  /** Why the mirror could not be looked at. */
  declare protected problem: unknown;
  declare protected addressProblem: string | undefined;
  declare protected nameProblem: string | undefined;
  /** Whether the mirror knows no such invitation. */
  declare protected isUnknown: boolean;

  constructor() {
    super();
    this.looking = false;
    this.isUnknown = false;
    void new PairingController(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('account')) return;
    mirrorPairing.startFor(this.account.did);
    void this.#prefill();
  }

  override render(): TemplateResult {
    const { preview, invite } = mirrorPairing.draft;
    const inviteProblem = this.#inviteProblem;
    return html`
      <form class="card stack" @submit=${this.#look}>
        <h2>${this.current === undefined ? msg('Choose a mirror') : msg('Move to another mirror')}</h2>
        <div class="field">
          <label for="address">${msg('Address of the mirror')}</label>
          <input id="address" name="address" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false"
            .value=${mirrorPairing.draft.address} @input=${this.#typeAddress}
            aria-describedby="address-hint address-problem" aria-invalid=${this.addressProblem === undefined ? 'false' : 'true'} />
          <span class="hint" id="address-hint">${msg('Such as mirror.example.com. It may be one of your own, or one that somebody runs for you.')}</span>
          <span class="problem" id="address-problem" role="alert">${this.addressProblem ?? nothing}</span>
        </div>
        <div class="field">
          <label for="invite">${msg('Invitation, if you were given one')}</label>
          <input id="invite" name="invite" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="128" .value=${invite} @input=${this.#typeInvite}
            aria-describedby="invite-hint invite-problem" aria-invalid=${inviteProblem === undefined ? 'false' : 'true'} />
          <span class="hint" id="invite-hint">${msg('A link fills it in. In a code of eight characters capitals, spaces and dashes do not matter.')}</span>
          <span class="problem" id="invite-problem" role="alert">${inviteProblem ?? nothing}</span>
        </div>
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${withoutSafety(this.problem)} advice=${pairingAdvice(this.problem) ?? nothing}
            safe=${msg('Your data is safe: nothing of it was sent, and nothing was changed.')}></hf-error>`}
        <div class="row">
          <button class=${preview === undefined ? 'primary' : ''} id="look" type="submit" aria-disabled=${this.looking ? 'true' : 'false'}>
            ${ICONS.mirror}${this.looking ? msg('Looking…') : msg('Look at this mirror')}</button>
          <span class="soft small">${msg('Looking sends the invitation, and nothing of your account.')}</span>
        </div>
      </form>
      <div role="status" class="visually-hidden">${preview === undefined ? nothing : msg(str`The mirror ${hostOf(preview.url)} has answered.`)}</div>
      ${preview === undefined || inviteProblem !== undefined ? nothing : preview.terms.invitation === 'used' ? usedInvitation() : termsCard(preview)}
      ${preview === undefined ? nothing : aboutMirror(preview)}
      ${preview === undefined || inviteProblem !== undefined ? nothing : html`
        ${this.#isOnDomain ? html`<holdfast-web-card did=${this.account.did} pds=${preview.url}></holdfast-web-card>` : nothing}
        ${this.#last(preview)}`}`;
  }

  override focus(): void {
    this.#focus('#address');
  }

  /** The name, and the button that begins. */
  #last(preview: MirrorPreview): TemplateResult {
    const { name } = mirrorPairing.draft;
    const isSame = preview.url === this.current;
    return html`
      <form class="card stack" @submit=${this.#pair}>
        <h2>${this.current === undefined ? msg('Pair with it') : msg('Move to it')}</h2>
        ${preview.mirror.handleDomains.length === 0 || this.#isOnDomain ? nothing : html`
          <div class="field">
            <label for="name">${msg('Your name there (you can leave this empty)')}</label>
            <div class="with-domain">
              <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" .value=${name} @input=${this.#typeName}
                aria-describedby="name-hint name-problem" aria-invalid=${this.nameProblem === undefined ? 'false' : 'true'} />
              ${this.#domains(preview)}
            </div>
            <span class="hint" id="name-hint">${msg('Others will find you as')} <span class="name-shown mono">@${this.#handle === '' ? this.#given : this.#handle}</span></span>
            <span class="problem" id="name-problem" role="alert">${this.nameProblem ?? nothing}</span>
          </div>`}
        ${isSame ? html`<p class="note amber">${ICONS.warning}<span>${msg('This is the mirror that you have.')}</span></p>` : this.#begin(preview)}
      </form>`;
  }

  #begin(preview: MirrorPreview): TemplateResult {
    if (this.account.kit !== 'proven') {
      return html`
        <p class="note amber" id="kit-first">${ICONS.warning}<span><strong>${msg('Prove your kit first.')}</strong>
          ${msg('Pairing makes your identity known to the world. Before that, be sure that you can bring it back: show that you hold the recovery kit. What you filled in here stays.')}</span></p>
        <div class="row"><a class="button primary" href="/kit/${this.account.did}?back=/mirror">${ICONS.key}${msg('Keep the kit')}</a></div>`;
    }
    return html`
      <p class="soft">${this.#isOnDomain
        ? msg('Pairing hands over a copy of your records and pictures; everything in it is public. First publish the document above: it names this mirror as the place that answers for you.')
        : this.current === undefined
        ? msg('Pairing registers your identity at the public directory, hands over a copy of your records and pictures, and names the mirror as the place that answers for you. Everything in it is public.')
        : msg(str`Everything is handed over to ${hostOf(preview.url)}, then one operation names it in your identity, and ${hostOf(this.current)} deletes its copy. Your followers stay. A sealed kit, if one lies there, goes with it: put it with the new mirror on the kit’s page.`)}</p>
      <div class="row"><button class="primary" type="submit" id="pair">${ICONS.mirror}${this.current === undefined ? msg('Pair') : msg('Move')}</button></div>`;
  }

  #domains({ mirror }: MirrorPreview): TemplateResult {
    const { handleDomains } = mirror;
    if (handleDomains.length === 1) return html`<span class="mono">${handleDomains[0]}</span>`;
    return html`
      <select aria-label=${msg('What the name ends in')} @change=${(event: Event) => mirrorPairing.note({ domain: (event.target as HTMLSelectElement).value })}>
        ${handleDomains.map((domain) => html`<option value=${domain} ?selected=${domain === this.#domain}>${domain}</option>`)}
      </select>`;
  }

  /** Whether a document of the owner says where the account is: it is shown, to be published first. */
  get #isOnDomain(): boolean {
    return this.account.did.startsWith('did:web:');
  }

  get #domain(): string {
    const { domain, preview } = mirrorPairing.draft;
    const known = preview?.mirror.handleDomains ?? [];
    return known.find((one) => one === domain) ?? known[0] ?? '';
  }

  /** Why nobody pairs by the invitation that is filled in, as far as that is known. */
  get #inviteProblem(): string | undefined {
    const { preview, invite } = mirrorPairing.draft;
    if (this.isUnknown) return msg('Your data is safe: only the invitation was sent. This mirror does not know it, or it was taken back. Look for a typing mistake, or ask for another.');
    return preview && inviteProblem(preview, invite);
  }

  /** The name with what it ends in; empty without a name. */
  get #handle(): string {
    const name = mirrorPairing.draft.name.trim().replace(/^@/, '').toLowerCase();
    if (name === '') return '';
    return name.endsWith(this.#domain) ? name : `${name}${this.#domain}`;
  }

  /** The name that the account has then where none is filled in: one of the owner's own domain stays. */
  get #given(): string {
    const { did, handle } = this.account;
    const { mirror } = mirrorStore.state;
    if (this.current !== undefined && handle !== undefined && mirror?.handle !== handle && mirror?.state !== 'pairing') return handle;
    return `${handle?.split('.')[0] ?? did.slice('did:plc:'.length).slice(0, 8)}${this.#domain}`;
  }

  async #prefill(): Promise<void> {
    if (mirrorPairing.draft.address !== '') return;
    const brought = invited();
    if (brought !== undefined && brought.address !== this.current) return mirrorPairing.note(brought);
    if (this.current !== undefined) return;
    const { mirror } = await siteSettings();
    if (mirror !== undefined && mirrorPairing.draft.address === '') mirrorPairing.note({ address: mirror });
  }

  #typeAddress(event: Event): void {
    this.addressProblem = undefined;
    this.problem = undefined;
    this.isUnknown = false;
    // An invitation is for one mirror, and no other is to see it.
    mirrorPairing.note({ address: (event.target as HTMLInputElement).value, preview: undefined, invite: '' });
  }

  #typeName(event: Event): void {
    this.nameProblem = undefined;
    mirrorPairing.note({ name: (event.target as HTMLInputElement).value });
  }

  #typeInvite(event: Event): void {
    this.isUnknown = false;
    // What was looked at were the terms of another one.
    mirrorPairing.note({ invite: (event.target as HTMLInputElement).value, preview: undefined });
  }

  async #look(event: Event): Promise<void> {
    event.preventDefault();
    if (this.looking) return;
    const { address, invite: shown } = mirrorPairing.draft;
    // What is filled in meanwhile was not looked at.
    const isFilledIn = (): boolean => mirrorPairing.draft.address === address && mirrorPairing.draft.invite === shown;
    const url = mirrorAddress(address);
    const invite = shown.trim();
    this.problem = undefined;
    this.isUnknown = false;
    this.addressProblem = url === undefined ? msg('This is no address of a mirror. It looks like mirror.example.com.')
      : isMixed(location, url) ? msg(str`Nothing was sent. This page is secure (https), and browsers do not let it talk to ${url}, which is not. Ask the operator of the mirror for its https address, or open Holdfast at an http://localhost address of your own.`)
        : undefined;
    if (url === undefined || this.addressProblem !== undefined) return this.#focus('#address');
    this.looking = true;
    try {
      const preview = await house.get('app.holdfast.bridge.preview', { url, ...(invite !== '' && { invite }) });
      if (!isFilledIn()) return;
      mirrorPairing.note({ preview, ...this.#nameFor(preview) });
      this.#focus(this.#inviteProblem === undefined ? '#terms, #used' : '#invite');
    } catch (error) {
      if (!isFilledIn()) return;
      mirrorPairing.note({ preview: undefined });
      this.isUnknown = problemOf(error).code === 'InvalidInviteCode';
      if (this.isUnknown) return this.#focus('#invite');
      this.problem = error;
      if (problemOf(error).code === 'InvalidMirror') this.#focus('#address');
    } finally {
      this.looking = false;
    }
  }

  /** A handle that the account has already is a good first guess, where it fits. */
  #nameFor({ mirror }: MirrorPreview): { readonly name?: string; readonly domain?: string } {
    const { handle } = this.account;
    if (mirrorPairing.draft.name !== '' || handle === undefined) return {};
    const domain = mirror.handleDomains.find((known) => handle.endsWith(known));
    return domain === undefined ? {} : { name: handle.slice(0, -domain.length), domain };
  }

  #pair(event: Event): void {
    event.preventDefault();
    const { preview, invite } = mirrorPairing.draft;
    if (preview === undefined || preview.url === this.current || this.#inviteProblem !== undefined || this.account.kit !== 'proven') return;
    const handle = this.#isOnDomain ? '' : this.#handle;
    this.nameProblem = handle === '' || isHandle(handle) ? undefined : msg('A name has letters, digits and hyphens, and no hyphen at its ends.');
    if (this.nameProblem !== undefined) return this.#focus('#name');
    void mirrorPairing.pair({
      did: this.account.did, url: preview.url,
      ...(handle !== '' && { handle: handle as `${string}.${string}` }), ...(invite.trim() !== '' && { invite: invite.trim() }),
    });
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }
}

customElements.define('holdfast-pair-form', PairForm);

/** Its terms are those of whoever used it. */
function usedInvitation(): TemplateResult {
  return html`<p class="note amber" id="used" tabindex="-1">${ICONS.warning}<span>${msg('This invitation was used already. Pair only if it was this account that used it; otherwise ask the operator for another.')}</span></p>`;
}
