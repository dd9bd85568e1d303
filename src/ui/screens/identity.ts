import { html, LitElement, nothing } from 'lit';
import '../components/hf-copy.ts';
import { problemOf } from '../components/hf-error.ts';
import { formatAgo, formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { AccountController } from '../state/account-store.ts';
import { IdentityController, identityStore } from '../state/identity-store.ts';
import { identityTrouble } from '../state/identity-words.ts';
import { hostOf } from '../state/mirror-words.ts';
import { controls } from '../styles/controls.ts';
import { identityStyles } from '../styles/identity.ts';
import { mirrorStyles } from '../styles/mirror.ts';
import { shared } from '../styles/shared.ts';
import './identity/alarm-card.ts';
import { identityNow } from './identity/identity-now.ts';
import './identity/imported-card.ts';
import './identity/lock-out-card.ts';
import './identity/name-card.ts';
import './identity/names-card.ts';
import { timeline } from './identity/timeline.ts';
import './identity/web-card.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Params } from '../router.ts';
import type { Account } from '../state/account-store.ts';
import type { IdentityReport } from '../jobs/identity.ts';

/** Who the account is: what its DID says now, which keys may change that, and every change there ever was. */
export class HoldfastIdentity extends LitElement {
  static override styles = [shared, controls, mirrorStyles, identityStyles];
  static override properties = { params: { attribute: false } };

  declare params: Params;
  #accounts = new AccountController(this);
  #identity = new IdentityController(this);
  #asked: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // Whoever comes here wants to know how it is now.
    this.#asked = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const did = this.#accounts.current?.did;
    if (did === undefined || did === this.#asked) return;
    this.#asked = did;
    if (isOnDomain(did)) return;
    void identityStore.refresh(did);
  }

  override render(): TemplateResult {
    const { current } = this.#accounts;
    return html`
      <div class="screen">
        <div class="stack">
          <h1>${msg('Identity')}</h1>
          <p>${current !== undefined && isOnDomain(current.did) ? msg('Your account has one name that stays for life, the DID. A document on your domain says your handle, your mirror, and the key that signs your records.')
            : msg('Your account has one number that stays for life, the DID. A public directory keeps what it says: your name, your mirror, and the keys that may change it. This house checks every entry itself, signature by signature, and believes nothing else.')}</p>
        </div>
        ${current === undefined ? html`<p class="soft" role="status">${msg('Opening the house…')}</p>` : this.#content(current)}
      </div>`;
  }

  #content(account: Account): TemplateResult {
    if (isOnDomain(account.did)) {
      return html`
        <section class="card stack" aria-labelledby="did">
          <h2 id="did">${msg('Your DID')}</h2>
          <hf-copy text=${account.did} label=${msg('the DID')} full></hf-copy>
        </section>
        <holdfast-web-card did=${account.did}></holdfast-web-card>`;
    }
    const { report, checkedAt, isAsking, error } = this.#identity.standing;
    return html`
      ${report?.alarm === undefined ? nothing : html`<holdfast-identity-alarm .report=${report}></holdfast-identity-alarm>`}
      <section class="card stack" aria-labelledby="did" aria-busy=${isAsking ? 'true' : 'false'}>
        <h2 id="did">${msg('Your DID')}</h2>
        <hf-copy text=${account.did} label=${msg('the DID')} full></hf-copy>
        <div id="verdict" role="status">${verdict(report, checkedAt, isAsking)}</div>
        ${isAsking || error === undefined ? nothing : trouble(error)}
        ${report?.mirror === undefined ? nothing : html`<p class="soft" id="watch">${watchWords(report.mirror)}</p>`}
        <div class="row"><button id="again" aria-disabled=${isAsking ? 'true' : 'false'} @click=${() => void identityStore.refresh(account.did)}>
          ${ICONS.restore}${msg('Ask the directory again')}</button></div>
      </section>
      ${report === undefined ? nothing : html`
        ${report.state === undefined ? nothing : identityNow(report.state)}
        ${report.standing === 'registered' && report.alarm === undefined ? html`
          ${lockOut(account, report)}
          <holdfast-name-card did=${account.did}></holdfast-name-card>
          <holdfast-names-card did=${account.did} .names=${report.state?.furtherNames ?? []}></holdfast-names-card>
          <holdfast-imported-key did=${account.did} .imported=${report.imported}></holdfast-imported-key>` : nothing}
        ${timeline(report)}
        <holdfast-web-card did=${account.did}></holdfast-web-card>`}`;
  }
}

