import { html, LitElement, nothing } from 'lit';
import { problemOf } from '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { isMixed, mirrorAddress } from '../../state/mirror-address.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { inviteProblem, limitWords, standbyLimitWords } from '../../state/offer-words.ts';
import { pairingAdvice } from '../../state/pairing-words.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import { termsCard } from './terms-card.ts';
import type { TemplateResult } from 'lit';
import type { PairingDraft } from '../../state/mirror-pairing.ts';

/** A mirror that is looked at: what was filled in, and what it said. */
export type Looked = Pick<PairingDraft, 'address' | 'invite' | 'preview'>;

/** Nothing is filled in. */
export const NOT_LOOKED: Looked = { address: '', invite: '', preview: undefined };

/**
 * Which mirror, by which invitation, and on which terms: it is looked at before anything of the account is sent.
 * @fires note - what changes of `looked`, as `detail`
 * @fires cancel - nobody wants a standby any more
 */
export class MirrorLook extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    looked: { attribute: false }, current: {}, standby: { type: Boolean }, looking: { state: true }, problem: { state: true },
    addressProblem: { state: true }, isUnknown: { state: true },
  };

  declare looked: Looked;
  /** The address of the mirror that there is. */
  declare current: string | undefined;
  /** Whether a standby is sought, and not a mirror. */
  declare standby: boolean;
  declare protected looking: boolean;
  /** Why the mirror could not be looked at. */
  declare protected problem: unknown;
  declare protected addressProblem: string | undefined;
  /** Whether the mirror knows no such invitation. */
  declare protected isUnknown: boolean;

  constructor() {
    super();
    this.looked = NOT_LOOKED;
    this.standby = false;
    this.looking = false;
    this.isUnknown = false;
  }

  override render(): TemplateResult {
    const { address, invite, preview } = this.looked;
    const inviteProblem = this.#inviteProblem;
    return html`
      <form class="card stack" @submit=${this.#look}>
        <h2>${this.standby ? msg('Add a standby') : this.current === undefined ? msg('Choose a mirror') : msg('Move to another mirror')}</h2>
        <div class="field">
          <label for="address">${msg('Address of the mirror')}</label>
          <input id="address" name="address" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false"
            .value=${address} @input=${this.#typeAddress}
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
          ${this.standby ? html`<button type="button" id="cancel" @click=${() => this.dispatchEvent(new Event('cancel'))}>${msg('Cancel')}</button>` : nothing}
          <span class="soft small">${msg('Looking sends the invitation, and nothing of your account.')}</span>
        </div>
      </form>
      <div role="status" class="visually-hidden">${preview === undefined ? nothing : msg(str`The mirror ${hostOf(preview.url)} has answered.`)}</div>
      ${preview === undefined || inviteProblem !== undefined ? nothing
        : preview.terms.invitation === 'used' ? usedInvitation() : termsCard(preview, this.standby ? standbyLimitWords(preview.terms) : limitWords(preview.terms))}`;
  }

  override focus(): void {
    this.#focus('#address');
  }

  /** Why nobody comes by the invitation that is filled in, as far as that is known. */
  get #inviteProblem(): string | undefined {
    const { preview, invite } = this.looked;
    if (this.isUnknown) return msg('Your data is safe: only the invitation was sent. This mirror does not know it, or it was taken back. Look for a typing mistake, or ask for another.');
    return preview && inviteProblem(preview, invite);
  }

  #typeAddress(event: Event): void {
    this.addressProblem = undefined;
    this.problem = undefined;
    this.isUnknown = false;
    // An invitation is for one mirror, and no other is to see it.
    this.#note({ address: (event.target as HTMLInputElement).value, preview: undefined, invite: '' });
  }

  #typeInvite(event: Event): void {
    this.isUnknown = false;
    // What was looked at were the terms of another one.
    this.#note({ invite: (event.target as HTMLInputElement).value, preview: undefined });
  }

  async #look(event: Event): Promise<void> {
    event.preventDefault();
    if (this.looking) return;
    const { address, invite: shown } = this.looked;
    // What is filled in meanwhile was not looked at.
    const isFilledIn = (): boolean => this.looked.address === address && this.looked.invite === shown;
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
      this.#note({ preview });
      this.#focus(this.#inviteProblem === undefined ? '#terms, #used' : '#invite');
    } catch (error) {
      if (!isFilledIn()) return;
      this.#note({ preview: undefined });
      this.isUnknown = problemOf(error).code === 'InvalidInviteCode';
      if (this.isUnknown) return this.#focus('#invite');
      this.problem = error;
      if (problemOf(error).code === 'InvalidMirror') this.#focus('#address');
    } finally {
      this.looking = false;
    }
  }

  /** Whoever keeps it gives it back; until then it is shown all the same. */
  #note(change: Partial<Looked>): void {
    this.looked = { ...this.looked, ...change };
    this.dispatchEvent(new CustomEvent<Partial<Looked>>('note', { detail: change }));
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }
}

customElements.define('holdfast-mirror-look', MirrorLook);

/** Its terms are those of whoever used it. */
function usedInvitation(): TemplateResult {
  return html`<p class="note amber" id="used" tabindex="-1">${ICONS.warning}<span>${msg('This invitation was used already. Go on only if it was this account that used it; otherwise ask the operator for another.')}</span></p>`;
}
