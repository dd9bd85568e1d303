import { html, LitElement, nothing } from 'lit';
import '../components/hf-confirm.ts';
import '../components/hf-empty.ts';
import './mirror/alarm-card.ts';
import './mirror/pair-form.ts';
import './mirror/pairing-steps.ts';
import { problemOf } from '../components/hf-error.ts';
import { house } from '../house/client.ts';
import { formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { AccountController } from '../state/account-store.ts';
import { withoutSafety } from '../state/safety-words.ts';
import { mirrorPairing, PairingController } from '../state/mirror-pairing.ts';
import { MirrorController, mirrorStore } from '../state/mirror-store.ts';
import { hostOf } from '../state/mirror-words.ts';
import { pairingAdvice } from '../state/pairing-words.ts';
import { StandingController } from '../state/standing.ts';
import { controls } from '../styles/controls.ts';
import { mirrorStyles } from '../styles/mirror.ts';
import { shared } from '../styles/shared.ts';
import { mirrorFacts } from './mirror/mirror-facts.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { HfConfirm } from '../components/hf-confirm.ts';
import type { Params } from '../router.ts';
import type { Account } from '../state/account-store.ts';
import type { Mirror } from '../state/mirror-store.ts';

/** What the owner can have done to a mirror, by name. */
type Deed = 'pause' | 'hand-over' | 'blobs' | 'look' | 'leave';

const CHANGE_FIRST: ReadonlySet<string> = new Set(['HandleNotAvailable', 'UnsupportedDomain', 'InvalidInviteCode']);

/** The always-on copy: pairing with one, how it stands, and leaving it. */
export class HoldfastMirror extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    params: { attribute: false }, busy: { state: true }, failed: { state: true }, done: { state: true }, moving: { state: true }, namedAt: { state: true },
  };

  declare params: Params;
  declare protected busy: Deed | undefined;
  declare protected failed: { readonly deed: Deed; readonly error: unknown } | undefined;
  /** What was just done, in a sentence. */
  declare protected done: string | undefined;
  declare protected moving: boolean;
  declare protected namedAt: string | undefined;
  #accounts = new AccountController(this);
  #mirrors = new MirrorController(this);
  #standing = new StandingController(this);
  #phase: string | undefined;

  constructor() {
    super();
    this.moving = false;
    void new PairingController(this);
  }

  override render(): TemplateResult {
    const { current } = this.#accounts;
    return html`
      <div class="screen">
        <div class="stack">
          <h1 tabindex="-1">${msg('Mirror')}</h1>
          <p>${msg('A mirror is an always-on copy of what you have made public. With one, apps and people reach your account while this browser is closed.')}</p>
        </div>
        <div role="status">${this.done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${this.done}</span></p>`}</div>
        ${current === undefined ? html`<hf-empty text=${msg('There is no account in this house yet, so there is nothing to mirror.')}></hf-empty>` : this.#content(current)}
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
    // What was filled in has to be changed before it can go on.
    if (pairing.phase === 'failed' && CHANGE_FIRST.has(problemOf(pairing.error).code)) this.moving = true;
    if (phase === 'done') {
      this.moving = false;
      this.done = msg('Paired. From now on every change arrives there by itself.');
      mirrorPairing.forget();
    }
    // The form goes and the steps come, or the other way round; whoever works with it follows.
    this.renderRoot.querySelector<HTMLElement>(phase === 'pairing' ? 'holdfast-pairing-steps' : 'h1')?.focus();
  }

  #content(account: Account): TemplateResult | typeof nothing {
    const { did, mirror, error } = this.#mirrors.state;
    if (did === undefined) {
      if (error === undefined) return html`<p class="soft" role="status">${msg('Reading…')}</p>`;
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

  #unfinished({ did }: Account, mirror: Mirror): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="unfinished">
        <h2 id="unfinished">${msg(str`Pairing with ${hostOf(mirror.url)} is not finished`)}</h2>
        <p>${msg('Your data is safe here. What was done so far stays, and goes on from the step at which it stopped.')}</p>
        ${this.#problem()}
        <div class="row">
          <button class="primary" id="go-on" @click=${() => mirrorPairing.pair({ did, url: mirror.url, ...(mirror.handle && { handle: mirror.handle }) })}>${ICONS.mirror}${msg('Go on')}</button>
          <button id="other" aria-expanded=${this.moving ? 'true' : 'false'} @click=${() => (this.moving = !this.moving)}>${msg('Another name or mirror')}</button>
          <button class="danger" aria-disabled=${this.#disabled} @click=${() => this.#leave(did)}>${msg('Give up')}</button>
        </div>
      </section>`;
  }

  #paired(account: Account, mirror: Mirror): TemplateResult {
    const { did } = account;
    const standing = this.#standing.of(account);
    const isPaused = mirror.state === 'paused';
    return html`
      ${mirror.alarm === undefined ? nothing : html`
        <holdfast-alarm-card .alarm=${mirror.alarm} ?busy=${this.busy !== undefined}
          @go-on=${() => this.#pause(did, false)} @hand-over=${() => this.#handOver(did)} @leave=${() => this.#leave(did)}></holdfast-alarm-card>`}
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
        ${mirrorFacts(mirror, account, {
          busy: this.busy, namedAt: this.namedAt, look: () => this.#look(did), sendBlobs: () => this.#sendBlobs(did),
        })}
        <div class="row">
          ${mirror.alarm !== undefined ? nothing : html`
            <button id="pause" class=${isPaused ? 'primary' : ''} aria-disabled=${this.#disabled} @click=${() => this.#pause(did, !isPaused)}>
              ${isPaused ? html`${ICONS.ahead}${msg('Go on')}` : html`${ICONS.pause}${msg('Pause')}`}</button>
            <button id="hand-over" aria-disabled=${this.#disabled} @click=${() => this.#handOver(did)}>
              ${ICONS.send}${this.busy === 'hand-over' ? msg('Sending…') : msg('Send everything again')}</button>`}
          <button id="move" aria-expanded=${this.moving ? 'true' : 'false'} @click=${() => (this.moving = !this.moving)}>${ICONS.move}${msg('Move to another mirror')}</button>
          ${mirror.alarm !== undefined ? nothing : html`
            <button id="leave" class="danger" aria-disabled=${this.#disabled} @click=${() => this.#leave(did)}>${msg('Leave this mirror')}</button>`}
        </div>
      </section>`;
  }

  get #disabled(): 'true' | 'false' {
    return this.busy === undefined ? 'false' : 'true';
  }

  #problem(): TemplateResult | typeof nothing {
    if (this.failed === undefined) return nothing;
    const { deed, error } = this.failed;
    const did = this.#accounts.current?.did;
    const canForce = deed === 'leave' && problemOf(error).code === 'MirrorUnreachable' && did !== undefined;
    return html`
      <hf-error .error=${withoutSafety(error)} safe=${msg('Your data is safe: everything is in this browser.')}
        advice=${canForce ? msg('Try again later, or leave without its answer: then its copy stays there until it hears of it.') : pairingAdvice(error) ?? nothing}></hf-error>
      ${canForce ? html`<div class="row"><button class="danger" id="force" aria-disabled=${this.#disabled} @click=${() => this.#leave(did, true)}>${msg('Leave without its answer')}</button></div>` : nothing}`;
  }

  async #do(deed: Deed, work: () => Promise<string | undefined>): Promise<void> {
    if (this.busy !== undefined) return;
    this.busy = deed;
    this.failed = undefined;
    this.done = undefined;
    try {
      this.done = await work();
    } catch (error) {
      this.failed = { deed, error };
    } finally {
      this.busy = undefined;
      void mirrorStore.refresh();
    }
  }

  #pause(did: Account['did'], paused: boolean): Promise<void> {
    return this.#do('pause', async () => {
      const { mirror } = await house.post('app.holdfast.bridge.setPaused', { did, paused });
      mirrorStore.learn(mirror);
      return paused ? msg('Paused. What you write is kept here and waits.') : undefined;
    });
  }

  async #handOver(did: Account['did']): Promise<void> {
    if (this.busy !== undefined || !(await this.#confirm('confirm-hand-over'))) return;
    await this.#do('hand-over', async () => {
      await house.post('app.holdfast.bridge.handOver', { did });
      return msg('Everything was sent again, and the mirror has confirmed it.');
    });
  }

  #sendBlobs(did: Account['did']): Promise<void> {
    return this.#do('blobs', async () => {
      const { sent, missing } = await house.post('app.holdfast.bridge.sendBlobs', { did });
      const words = sent === 1 ? msg('1 was sent.') : msg(str`${formatNumber(sent)} were sent.`);
      return missing === 0 ? words : `${words} ${msg(str`${formatNumber(missing)} are not in this browser either.`)}`;
    });
  }

  #look(did: Account['did']): Promise<void> {
    return this.#do('look', async () => {
      const { mirror } = await house.post('app.holdfast.bridge.look', { did });
      mirrorStore.learn(mirror);
      this.namedAt = mirror.alarm === undefined ? new Date().toISOString() : undefined;
      return undefined;
    });
  }

  async #leave(did: Account['did'], force = false): Promise<void> {
    if (this.busy !== undefined || !(await this.#confirm(force ? 'confirm-force' : 'confirm-leave'))) return;
    await this.#do('leave', async () => {
      await house.post('app.holdfast.bridge.leave', { did, ...(force && { force }) });
      mirrorPairing.forget();
      this.moving = false;
      this.namedAt = undefined;
      await mirrorStore.refresh();
      return msg('You have left the mirror. Everything is here as before.');
    });
  }

  async #confirm(id: string): Promise<boolean> {
    return await this.renderRoot.querySelector<HfConfirm>(`#${id}`)?.ask() === true;
  }
}

customElements.define('holdfast-mirror', HoldfastMirror);

const confirms = ({ url, waiting }: Mirror): TemplateResult => html`
  <hf-confirm id="confirm-hand-over" heading=${msg('Send everything again?')} action=${msg('Send it')}>
    <p>${msg('All records go to the mirror as one copy, and the pictures that it lacks. Nothing here changes. With many records it takes a while.')}</p>
  </hf-confirm>
  <hf-confirm id="confirm-leave" heading=${msg(str`Leave ${hostOf(url)}?`)} action=${msg('Leave it')} danger>
    <p>${msg('The mirror deletes its copy. Apps no longer find your account until you pair again, with this mirror or another.')}</p>
    <p><strong>${msg('Your data stays here, in this browser.')}</strong> ${waiting === 0 ? nothing : msg(str`${formatNumber(waiting)} changes have not reached the mirror.`)}</p>
  </hf-confirm>
  <hf-confirm id="confirm-force" heading=${msg('Leave without its answer?')} action=${msg('Leave it')} danger>
    <p>${msg('The mirror does not answer, so it cannot be told. It may go on showing its copy for a while; it can change nothing in it.')}</p>
    <p><strong>${msg('Your data stays here, in this browser.')}</strong></p>
  </hf-confirm>`;
