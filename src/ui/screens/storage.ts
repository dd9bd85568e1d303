import { Task } from '@lit/task';
import { html, LitElement, nothing } from 'lit';
import { segments } from '../components/bar-segments.ts';
import '../components/hf-error.ts';
import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { formatBytes, formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { atPath } from '../router.ts';
import { AccountController } from '../state/account-store.ts';
import { roomOf } from '../state/room.ts';
import { controls } from '../styles/controls.ts';
import { homeStyles } from '../styles/home.ts';
import { shared } from '../styles/shared.ts';
import { collectionName } from './records/collection-names.ts';
import './settings/storage-card.ts';
import './storage/compaction-card.ts';
import './storage/history-card.ts';
import { spaceOf } from './storage/space.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';
import type { Account } from '../state/account-store.ts';

type Details = lexicons.AppHoldfastAccountDescribe.$output;
type House = lexicons.AppHoldfastHouseDescribe.$output;

/** So many collections are named by themselves. */
const NAMED = 7;

/** What takes the space, how much there is, whether the browser keeps it, and the ways to have more. */
export class HoldfastStorage extends LitElement {
  static override styles = [shared, controls, homeStyles];
  static override properties = { params: { attribute: false } };

  #accounts = new AccountController(this);
  #stop: (() => void) | undefined;
  #facts = new Task(this, {
    task: async ([did]) => {
      if (did === undefined) return undefined;
      const [details, about] = await Promise.all([house.get('app.holdfast.account.describe', { did }), house.get('app.holdfast.house.describe', {})]);
      return { details, about };
    },
    args: () => [this.#accounts.current?.did, this.#accounts.current?.head.rev] as const,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    // A compaction has ended, or history has another size.
    this.#stop = houseEvents.subscribe(({ type }) => {
      if (type === 'accounts') void this.#facts.run();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override render(): TemplateResult {
    const { current } = this.#accounts;
    const facts = this.#facts.value;
    return html`
      <div class="screen">
        <div>
          <h1>${msg('Storage')}</h1>
          <p class="soft">${msg('What your account takes in this browser, and what can be done about it.')}</p>
        </div>
        ${this.#facts.error === undefined ? nothing : html`
          <hf-error .error=${this.#facts.error} safe=${msg('Your data is safe: only its size could not be read.')} retry @retry=${() => this.#facts.run()}></hf-error>`}
        ${facts === undefined ? nothing : roomNote(facts.about)}
        ${current === undefined || facts === undefined ? html`<p class="soft" role="status">${msg('Reading…')}</p>` : html`
          ${space(facts.details, facts.about)} ${collections(current, facts.details)}
          <holdfast-compaction .account=${current} .dead=${facts.details.deadBytes}></holdfast-compaction>
          <holdfast-history-room .account=${current} .details=${facts.details}></holdfast-history-room>`}
        <holdfast-storage-card page></holdfast-storage-card>
      </div>`;
  }
}

customElements.define('holdfast-storage', HoldfastStorage);

/** A word well before nothing more can be written. */
function roomNote({ usage, quota }: House): TemplateResult | typeof nothing {
  const room = roomOf({ usage, quota });
  if (room === 'enough') return nothing;
  const words = msg(str`${formatBytes(usage)} of the ${formatBytes(quota)} that the browser allows are taken.`);
  return html`
    <p class="note ${room === 'full' ? 'bad' : 'amber'}">${ICONS.warning}<span>
      <strong>${room === 'full' ? msg('There is almost no room left. What is stored is safe, but soon nothing more can be written.') : msg('The room is getting scarce. What is stored is safe.')}</strong>
      ${words} ${msg('Save a backup; then compact, give history less room, or free space on this device.')}</span></p>`;
}

function space(details: Details, about: House): TemplateResult {
  const { parts, sum } = spaceOf(details);
  const rest = about.usage - sum;
  const names = {
    records: msg('Records'), tree: msg('The tree that holds and proves them'), blobs: msg('Pictures and files'),
    history: msg('History'), dead: msg('Dead space'),
  };
  return html`
    <section class="stack" aria-labelledby="space">
      <h2 id="space">${msg('What takes the space')}</h2>
      <div class="card stack">
        ${bar(parts.map(({ bytes }) => bytes / Math.max(1, sum)))}
        <ul class="legend">
          ${parts.map(({ id, bytes }, index) => html`
            <li><span class="swatch" data-hue=${index}></span><span class="name">${names[id]}</span>
              <span class="soft small numbers">${formatBytes(bytes)}</span></li>`)}
        </ul>
        ${rest <= 0 ? nothing : html`
          <p class="soft small">${msg(str`All else of this site takes about ${formatBytes(rest)}: the app itself, other accounts, and what the browser adds.`)}</p>`}
      </div>
    </section>`;
}

function collections({ did }: Account, { collections: all }: Details): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const sorted = [...all].sort((a, b) => b.bytes - a.bytes);
  const [named, others] = [sorted.slice(0, NAMED), sorted.slice(NAMED)];
  const sum = Math.max(1, sorted.reduce((total, { bytes }) => total + bytes, 0));
  const rest = others.reduce((total, { bytes }) => total + bytes, 0);
  return html`
    <section class="stack" aria-labelledby="by-collection">
      <h2 id="by-collection">${msg('Records by collection')}</h2>
      <div class="card stack">
        ${bar([...named.map(({ bytes }) => bytes / sum), ...(rest > 0 ? [rest / sum] : [])])}
        <ul class="legend">
          ${named.map(({ collection, records, bytes }, index) => html`
            <li><span class="swatch" data-hue=${index % 5}></span><a href=${atPath(did, collection)}>${collectionName(collection)}</a>
              <span class="soft small numbers">${msg(str`${formatNumber(records)} · ${formatBytes(bytes)}`)}</span></li>`)}
          ${others.length === 0 ? nothing : html`
            <li><span class="swatch" data-hue=${named.length % 5}></span><span class="name">${msg(str`${formatNumber(others.length)} others`)}</span>
              <span class="soft small numbers">${formatBytes(rest)}</span></li>`}
        </ul>
      </div>
    </section>`;
}

// What it shows stands beside it in words.
const bar = (shares: readonly number[]): TemplateResult =>
  html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${segments(shares)}</svg>`;
