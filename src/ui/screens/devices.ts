import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '../components/hf-copy.ts';
import '../components/hf-error.ts';
import './devices/conflict-view.ts';
import { formatAgo, formatNumber, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { middleOf } from '../middle-of.ts';
import { AccountController } from '../state/account-store.ts';
import { IdentityController, identityStore } from '../state/identity-store.ts';
import { MirrorDeeds } from '../state/mirror-deeds.ts';
import { MirrorController } from '../state/mirror-store.ts';
import { hostOf } from '../state/mirror-words.ts';
import { revTime } from '../state/rev-time.ts';
import { controls } from '../styles/controls.ts';
import { identityStyles } from '../styles/identity.ts';
import { mirrorStyles } from '../styles/mirror.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Params } from '../router.ts';
import type { Account } from '../state/account-store.ts';
import type { Mirror } from '../state/mirror-store.ts';
import type { Conflict } from './devices/conflict-view.ts';

type Notice = NonNullable<Mirror['notice']>;

/** The houses of an account: what two of them changed, this browser, others that have a key, and how another is added. */
export class HoldfastDevices extends LitElement {
  static override styles = [shared, controls, mirrorStyles, identityStyles, css`
    ol {
      padding-inline-start: 1.5rem;
      list-style: decimal;
    }
  `];
  static override properties = { params: { attribute: false } };

  declare params: Params;
  #accounts = new AccountController(this);
  #mirrors = new MirrorController(this);
  #identity = new IdentityController(this);
  #deeds = new MirrorDeeds(this);
  #asked: string | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const did = this.#accounts.current?.did;
    if (did === undefined || did === this.#asked || this.#mirrors.mirror === undefined) return;
    this.#asked = did;
    void identityStore.refresh(did);
  }

  override render(): TemplateResult {
    const { current } = this.#accounts;
    return html`
      <div class="screen">
        <div class="stack">
          <h1 tabindex="-1">${msg('Devices')}</h1>
          <p>${msg('Your account can live in several browsers. Each of them is a house: all your records are there, and you can write there, online or not. The mirror brings together what they write.')}</p>
        </div>
        ${current === undefined ? html`<p class="soft" role="status">${msg('Opening the house…')}</p>` : this.#content(current, this.#mirrors.mirror)}
      </div>`;
  }

  #content(account: Account, mirror: Mirror | undefined): TemplateResult {
    const notice = mirror?.notice;
    return html`
      ${notice?.conflicts === undefined ? nothing : this.#conflicts(account.did, notice, notice.conflicts)}
      <section class="stack" aria-labelledby="houses">
        <h2 id="houses">${msg('Houses of this account')}</h2>
        <ul class="card keys">
          <li>${ICONS.house}<div>
            <p><strong>${msg('This browser')}</strong></p>
            <p class="small soft">${hereWords(account)}</p>
          </div></li>
          ${this.#others(mirror)}
        </ul>
      </section>
      ${mirror === undefined ? withoutMirror() : howToAdd(mirror)}`;
  }

  #conflicts(did: Account['did'], notice: Notice, conflicts: readonly Conflict[]): TemplateResult {
    const disabled = this.#deeds.busy === undefined ? 'false' : 'true';
    return html`
      <section class="stack" aria-labelledby="conflicts">
        <h2 id="conflicts">${conflicts.length === 1 ? msg('One record was changed in two houses') : msg(str`${formatNumber(conflicts.length)} records were changed in two houses`)}</h2>
        <p><strong>${msg('Nothing is lost: both versions are kept.')}</strong> ${msg('Choose where you like the other one better.')}</p>
        ${repeat(conflicts, ({ rev, path }) => `${rev} ${path}`, (conflict) => html`<holdfast-conflict .did=${did} .conflict=${conflict}></holdfast-conflict>`)}
        ${this.#deeds.failed === undefined ? nothing : html`<hf-error .error=${this.#deeds.failed.error} safe=${msg('Your data is safe: nothing was changed.')}></hf-error>`}
        <div class="row"><button id="settled" class="primary" aria-disabled=${disabled} @click=${() => this.#settle(did, notice)}>${msg('It is right as it is now')}</button></div>
      </section>`;
  }

  #others(mirror: Mirror | undefined): TemplateResult | readonly TemplateResult[] {
    const { report, error } = this.#identity.standing;
    if (mirror === undefined) return html``;
    if (report === undefined) {
      return html`<li>${ICONS.waiting}<div><p class="soft">${error === undefined
        ? msg('Looking for others…') : msg('Whether there are others cannot be told now: the directory of identities does not answer.')}</p></div></li>`;
    }
    const others = (report.state?.rotationKeys ?? []).filter(({ holder }) => holder === 'other');
    if (others.length === 0) return html`<li>${ICONS.passed}<div><p>${msg('No other house has a key of this account.')}</p></div></li>`;
    return others.map(({ key }) => html`
      <li>${ICONS.key}<div>
        <p><strong>${msg('Another house')}</strong> <span class="mono soft">${middleOf(key)}</span></p>
        <p class="small soft">${msg('It may write, and change your identity. When it was last open is not known here: all your houses sign alike.')}</p>
        <p><a class="button quiet" href="/identity">${msg('I do not use it any more')}</a></p>
      </div></li>`);
  }

  async #settle(did: Account['did'], notice: Notice): Promise<void> {
    if (this.#deeds.busy !== undefined) return;
    await this.#deeds.read(did, notice);
    // The cards go, with what had the focus.
    if (this.#deeds.failed === undefined) this.renderRoot.querySelector('h1')?.focus();
  }
}

customElements.define('holdfast-devices', HoldfastDevices);

function hereWords({ createdAt, head }: Account): string {
  const last = revTime(head.rev);
  const since = msg(str`Here since ${formatTime(createdAt)}.`);
  return last === undefined ? since : `${since} ${msg(str`The last change that has come here was made ${formatAgo(last)}.`)}`;
}

function withoutMirror(): TemplateResult {
  return html`
    <section class="card stack" aria-labelledby="add">
      <h2 id="add">${msg('Add a device')}</h2>
      <p>${msg('Two houses of one account meet at a mirror, so pair with one first.')}</p>
      <div class="row"><a class="button" href="/mirror">${ICONS.mirror}${msg('Choose a mirror')}</a></div>
    </section>`;
}

function howToAdd({ url }: Mirror): TemplateResult {
  return html`
    <section class="card stack" aria-labelledby="add">
      <h2 id="add">${msg('Add a device')}</h2>
      <ol class="stack">
        <li>${msg('Open this address in the other browser:')} <hf-copy text=${location.origin} label=${msg('the address')}></hf-copy></li>
        <li>${msg('Choose “Restore from a backup”, then your mirror or this browser while it is open, the file of your kit, and its passphrase.')}</li>
        <li>${msg(str`The records come from ${hostOf(url)} or from here, and each is verified before it is kept.`)}</li>
        <li>${msg('Pair again with the mirror there: one button. From then on both houses write.')}</li>
      </ol>
      <p class="soft">${msg('What you write offline waits in that house, and goes out when it meets the mirror again. If both have changed the same record, you are shown both versions here.')}</p>
    </section>`;
}