customElements.define('holdfast-identity', HoldfastIdentity);

/** No directory keeps it, so there is nothing to ask one about. */
function isOnDomain(did: string): boolean {
  return did.startsWith('did:web:');
}

function verdict(report: IdentityReport | undefined, checkedAt: number, isAsking: boolean): TemplateResult | typeof nothing {
  if (isAsking) return html`<p class="soft">${msg('Asking the directory, and verifying what it says…')}</p>`;
  if (report === undefined) return nothing;
  const host = hostOf(report.directory);
  if (report.fault !== undefined) return byMirror(report, report.fault);
  if (report.missing > 0) return heldBack(report);
  if (report.standing === 'unregistered') {
    return html`
      <p class="note">${ICONS.house}<span><strong>${msg('Not registered yet, and that is all right.')}</strong>
        ${msg('Your identity was made in this browser and is complete. The directory hears of it when you pair with a mirror; until then nobody else knows this account.')}</span></p>`;
  }
  if (report.standing === 'ended') {
    return html`<p class="note bad">${ICONS.failed}<span><strong>${msg('This identity was ended.')}</strong> ${msg('Your records are safe in this browser, but the network no longer knows the account.')}</span></p>`;
  }
  const count = report.entries.filter(({ time }) => time !== undefined).length;
  const ago = formatAgo(new Date(checkedAt).toISOString());
  return html`
    <p class="note good">${ICONS.passed}<span><strong>${msg('Every entry was verified.')}</strong>
      ${count === 1 ? msg(str`1 operation, from ${host}, ${ago}.`) : msg(str`${formatNumber(count)} operations, from ${host}, ${ago}.`)}</span></p>`;
}

/** What the mirror does meanwhile. */
function watchWords({ lookedAt, only }: NonNullable<IdentityReport['mirror']>): string {
  if (only > 0) return msg('Your mirror shows more than the directory does. It was verified here, and is told below with the rest.');
  return lookedAt === undefined ? msg('Your mirror watches the directory too, also when no page is open. It has not looked yet.')
    : msg(str`Your mirror watches the directory too, also when no page is open. It looked ${formatAgo(lookedAt)}.`);
}

/** The directory is no help just now, and the mirror has seen it. */
function byMirror({ directory, mirror }: IdentityReport, fault: NonNullable<IdentityReport['fault']>): TemplateResult {
  const [host, ago] = [hostOf(directory), mirror?.lookedAt === undefined ? '' : formatAgo(mirror.lookedAt)];
  return html`
    <p class="note amber">${ICONS.warning}<span><strong>${msg('Your data is safe: it is in this browser.')}</strong>
      ${fault === 'DirectoryLies' ? msg(str`What ${host} tells does not hold, and nothing of it is believed.`) : msg(str`${host} does not answer just now.`)}
      ${msg(str`What is below is what your mirror has seen there, ${ago}, verified here.`)}</span></p>`;
}

/** Where other keys than the kit's and this house's may change the identity. */
function lockOut({ did }: Account, { state }: IdentityReport): TemplateResult | typeof nothing {
  const keys = state?.rotationKeys.filter(({ holder }) => holder === 'other' || holder === 'old-kit') ?? [];
  return keys.length === 0 ? nothing : html`<holdfast-lock-out did=${did} .keys=${keys}></holdfast-lock-out>`;
}

/** The directory has shown more than it shows now. */
function heldBack({ missing, standing }: IdentityReport): TemplateResult {
  return html`
    <p class="note bad">${ICONS.warning}<span><strong>${msg('Your data is safe: it is in this browser.')}</strong>
      ${standing === 'unregistered' ? msg('The directory says that it does not know this account, though it has shown it before.')
        : missing === 1 ? msg('The directory does not show 1 operation that it has shown before.')
          : msg(str`The directory does not show ${formatNumber(missing)} operations that it has shown before.`)}
      ${msg('It may have been restored from an old backup, or it holds them back. Ask again later; if it stays so, rely on another directory until you know why.')}</span></p>`;
}

function trouble(error: unknown): TemplateResult {
  const { safe, what, advice } = identityTrouble(error);
  const { code, message } = problemOf(error);
  return html`
    <div class="note bad" role="alert" data-code=${code}>
      ${ICONS.failed}
      <div class="stack">
        <p><strong>${safe}</strong></p>
        <p>${what} ${advice}</p>
        <details><summary>${msg('What exactly')}</summary><p class="data mono">${code}: ${message}</p></details>
      </div>
    </div>`;
}
