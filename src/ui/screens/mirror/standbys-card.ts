import { html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { asOwner } from '../../state/as-owner.ts';
import { mirrorPairing } from '../../state/mirror-pairing.ts';
import { mirrorStore } from '../../state/mirror-store.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { pairingAdvice } from '../../state/pairing-words.ts';
import { afterSafety, withoutSafety } from '../../state/safety-words.ts';
import { roomWords, standbyWarnings } from '../../state/usage-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import './standby-form.ts';
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
    silent: { state: true }, done: { state: true },
  };

  declare account: Account;
  declare mirror: Mirror;
  declare protected adding: boolean;
  declare protected busy: boolean;
  declare protected failed: unknown;
  /** The one that did not answer when it was to be removed. */
  declare protected silent: string | undefined;
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
        ${standbys.flatMap(standbyWarnings).map((warning) => html`<p class="note amber usage">${ICONS.warning}<span><strong>${msg('Your data is safe here.')}</strong> ${warning}</span></p>`)}
        ${standbys.length === 0 ? nothing : html`<dl class="facts">${standbys.map((standby) => this.#row(standby))}</dl>`}
        ${this.#problem()}
        ${this.adding ? nothing : html`<div class="row"><button id="add" @click=${this.#begin}>${ICONS.mirror}${msg('Add a standby')}</button></div>`}
      </section>
      ${this.adding ? html`<holdfast-standby-form .account=${this.account} .mirror=${this.mirror} @added=${this.#added} @cancel=${this.#stop}></holdfast-standby-form>` : nothing}
      ${standbys.map(({ url: other }, index) => html`
        <hf-confirm id="switch-${index}" heading=${msg(str`Put ${hostOf(other)} in the place of ${hostOf(url)}?`)} action=${msg('Switch')}>
          <p>${msg(str`What it lacks is handed over, then one operation names it in your identity, and it answers for you. Your followers stay. ${hostOf(url)} becomes a standby, as soon as it answers. A name under its domain becomes one under the other’s.`)}</p>
        </hf-confirm>
        <hf-confirm id="remove-${index}" heading=${msg(str`Remove ${hostOf(other)}?`)} action=${msg('Remove it')} danger>
          <p>${msg('It deletes its copy. Your mirror and what is in this browser stay as they are.')}</p>
        </hf-confirm>`)}`;
  }

  #row(standby: Standby): TemplateResult {
    const { url, state, usage } = standby;
    return html`
      <div>
        <dt class="mono">${hostOf(url)}</dt>
        <dd data-state=${state}>
          <span>${words(standby)}${usage === undefined ? nothing : html`<br /><span class="small soft room">${roomWords(usage)} ${usage.until === undefined ? nothing : msg(str`Kept until ${formatTime(usage.until)}.`)}</span>`}</span>
          <span class="row">
            <button class="switch" aria-disabled=${this.#disabled} @click=${() => this.#switch(url)}>${ICONS.move}${msg('Make it the mirror')}</button>
            <button class="danger remove" aria-disabled=${this.#disabled} aria-label=${msg(str`Remove ${hostOf(url)}`)} @click=${() => this.#remove(url)}>${msg('Remove')}</button>
          </span>
        </dd>
      </div>`;
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
    this.#focus('holdfast-standby-form');
  }

  #stop(): void {
    this.adding = false;
    this.#focus('#add');
  }

  #added({ detail }: CustomEvent<string>): void {
    this.adding = false;
    this.done = msg(str`${hostOf(detail)} is a standby from now on.`);
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
