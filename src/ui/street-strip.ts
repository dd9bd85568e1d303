import { html, LitElement, nothing } from 'lit';
import { houseEvents } from './house/feed.ts';
import { ICONS } from './icons.ts';
import { formatNumber, msg, str } from './i18n.ts';
import { AccountController } from './state/account-store.ts';
import { MirrorController } from './state/mirror-store.ts';
import { hasRev, tailOf } from './state/mirror-words.ts';
import { StandingController } from './state/standing.ts';
import { watchStreet } from './state/street-watch.ts';
import { shared } from './styles/shared.ts';
import { stripStyles } from './styles/strip.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from './state/account-store.ts';

/** How long a place stays lit when a change has come there, in milliseconds. */
const LIT_MS = 600;

type Place = 'house' | 'mirror' | 'street';

/** How one place stands: `has` rests on a confirmation of that place, never on a guess. */
interface Segment {
  readonly place: Place;
  readonly href: string;
  readonly name: string;
  readonly icon: TemplateResult;
  readonly state: 'has' | 'behind' | 'trouble' | 'none';
  readonly words: string | TemplateResult;
}

const MARKS = { has: ICONS.passed, behind: ICONS.waiting, trouble: ICONS.warning } as const;

/** House, mirror, street: where the newest change is. A place lights up when it has confirmed that it has it. */
export class HoldfastStrip extends LitElement {
  static override styles = [shared, stripStyles];
  static override properties = { lit: { state: true } };
  declare protected lit: ReadonlySet<Place>;
  #accounts = new AccountController(this);
  #mirrors = new MirrorController(this);
  #standing = new StandingController(this);
  #stops: (() => void)[] = [];
  /** The revs that mirror and street had when this was last drawn, of the account `did`. */
  #seen: { readonly did: string; readonly mirror: string; readonly street: string } | undefined;

  constructor() {
    super();
    this.lit = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stops = [
      watchStreet(),
      houseEvents.subscribe((event) => {
        if (event.type === 'commit' && event.did === this.#accounts.current?.did) this.#light('house');
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops) stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { did, mirror } = this.#mirrors.state;
    if (did === undefined) return;
    const now = { did, mirror: mirror?.acked?.rev ?? '', street: mirror?.relay?.rev ?? '' };
    const before = this.#seen;
    this.#seen = now;
    if (before?.did !== did) return;
    if (now.mirror > before.mirror) this.#light('mirror');
    if (now.street > before.street) this.#light('street');
  }

  override render(): TemplateResult | typeof nothing {
    const { current } = this.#accounts;
    if (current === undefined) return nothing;
    return html`
      <ol aria-label=${msg('Where your records are')}>
        ${[this.#house(current), this.#mirror(current), this.#street(current)].map((segment) => this.#segment(segment))}
      </ol>`;
  }

  #segment({ place, href, name, icon, state, words }: Segment): TemplateResult {
    return html`
      <li class=${this.lit.has(place) ? 'lit' : ''} data-place=${place} data-state=${state}>
        <a class="place" href=${href}>
          <span class="dot">${icon}${state === 'none' || (place === 'house' && state === 'has') ? nothing : html`<span class="mark">${MARKS[state]}</span>`}</span>
          <span class="words"><strong>${name}</strong><span class="numbers">${words}</span></span>
        </a>
      </li>`;
  }

  #house({ records, head }: Account): Segment {
    const count = records === 1 ? msg('1 record') : msg(str`${formatNumber(records)} records`);
    return { place: 'house', href: '/activity', name: msg('House'), icon: ICONS.house, state: 'has', words: html`${count} ${rev(head.rev)}` };
  }

  #mirror(account: Account): Segment {
    const base = { place: 'mirror', href: '/mirror', name: msg('Mirror'), icon: ICONS.mirror } as const;
    const { did, mirror } = this.#mirrors.state;
    if (did === undefined) return { ...base, state: 'none', words: '…' };
    if (mirror === undefined) return { ...base, state: 'none', words: msg('not connected') };
    const { id } = this.#standing.of(account);
    const confirmed = hasRev(mirror.acked, account.head.rev);
    if (id === 'needs-you') return { ...base, state: 'trouble', words: msg('needs you') };
    if (confirmed && mirror.waiting === 0) return { ...base, state: 'has', words: id === 'paused' ? msg('paused, has all') : html`${msg('has all')} ${rev(account.head.rev)}` };
    const waits = mirror.waiting === 0 ? msg('catching up') : msg(str`${formatNumber(mirror.waiting)} waiting`);
    if (id === 'paused') return { ...base, state: 'behind', words: msg(str`paused, ${waits}`) };
    return { ...base, state: 'behind', words: id === 'offline' ? msg(str`offline, ${waits}`) : waits };
  }

  #street({ head }: Account): Segment {
    const base = { place: 'street', href: '/mirror', name: msg('Street'), icon: ICONS.street } as const;
    const { mirror } = this.#mirrors.state;
    if (mirror === undefined || mirror.state === 'pairing') return { ...base, state: 'none', words: msg('not connected') };
    const { relay } = mirror;
    if (relay === undefined) return { ...base, state: 'none', words: msg('not asked yet') };
    if (hasRev(relay, head.rev)) return { ...base, state: 'has', words: html`${msg('has all')} ${rev(head.rev)}` };
    return { ...base, state: 'behind', words: relay.rev === undefined ? msg('does not know you yet') : html`${msg('behind')} ${rev(relay.rev)}` };
  }

  #light(place: Place): void {
    this.lit = new Set(this.lit).add(place);
    setTimeout(() => {
      const rest = new Set(this.lit);
      rest.delete(place);
      this.lit = rest;
    }, LIT_MS);
  }
}

customElements.define('holdfast-strip', HoldfastStrip);

const rev = (text: string): TemplateResult => html`<span class="rev mono">${tailOf(text)}</span>`;
