import { Task } from '@lit/task';
import { html, LitElement, nothing } from 'lit';
import '../components/check-offer.ts';
import '../components/identity-notice.ts';
import '../components/commit-list.ts';
import '../components/hf-copy.ts';
import '../components/hf-empty.ts';
import '../components/hf-error.ts';
import '../components/mirror-notice.ts';
import { segments } from '../components/bar-segments.ts';
import { house } from '../house/client.ts';
import { formatAgo, formatBytes, formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { atPath } from '../router.ts';
import { AccountController, accountName } from '../state/account-store.ts';
import { lastBackup, note } from '../state/backups.ts';
import { healthOf } from '../state/health.ts';
import { StandingController } from '../state/standing.ts';
import { controls } from '../styles/controls.ts';
import { homeStyles } from '../styles/home.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';
import type { Account } from '../state/account-store.ts';
import type { Commit } from '../components/commit-list.ts';
import type { Health, StorageFacts } from '../state/health.ts';
import type { Standing } from '../state/mirror-words.ts';

/** All that Home shows beside the account itself. */
interface Facts {
  readonly did: string;
  readonly details: lexicons.AppHoldfastAccountDescribe.$output;
  readonly commits: readonly Commit[];
  readonly storage: StorageFacts;
}

const HEALTH_ICONS = { keys: ICONS.key, backup: ICONS.backup, mirror: ICONS.mirror, storage: ICONS.storage } as const;
const STATE_ICONS = { good: ICONS.passed, amber: ICONS.warning, later: ICONS.waiting } as const;

/** How the account stands: one line of fact, what its safety rests on, and what was done last. */
export class HoldfastHome extends LitElement {
  static override styles = [shared, controls, homeStyles];
  static override properties = { params: { attribute: false } };
  #accounts = new AccountController(this);
  #standing = new StandingController(this);
  #facts = new Task(this, {
    task: async ([did]): Promise<Facts | undefined> => (did === undefined ? undefined : loadFacts(did)),
    args: () => [this.#accounts.current?.did, this.#accounts.current?.head.rev, this.#accounts.current?.kit] as const,
  });

  override render(): TemplateResult {
    const { current } = this.#accounts;
    if (current === undefined) {
      return html`<div class="screen"><h1>${msg('Home')}</h1><p class="soft" role="status">${msg('Opening the house…')}</p></div>`;
    }
    const facts = this.#facts.value?.did === current.did ? this.#facts.value : undefined;
    return html`
      <div class="screen">
        <div>
          <h1>${accountName(current)}</h1>
          <p class="soft">${factLine(current, facts?.commits[0], this.#standing.known(current))}</p>
        </div>
        ${this.#facts.error === undefined ? nothing : html`
          <hf-error .error=${this.#facts.error} retry @retry=${() => this.#facts.run()}></hf-error>`}
        <holdfast-identity-notice></holdfast-identity-notice>
        <holdfast-mirror-notice></holdfast-mirror-notice>
        <holdfast-check-offer></holdfast-check-offer>
        <section aria-labelledby="health">
          <h2 id="health" class="visually-hidden">${msg('What your account rests on')}</h2>
          <ul class="health">
            ${healthOf(current, lastBackup(current.did), facts?.storage, this.#standing.known(current)).map((health) => html`<li>${healthCard(health)}</li>`)}
          </ul>
        </section>
        ${lastChanges(current, facts?.commits)} ${collections(current.did, facts?.details)} ${identity(current, facts?.details)}
      </div>`;
  }
}

customElements.define('holdfast-home', HoldfastHome);

async function loadFacts(did: Account['did']): Promise<Facts> {
  const [details, { commits }, { usage, quota }, persisted] = await Promise.all([
    house.get('app.holdfast.account.describe', { did }),
    house.get('app.holdfast.activity.list', { did, limit: 5 }),
    house.get('app.holdfast.house.describe', {}),
    navigator.storage?.persisted?.().catch(() => undefined),
    note(),
  ]);
  return { did, details, commits, storage: { persisted, usage, quota } };
}

/** What is here, and where else it is: one line of fact. */
function factLine({ records }: Account, last: Commit | undefined, standing: Standing | undefined): string {
  const count = records === 1 ? msg('1 record') : msg(str`${formatNumber(records)} records`);
  const where = { none: msg('only in this browser'), mirrored: msg('mirrored') } as const;
  const place = standing?.id === 'none' || standing?.id === 'mirrored' ? where[standing.id] : undefined;
  const parts = [count, ...(last === undefined ? [] : [msg(str`last change ${formatAgo(last.time)}`)]), ...(place === undefined ? [] : [place])];
  return `${parts.join(', ')}.`;
}

function healthCard({ id, name, state, word, text, action }: Health): TemplateResult {
  return html`
    <article class="card thing" data-state=${state} aria-labelledby=${id}>
      <span class="ring">${HEALTH_ICONS[id]}</span>
      <div class="words">
        <h3 id=${id}>${name}</h3>
        <p class="word">${STATE_ICONS[state]}${word}</p>
        <p class="small soft">${text}</p>
        ${action === undefined ? nothing : html`<a class="button quiet" href=${action.href}>${action.words}</a>`}
      </div>
    </article>`;
}

function lastChanges({ did }: Account, commits: readonly Commit[] | undefined): TemplateResult | typeof nothing {
  if (commits?.length === 0) return nothing;
  return html`
    <section class="stack" aria-labelledby="changes" aria-busy=${commits === undefined ? 'true' : 'false'}>
      <div class="row between"><h2 id="changes">${msg('Last changes')}</h2><a class="button quiet" href="/activity">${msg('All activity')}</a></div>
      ${commits === undefined ? html`<p class="soft">${msg('Reading…')}</p>` : html`
        <div class="card"><holdfast-commits did=${did} .commits=${commits}></holdfast-commits></div>`}
    </section>`;
}

function collections(did: string, details: Facts['details'] | undefined): TemplateResult | typeof nothing {
  if (details === undefined) return nothing;
  const list = [...details.collections].sort((a, b) => b.records - a.records);
  const total = list.reduce((sum, { records }) => sum + records, 0);
  return html`
    <section class="stack" aria-labelledby="collections">
      <h2 id="collections">${msg('Collections')}</h2>
      ${list.length === 0 ? html`
        <hf-empty text=${msg('There are no records yet. The first one could be your profile.')}>
          <a class="button primary" href="/profile">${msg('Write your profile')}</a>
        </hf-empty>` : html`
        <div class="card stack">
          <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${segments(list.map(({ records }) => records / total))}</svg>
          <ul class="legend">
            ${list.map(({ collection, records, bytes }, index) => html`
              <li>
                <span class="swatch" data-hue=${index % 5}></span>
                <a href=${atPath(did, collection)} class="mono">${collection}</a>
                <span class="soft small numbers">${msg(str`${formatNumber(records)} · ${formatBytes(bytes)}`)}</span>
              </li>`)}
          </ul>
        </div>`}
    </section>`;
}

function identity(account: Account, details: Facts['details'] | undefined): TemplateResult {
  return html`
    <section class="stack" aria-labelledby="identity">
      <div class="row between">
        <h2 id="identity">${msg('Identity')}</h2>
        <div class="row">
          <a class="button quiet" href="/identity">${msg('Look at the identity')}</a>
          <a class="button quiet" href="/profile">${msg('Edit the profile')}</a>
          <a class="button quiet" href="/welcome">${msg('Add an account')}</a>
        </div>
      </div>
      <dl class="card facts">
        <div><dt>${msg('DID')}</dt><dd><hf-copy text=${account.did} label=${msg('the DID')} full></hf-copy></dd></div>
        ${account.handle === undefined ? nothing : html`<div><dt>${msg('Handle')}</dt><dd>${account.handle}</dd></div>`}
        <div><dt>${msg('Head')}</dt><dd><hf-copy text=${account.head.cid} label=${msg('the CID of the head')}></hf-copy></dd></div>
        <div><dt>${msg('Rev')}</dt><dd class="mono">${account.head.rev}</dd></div>
        ${details === undefined ? nothing : html`
          <div><dt>${msg('Signing key')}</dt><dd><hf-copy text=${details.signingKey} label=${msg('the signing key')}></hf-copy></dd></div>
          <div><dt>${msg('Registered')}</dt><dd>${details.operations === 0
            ? msg('Yes') : msg('Not yet. The signed operation waits here until you pair with a mirror.')}</dd></div>`}
      </dl>
    </section>`;
}
