import { html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { asOwner } from '../../state/as-owner.ts';
import { isMixed, mirrorAddress } from '../../state/mirror-address.ts';
import { mirrorPairing } from '../../state/mirror-pairing.ts';
import { mirrorStore } from '../../state/mirror-store.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { pairingAdvice } from '../../state/pairing-words.ts';
import { afterSafety, withoutSafety } from '../../state/safety-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { Account } from '../../state/account-store.ts';
import type { Mirror } from '../../state/mirror-store.ts';

type Standby = NonNullable<Mirror['standbys']>[number];

/**
 * The mirrors that can take the place of the present one: how they stand, one press to switch, and adding or removing one.
 * @fires move - the owner has to publish a document first: the form for moving shows it
 */
export class StandbysCard extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    account: { attribute: false }, mirror: { attribute: false }, adding: { state: true }, busy: { state: true }, failed: { state: true },
    silent: { state: true }, addressProblem: { state: true }, done: { state: true },
  };

  declare account: Account;
  declare mirror: Mirror;
  declare protected adding: boolean;
  declare protected busy: boolean;
  declare protected failed: unknown;
  /** The one that did not answer when it was to be removed. */
  declare protected silent: string | undefined;
  declare protected addressProblem: string | undefined;
  declare protected done: string | undefined;

  constructor() {
    super();
    this.adding = false;
    this.busy = false;
  }

  override render(): TemplateResult {
    const { standbys = [], url } = this.mirror;
    return html`
      <section class="card stack" aria-labelledby="standbys">
        <h2 id="standbys" tabindex="-1">${msg('Standbys')}</h2>
        <p class="soft">${msg(str`A standby is another mirror, which holds what ${hostOf(url)} has confirmed and shows it to nobody. If ${hostOf(url)} is lost, one press here puts the standby in its place, and apps go on.`)}</p>
        <div role="status">${this.done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${this.done}</span></p>`}</div>
        ${standbys.length === 0 ? nothing : html`<dl class="facts">${standbys.map((standby) => this.#row(standby))}</dl>`}
        ${this.#problem()}
        ${this.adding ? this.#form() : html`<div class="row"><button id="add" @click=${this.#begin}>${ICONS.mirror}${msg('Add a standby')}</button></div>`}
      </section>
      ${standbys.map(({ url: other }, index) => html`
        <hf-confirm id="switch-${index}" heading=${msg(str`Put ${hostOf(other)} in the place of ${hostOf(url)}?`)} action=${msg('Switch')}>
          <p>${msg(str`What it lacks is handed over, then one operation names it in your identity, and it answers for you. Your followers stay. ${hostOf(url)} becomes a standby, as soon as it answers. A name under its domain becomes one under the other’s.`)}</p>
        </hf-confirm>
        <hf-confirm id="remove-${index}" heading=${msg(str`Remove ${hostOf(other)}?`)} action=${msg('Remove it')} danger>
          <p>${msg('It deletes its copy. Your mirror and what is in this browser stay as they are.')}</p>
        </hf-confirm>`)}`;
  }

  #row(standby: Standby): TemplateResult {
    const { url, state } = standby;
    return html`
      <div>
        <dt class="mono">${hostOf(url)}</dt>
        <dd data-state=${state}>
          <span>${words(standby)}</span>
          <span class="row">
            <button class="switch" aria-disabled=${this.#disabled} @click=${() => this.#switch(url)}>${ICONS.move}${msg('Make it the mirror')}</button>
            <button class="danger remove" aria-disabled=${this.#disabled} aria-label=${msg(str`Remove ${hostOf(url)}`)} @click=${() => this.#remove(url)}>${msg('Remove')}</button>
          </span>
        </dd>
      </div>`;
  }

  #form(): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#add}>
        <div class="field">
          <label for="address">${msg('Address of the standby')}</label>
          <input id="address" name="address" inputmode="url" autocapitalize="none" spellcheck="false" autocomplete="url"
            aria-describedby="address-problem" aria-invalid=${this.addressProblem === undefined ? 'false' : 'true'} />
          <span class="problem" id="address-problem" role="alert">${this.addressProblem ?? nothing}</span>
        </div>
        <div class="field">
          <label for="invite">${msg('Invitation, if it takes accounts by invitation')}</label>
          <input id="invite" name="invite" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="128" />
        </div>
        <div class="row">
          <button class="primary" type="submit" aria-disabled=${this.#disabled}>${ICONS.mirror}${this.busy ? msg('Adding…') : msg('Add it')}</button>
          <button type="button" @click=${this.#stop}>${msg('Cancel')}</button>
        </div>
      </form>`;
  }

  #problem(): TemplateResult | typeof nothing {
    if (this.failed === undefined) return nothing;
    const { silent } = this;
    return html`
      <hf-error .error=${withoutSafety(this.failed)} safe=${msg('Your data is safe: everything is in this browser.')}
        advice=${silent === undefined ? pairingAdvice(this.failed) ?? nothing : msg('Try again later, or remove it without its answer: then its copy stays there.')}></hf-error>
      ${silent === undefined ? nothing : html`
        <div class="row"><button class="danger" id="force" aria-disabled=${this.#disabled} @click=${() => this.#remove(silent, true)}>${msg('Remove without its answer')}</button></div>`}`;
  }

  get #disabled(): string {
    return this.busy ? 'true' : 'false';
  }

  #begin(): void {
    this.adding = true;
    this.done = undefined;
    this.#focus('#address');
  }

  #stop(): void {
    this.adding = false;
    this.failed = undefined;
    this.#focus('#add');
  }

  async #add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const url = mirrorAddress(String(given.get('address')));
    const invite = String(given.get('invite')).trim();
    this.addressProblem = url === undefined ? msg('An address looks like mirror.example.com.')
      : isMixed(location, url) ? msg('A page that is secure can talk to secure mirrors only: ask for its https address.') : undefined;
    if (url === undefined || this.addressProblem !== undefined) return this.#focus('#address');
    const { did } = this.account;
    const isDone = await this.#do(async () => {
      const { mirror } = await asOwner(did, () => house.post('app.holdfast.bridge.addStandby', { did, url: url as `${string}:${string}`, ...(invite !== '' && { invite }) }));
      mirrorStore.learn(mirror);
      return msg(str`${hostOf(url)} is a standby from now on.`);
    });
    if (!isDone) return;
    this.adding = false;
    this.#focus('#standbys');
  }

  async #switch(url: string): Promise<void> {
    if (this.busy) return;
    const { did } = this.account;
    if (did.startsWith('did:web:')) {
      mirrorPairing.note({ address: hostOf(url), preview: undefined });
      this.dispatchEvent(new CustomEvent('move'));
      return;
    }
    if (await this.#confirm('switch', url)) await mirrorPairing.pair({ did, url });
  }

  async #remove(url: string, force = false): Promise<void> {
    if (this.busy || !(force || await this.#confirm('remove', url))) return;
    const { did } = this.account;
    const isDone = await this.#do(async () => {
      const { mirror } = await asOwner(did, () => house.post('app.holdfast.bridge.removeStandby', { did, url: url as `${string}:${string}`, ...(force && { force }) }));
      mirrorStore.learn(mirror);
      return msg(str`${hostOf(url)} is no standby any more.`);
    });
    if (!isDone && problemOf(this.failed).code === 'MirrorUnreachable') this.silent = url;
    this.#focus('#standbys');
  }

  async #do(work: () => Promise<string>): Promise<boolean> {
    if (this.busy) return false;
    Object.assign(this, { busy: true, failed: undefined, silent: undefined, done: undefined });
    try {
      this.done = await work();
      return true;
    } catch (error) {
      this.failed = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  async #confirm(what: 'switch' | 'remove', url: string): Promise<boolean> {
    const index = this.mirror.standbys?.findIndex((standby) => standby.url === url);
    return await this.renderRoot.querySelector<HfConfirm>(`#${what}-${index}`)?.ask() === true;
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }
}

customElements.define('holdfast-standbys', StandbysCard);

/** How a standby stands, in a sentence. */
function words({ state, missingBlobs = 0, trouble = '' }: Standby): TemplateResult | string {
  switch (state) {
    case 'same':
      return msg('Has everything.');
    case 'behind':
      return missingBlobs > 0 ? msg(str`Has the records; ${formatNumber(missingBlobs)} pictures are still to come.`) : msg('Is getting what is new.');
    case 'new':
      return msg('Has nothing yet; it is getting everything.');
    default:
      return html`${msg('Could not be asked, or could not get what is new.')} <span class="data">${afterSafety(trouble)}</span>`;
  }
}
