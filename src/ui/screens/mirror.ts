import { html, LitElement, nothing } from 'lit';
import '../components/hf-confirm.ts';
import '../components/hf-empty.ts';
import './identity/web-card.ts';
import './mirror/alarm-card.ts';
import './mirror/alerts-card.ts';
import './mirror/pair-form.ts';
import './mirror/pairing-steps.ts';
import './mirror/standbys-card.ts';
import { problemOf } from '../components/hf-error.ts';
import { formatAgo, formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { AccountController } from '../state/account-store.ts';
import { forgetInvited, invited } from '../state/invited.ts';
import { MirrorDeeds } from '../state/mirror-deeds.ts';
import { mirrorPairing, PairingController } from '../state/mirror-pairing.ts';
import { MirrorController, mirrorStore } from '../state/mirror-store.ts';
import { hostOf, noticeTitle } from '../state/mirror-words.ts';
import { pairingAdvice } from '../state/pairing-words.ts';
import { afterSafety, withoutSafety } from '../state/safety-words.ts';
import { StandingController } from '../state/standing.ts';
import { usageWarnings } from '../state/usage-words.ts';
import { controls } from '../styles/controls.ts';
import { mirrorStyles } from '../styles/mirror.ts';
import { shared } from '../styles/shared.ts';
import { mirrorFacts } from './mirror/mirror-facts.ts';
import { wordsCard } from './mirror/words-card.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { HfConfirm } from '../components/hf-confirm.ts';
import type { Params } from '../router.ts';
import type { Account } from '../state/account-store.ts';
import type { Mirror } from '../state/mirror-store.ts';

/** How often “3 minutes ago” is looked at again, in milliseconds. */
const TICK = 30_000;

/** Refusals after which what was filled in has to be changed. */
const CHANGE_FIRST: ReadonlySet<string> = new Set(['HandleNotAvailable', 'UnsupportedDomain', 'InvalidInviteCode']);

/** The always-on copy: pairing with one, how it stands, and leaving it. */
export class HoldfastMirror extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    params: { attribute: false }, moving: { state: true },
  };

  declare params: Params;
  declare protected moving: boolean;
  #accounts = new AccountController(this);
  #mirrors = new MirrorController(this);
  #standing = new StandingController(this);
  #deeds = new MirrorDeeds(this);
  #phase: string | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.moving = false;
    void new PairingController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticking = setInterval(() => this.requestUpdate(), TICK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
    mirrorPairing.forget();
  }

  override render(): TemplateResult {
    const { current, state: { accounts } } = this.#accounts;
    const { done } = this.#deeds;
    return html`
      <div class="screen">
        <div class="stack">
          <h1 tabindex="-1">${msg('Mirror')}</h1>
          <p>${msg('A mirror is an always-on copy of what you have made public. With one, apps and people reach your account while this browser is closed.')}</p>
        </div>
        <div role="status">${done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${done}</span></p>`}</div>
        ${current !== undefined ? this.#content(current) : accounts === undefined ? reading() : nobody()}
      </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { pairing } = mirrorPairing;
    const { phase } = pairing;
    if (phase === this.#phase) return;
    const isMove = this.#phase !== undefined;
    this.#phase = phase;
    if (!isMove) return;
    if (pairing.phase === 'failed' && CHANGE_FIRST.has(problemOf(pairing.error).code)) this.moving = true;
    if (phase === 'done') {
      this.moving = false;
      forgetInvited();
      this.#deeds.tell(msg('Paired. From now on every change arrives there by itself.'));
      mirrorPairing.forget();
    }
    // The form goes and the steps come, or the other way round; whoever works with it follows.
    this.renderRoot.querySelector<HTMLElement>(phase === 'pairing' ? 'holdfast-pairing-steps' : 'h1')?.focus();
  }

  #content(account: Account): TemplateResult | typeof nothing {
    const { did, mirror, error } = this.#mirrors.state;
    if (did === undefined) {
      if (error === undefined) return reading();
      return html`<hf-error .error=${error} safe=${msg('Your data is safe: only the state of the mirror could not be read.')} retry @retry=${() => mirrorStore.refresh()}></hf-error>`;
    }
    const isPairing = mirrorPairing.did === account.did && mirrorPairing.pairing.phase === 'pairing';
    return html`
      ${this.#pairingProblem(account)}
      ${isPairing ? html`<holdfast-pairing-steps></holdfast-pairing-steps>` : nothing}
      ${!isPairing && mirror?.state === 'pairing' ? this.#unfinished(account, mirror) : nothing}
      ${mirror !== undefined && mirror.state !== 'pairing' ? this.#paired(account, mirror) : nothing}
      ${!isPairing && (mirror === undefined || this.moving)
        ? html`<holdfast-pair-form .account=${account} .current=${mirror?.state === 'pairing' ? undefined : mirror?.url}></holdfast-pair-form>` : nothing}
      ${mirror === undefined || (isPairing && mirror.url !== mirrorPairing.url) ? nothing : wordsCard(mirror)}
      ${!isPairing && mirror !== undefined && mirror.state !== 'pairing' ? html`<holdfast-standbys .account=${account} .mirror=${mirror} @move=${() => this.#move(true)}></holdfast-standbys>` : nothing}
      ${!isPairing && mirror !== undefined && mirror.state !== 'pairing' ? html`<holdfast-alerts .account=${account} .mirror=${mirror}></holdfast-alerts>` : nothing}
      ${mirror === undefined ? nothing : confirms(mirror)}`;
  }

  #pairingProblem({ did }: Account): TemplateResult | typeof nothing {
    const { pairing } = mirrorPairing;
    if (mirrorPairing.did !== did) return nothing;
    if (pairing.phase === 'stopped') {
      return html`<p class="note" role="status">${ICONS.info}<span>${msg('Stopped. Your data is safe here; what was done so far stays, and you can go on at any time.')}</span></p>`;
    }
    if (pairing.phase !== 'failed') return nothing;
    const { error } = pairing;
    return html`
      <hf-error .error=${withoutSafety(error)} safe=${msg('Your data is safe: everything is in this browser.')} advice=${pairingAdvice(error) ?? nothing}></hf-error>
      ${problemOf(error).code === 'KitUnproven' ? html`<p><a class="button" href="/kit/${did}?back=/mirror">${ICONS.key}${msg('Keep the kit')}</a></p>` : nothing}`;
  }

  #unfinished({ did, origin }: Account, mirror: Mirror): TemplateResult {
    const isBack = origin === 'restored' && mirrorPairing.pairing.phase === 'idle';
    return html`
      <section class="card stack" aria-labelledby="unfinished">
        <h2 id="unfinished">${isBack ? msg(str`Pair again with ${hostOf(mirror.url)}`) : msg(str`Pairing with ${hostOf(mirror.url)} is not finished`)}</h2>
        <p>${isBack
          ? msg('Your account is back in this browser. Go on, so that your identity names this mirror, and what you write here reaches it.')
          : msg('Your data is safe here. What was done so far stays, and goes on from the step at which it stopped.')}
          ${mirror.from === undefined ? nothing : msg(str`Until then ${hostOf(mirror.from)} shows what it has.`)}</p>
        ${this.#problem()}
        <div class="row">
          <button class="primary" id="go-on" @click=${() => mirrorPairing.pair({ did, url: mirror.url, ...(mirror.handle && { handle: mirror.handle }) })}>${ICONS.mirror}${msg('Go on')}</button>
          <button id="other" aria-expanded=${this.moving ? 'true' : 'false'} @click=${() => this.#move(!this.moving)}>${msg('Another name or mirror')}</button>
          <button class="danger" aria-disabled=${this.#disabled} @click=${() => this.#leave(did)}>${msg('Give up')}</button>
        </div>
      </section>
      ${did.startsWith('did:web:') ? html`<holdfast-web-card did=${did} pds=${mirror.url}></holdfast-web-card>` : nothing}`;
  }

  #paired(account: Account, mirror: Mirror): TemplateResult {
    const { did } = account;
    const standing = this.#standing.of(account);
    const isPaused = mirror.state === 'paused';
    return html`
      ${mirror.alarm === undefined ? nothing : html`
        <holdfast-alarm-card .alarm=${mirror.alarm} ?busy=${this.#deeds.busy !== undefined}
          @go-on=${() => this.#deeds.pause(did, false)} @hand-over=${() => this.#handOver(did)} @leave=${() => this.#leave(did)}></holdfast-alarm-card>`}
      ${[mirror.notice, mirror.withheld].map((notice) => (notice === undefined ? nothing : this.#notice(did, notice)))}
      ${usageWarnings(mirror).map((words) => html`<p class="note amber usage">${ICONS.warning}<span><strong>${msg('Your data is safe here.')}</strong> ${words}</span></p>`)}
      <section class="card stack" aria-labelledby="standing">
        <div class="standing" data-tone=${standing.tone} data-state=${standing.id}>
          ${standing.icon}
          <div>
            <h2 id="standing">${standing.word}</h2>
            <p class="soft"><span class="mono">${hostOf(mirror.url)}</span></p>
          </div>
        </div>
        <p>${standing.text}</p>
        ${this.#problem()}
        ${mirrorFacts(mirror, account, this.#standing.link, {
          busy: this.#deeds.busy, sending: this.#mirrors.state.sending, namedAt: this.#deeds.namedAt, look: () => this.#deeds.look(did), sendBlobs: () => this.#deeds.sendBlobs(did),
        })}
        <div class="row">
          ${mirror.alarm !== undefined ? nothing : html`
            <button id="pause" class=${isPaused ? 'primary' : ''} aria-disabled=${this.#disabled} @click=${() => this.#deeds.pause(did, !isPaused)}>
              ${isPaused ? html`${ICONS.ahead}${msg('Go on')}` : html`${ICONS.pause}${msg('Pause')}`}</button>
            <button id="hand-over" aria-disabled=${this.#disabled} @click=${() => this.#handOver(did)}>
              ${ICONS.send}${this.#deeds.busy === 'hand-over' ? msg('Sending…') : msg('Send everything again')}</button>`}
          <button id="move" aria-expanded=${this.moving ? 'true' : 'false'} @click=${() => this.#move(!this.moving)}>${ICONS.move}${msg('Move to another mirror')}</button>
          ${mirror.alarm !== undefined ? nothing : html`
            <button id="leave" class="danger" aria-disabled=${this.#disabled} @click=${() => this.#leave(did)}>${msg('Leave this mirror')}</button>`}
        </div>
      </section>`;
  }

  /** What is worth a word, and stops nothing. */
  #notice(did: Account['did'], notice: NonNullable<Mirror['notice']>): TemplateResult {
    const { code, message, time, conflicts } = notice;
    return html`
      <section class="note amber" aria-labelledby="notice-${code}">
        ${ICONS.warning}
        <div class="stack">
          <h2 id="notice-${code}">${noticeTitle(code)}</h2>
          <p><strong>${msg('Your data is safe here, and the mirror goes on.')}</strong> <span class="data">${afterSafety(message)}</span></p>
          <div class="row">${conflicts === undefined ? nothing : html`<a class="button primary" href="/devices">${msg('Look at both versions')}</a>`}
            <button class="read" aria-disabled=${this.#disabled} @click=${() => this.#deeds.read(did, notice)}>${msg('I have read it')}</button>
            <span class="small soft">${formatAgo(time)}</span></div>
        </div>
      </section>`;
  }

  get #disabled(): 'true' | 'false' {
    return this.#deeds.busy === undefined ? 'false' : 'true';
  }

  #problem(): TemplateResult | typeof nothing {
    if (this.#deeds.failed === undefined) return nothing;
    const { deed, error } = this.#deeds.failed;
    const did = this.#accounts.current?.did;
    const canForce = deed === 'leave' && problemOf(error).code === 'MirrorUnreachable' && did !== undefined;
    return html`
      <hf-error .error=${withoutSafety(error)} safe=${msg('Your data is safe: everything is in this browser.')}
        advice=${canForce ? msg('Try again later, or leave without its answer: then its copy stays there until it hears of it.') : pairingAdvice(error) ?? nothing}></hf-error>
      ${canForce ? html`<div class="row"><button class="danger" id="force" aria-disabled=${this.#disabled} @click=${() => this.#leave(did, true)}>${msg('Leave without its answer')}</button></div>` : nothing}`;
  }

  /** Shows the form for another mirror, and leads there, or takes it away again. */
  #move(moving: boolean): void {
    this.moving = moving;
    if (moving) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('holdfast-pair-form')?.focus());
  }

  async #handOver(did: Account['did']): Promise<void> {
    if (this.#deeds.busy === undefined && await this.#confirm('confirm-hand-over')) await this.#deeds.handOver(did);
  }

  async #leave(did: Account['did'], force = false): Promise<void> {
    if (this.#deeds.busy !== undefined || !(await this.#confirm(force ? 'confirm-force' : 'confirm-leave'))) return;
    await this.#deeds.leave(did, force);
    if (this.#deeds.failed === undefined) this.moving = false;
  }

  async #confirm(id: string): Promise<boolean> {
    return await this.renderRoot.querySelector<HfConfirm>(`#${id}`)?.ask() === true;
  }
}

customElements.define('holdfast-mirror', HoldfastMirror);

const confirms = ({ url, waiting, from }: Mirror): TemplateResult => html`
  <hf-confirm id="confirm-hand-over" heading=${msg('Send everything again?')} action=${msg('Send it')}>
    <p>${msg('All records go to the mirror as one copy, in the place of what it holds, and the pictures that it lacks. Nothing here changes. With many records it takes a while.')}</p>
  </hf-confirm>
  ${from === undefined ? leaveConfirm(url, waiting) : giveUpConfirm(url, from)}
  <hf-confirm id="confirm-force" heading=${msg('Leave without its answer?')} action=${msg('Leave it')} danger>
    <p>${msg('The mirror does not answer, so it cannot be told. It may go on showing its copy for a while, and a sealed kit if one lies there; it can change nothing in them.')}</p>
    <p><strong>${msg('Your data stays here, in this browser.')}</strong></p>
  </hf-confirm>`;

const leaveConfirm = (url: string, waiting: number): TemplateResult => html`
  <hf-confirm id="confirm-leave" heading=${msg(str`Leave ${hostOf(url)}?`)} action=${msg('Leave it')} danger>
    <p>${msg('The mirror deletes its copy. A sealed kit, if one lies there, goes too. Apps no longer find your account until you pair again, with this mirror or another.')}</p>
    <p><strong>${msg('Your data stays here, in this browser.')}</strong> ${waiting === 0 ? nothing : waiting === 1 ? msg('1 change has not reached the mirror.') : msg(str`${formatNumber(waiting)} changes have not reached the mirror.`)}</p>
  </hf-confirm>`;

const giveUpConfirm = (url: string, from: string): TemplateResult => html`
  <hf-confirm id="confirm-leave" heading=${msg(str`Give up moving to ${hostOf(url)}?`)} action=${msg('Give up')}>
    <p>${msg(str`${hostOf(from)} stays your mirror, as before, and gets what was written meanwhile. ${hostOf(url)} deletes what it has got, unless it was a standby.`)}</p>
  </hf-confirm>`;

const reading = (): TemplateResult => html`<p class="soft" role="status">${msg('Reading…')}</p>`;

/** Where no account is here yet, who was invited makes one first: the invitation is kept in mind. */
function nobody(): TemplateResult {
  const brought = invited();
  if (brought === undefined) return html`<hf-empty text=${msg('There is no account in this house yet, so there is nothing to mirror.')}></hf-empty>`;
  return html`
    <section class="card stack" aria-labelledby="invited">
      <h2 id="invited">${msg(str`You are invited to ${hostOf(brought.address)}`)}</h2>
      <p>${msg('First make an account here, or bring one back, and keep its recovery kit. Then come to this page: the address and the invitation are filled in.')}</p>
      <div class="row"><a class="button primary" href="/welcome">${ICONS.key}${msg('Make an account')}</a></div>
    </section>`;
}
