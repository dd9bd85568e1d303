import { html, LitElement, nothing } from 'lit';
import { isHandle } from '../../../protocol/index.ts';
import { msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { invited } from '../../state/invited.ts';
import { mirrorPairing, PairingController } from '../../state/mirror-pairing.ts';
import { mirrorStore } from '../../state/mirror-store.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { inviteProblem } from '../../state/offer-words.ts';
import { siteSettings } from '../../state/site-settings.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import '../identity/web-card.ts';
import './mirror-look.ts';
import { aboutMirror } from './about-mirror.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { MirrorPreview } from '../../state/mirror-pairing.ts';
import type { Looked } from './mirror-look.ts';

/** Which mirror, what it is, and by which name; then pairing begins. `current` is the address of the mirror to move away from. */
export class PairForm extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    account: { attribute: false }, current: {}, nameProblem: { state: true },
  };

  declare account: Account;
  declare current: string | undefined;
  declare protected nameProblem: string | undefined;

  constructor() {
    super();
    void new PairingController(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('account')) return;
    mirrorPairing.startFor(this.account.did);
    void this.#prefill();
  }

  override render(): TemplateResult {
    const { draft } = mirrorPairing;
    const { preview } = draft;
    return html`
      <holdfast-mirror-look .looked=${draft} .current=${this.current} @note=${this.#note}></holdfast-mirror-look>
      ${preview === undefined ? nothing : aboutMirror(preview)}
      ${preview === undefined || !this.#isWelcome ? nothing : html`
        ${this.#isOnDomain ? html`<holdfast-web-card did=${this.account.did} pds=${preview.url}></holdfast-web-card>` : nothing}
        ${this.#last(preview)}`}`;
  }

  override focus(): void {
    this.#focus('holdfast-mirror-look');
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

  /** Whether it takes accounts on what is filled in. */
  get #isWelcome(): boolean {
    const { preview, invite } = mirrorPairing.draft;
    return preview !== undefined && inviteProblem(preview, invite) === undefined;
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

  #note({ detail }: CustomEvent<Partial<Looked>>): void {
    mirrorPairing.note({ ...detail, ...(detail.preview !== undefined && this.#nameFor(detail.preview)) });
  }

  #typeName(event: Event): void {
    this.nameProblem = undefined;
    mirrorPairing.note({ name: (event.target as HTMLInputElement).value });
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
    if (preview === undefined || preview.url === this.current || !this.#isWelcome || this.account.kit !== 'proven') return;
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
