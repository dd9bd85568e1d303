import { html, LitElement, nothing } from 'lit';
import { askToNotify, endWakings, wakeability } from '../../house/waking.ts';
import { formatDay, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { alertPlaces, doAt, doEverywhere, isNotifiedHere, notifyHere, stopNotifyingHere } from '../../state/alert-places.ts';
import { alertAdvice } from '../../state/alert-words.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Account } from '../../state/account-store.ts';
import type { AlertFailure, AlertPlace, Alerts, Deed } from '../../state/alert-places.ts';
import type { Mirror } from '../../state/mirror-store.ts';

type Way = Alerts['ways'][number];

const DEED = 'app.holdfast.mirror.setAlerts';

/** How the mirror and its standbys tell the owner when no page is open: the ways, adding, confirming, testing and removing one. */
export class AlertsCard extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    account: { attribute: false }, mirror: { attribute: false }, places: { state: true }, adding: { state: true }, busy: { state: true }, failed: { state: true }, done: { state: true },
  };

  declare account: Account;
  declare mirror: Mirror;
  /** The mirror first. Undefined while they are asked. */
  declare protected places: readonly AlertPlace[] | undefined;
  declare protected adding: 'webhook' | 'email' | undefined;
  declare protected busy: boolean;
  declare protected failed: AlertFailure | undefined;
  declare protected done: string | undefined;
  #secret = '';
  #asked = '';

  constructor() {
    super();
    this.busy = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('account') && !changed.has('mirror')) return;
    const { account: { did }, mirror: { url, standbys = [] } } = this;
    const asking = [did, url, ...standbys.map((each) => each.url)].join(' ');
    if (asking === this.#asked) return;
    this.#asked = asking;
    void this.#load();
  }

  override render(): TemplateResult {
    const { failed, places = [] } = this;
    return html`
      <section class="card stack" aria-labelledby="alerts">
        <h2 id="alerts" tabindex="-1">${msg('How you are told when no page is open')}</h2>
        <p class="soft">${msg('Your mirror watches your identity. When somebody else changes it, you have 72 hours to undo that. The mirror also tells you when it stops serving you, or soon will.')}
          ${places.length > 1 ? msg('A standby tells you when it cannot rely on your mirror any more. What you add here is added at each.') : nothing}</p>
        <div role="status">${this.done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${this.done}</span></p>`}</div>
        ${failed === undefined ? nothing : html`
          ${places.length > 1 ? html`<p>${msg(str`This went wrong at ${hostOf(failed.url)}:`)}</p>` : nothing}
          <hf-error .error=${withoutSafety(failed.error)} safe=${msg('Your data is safe: everything is in this browser.')} advice=${alertAdvice(failed.error) ?? nothing}></hf-error>`}
        ${this.#content()}
      </section>`;
  }

  #content(): TemplateResult {
    const { places } = this;
    if (places === undefined) return html`<p class="soft" role="status">${msg('Reading…')}</p>`;
    if (places.every(({ alerts }) => alerts === undefined)) {
      return html`
        <p>${msg('The mirror could not be asked how it tells you. It may be away, or of an earlier version.')}</p>
        <div class="row"><button id="again" aria-disabled=${this.#disabled} @click=${this.#load}>${msg('Ask again')}</button></div>`;
    }
    return html`
      ${this.#switch(places)}
      ${places.map((place) => html`
        ${places.length === 1 ? nothing : html`<h3>${place.isStandby ? msg(str`Standby ${hostOf(place.url)}`) : msg(str`Mirror ${hostOf(place.url)}`)}</h3>`}
        ${this.#ways(place)}`)}
      ${this.adding === 'webhook' ? this.#webhookForm() : this.adding === 'email' ? this.#emailForm() : this.#adders(places)}`;
  }

  #ways(place: AlertPlace): TemplateResult {
    const { alerts, isStandby } = place;
    if (alerts === undefined) return html`<p>${msg('It could not be asked how it tells you. It may be away, or of an earlier version.')}</p>`;
    if (alerts.ways.length > 0) return html`<dl class="facts">${alerts.ways.map((way) => this.#row(place, way))}</dl>`;
    return html`<p>${isStandby ? msg('It tells you nothing yet.') : msg('Nobody tells you yet: you would hear of it when you open a page.')}</p>`;
  }

  /** Whether this browser is woken, as one switch for all of them. */
  #switch(places: readonly AlertPlace[]): TemplateResult | typeof nothing {
    if (!places.some(({ alerts }) => alerts?.pushKey !== undefined)) return nothing;
    const able = wakeability();
    const isOn = able === 'granted' && isNotifiedHere(places);
    return html`
      <div>
        <label class="choice"><input id="notify" type="checkbox" role="switch" aria-describedby="notify-hint" .checked=${isOn}
          ?disabled=${able === 'unsupported'} @change=${this.#notify} />${msg('Notify this browser')}</label>
        <span class="soft small" id="notify-hint">${able === 'unsupported'
          ? msg('This window cannot be notified: the browser is too old, or the window is private. On an iPhone or iPad, add Holdfast to the Home Screen first.')
          : able === 'denied' ? msg('This browser lets the page notify nobody, as it does in every private window. You can change that in its settings.')
            : msg('A service of the maker of your browser carries the message. It cannot read it, and learns when your mirror sends one.')}</span>
      </div>`;
  }

  #row(place: AlertPlace, { id, kind, target, confirmed, lostAt }: Way): TemplateResult {
    const isHere = id === place.here;
    return html`
      <div>
        <dt>${kind === 'email' ? msg('E-mail') : kind === 'push' ? isHere ? msg('This browser') : msg('Browser') : msg('Webhook')}</dt>
        <dd data-confirmed=${confirmed} data-lost=${lostAt !== undefined}>
          <span class="mono data">${target}</span>
          ${lostAt === undefined ? nothing : html`<span>${msg(str`Lost on ${formatDay(lostAt)}: its push service knows it no more. Switch it on again in that browser.`)}</span>`}
          ${confirmed ? nothing : html`
            <form class="row" @submit=${(event: SubmitEvent) => this.#confirm(event, place, id)}>
              <label for="code-${id}">${msg('Code from the e-mail')}</label>
              <input id="code-${id}" name="code" class="mono" maxlength="20" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required />
              <button class="primary" type="submit" aria-disabled=${this.#disabled}>${msg('Confirm')}</button>
            </form>`}
          <span class="row">
            ${confirmed && lostAt === undefined ? html`<button class="test" aria-disabled=${this.#disabled} aria-label=${msg(str`Send a test to ${target}`)} @click=${() => this.#test(place, id)}>${ICONS.send}${msg('Send a test')}</button>` : nothing}
            <button class="danger remove" aria-disabled=${this.#disabled} aria-label=${msg(str`Remove ${target}`)} @click=${() => this.#remove(place, id)}>${msg('Remove')}</button>
          </span>
        </dd>
      </div>`;
  }

  #adders(places: readonly AlertPlace[]): TemplateResult {
    const known = places.flatMap(({ alerts }) => alerts ?? []);
    if (known.every(({ ways, most }) => ways.filter(({ kind }) => kind !== 'push').length >= most)) return html`<p class="soft">${msg('More webhooks and addresses are not possible.')}</p>`;
    const sendsLetters = known.some(({ kinds }) => kinds.includes('email'));
    return html`
      <div class="row">
        ${sendsLetters ? html`<button id="add-email" @click=${() => this.#begin('email')}>${ICONS.plus}${msg('Add an e-mail address')}</button>` : nothing}
        <button id="add-webhook" @click=${() => this.#begin('webhook')}>${ICONS.plus}${msg('Add a webhook')}</button>
      </div>
      ${sendsLetters ? nothing : html`<p class="soft">${msg('This mirror sends no e-mail.')}</p>`}`;
  }

  #emailForm(): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#addEmail}>
        <div class="field">
          <label for="address">${msg('Your e-mail address')}</label>
          <input id="address" name="address" type="email" maxlength="254" autocomplete="email" aria-describedby="address-hint" required />
          <span class="soft small" id="address-hint">${msg('A code is sent there. The mirror’s operator can see the address.')}</span>
        </div>
        ${this.#formEnd(msg('Send the code'))}
      </form>`;
  }

  #webhookForm(): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#addWebhook}>
        <div class="field">
          <label for="url">${msg('Address of your server')}</label>
          <input id="url" name="url" type="url" maxlength="512" autocapitalize="none" spellcheck="false" autocomplete="off" required />
        </div>
        <div class="field">
          <label for="secret">${msg('Secret')}</label>
          <input id="secret" name="secret" class="mono" minlength="16" maxlength="128" .value=${this.#secret} autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="secret-hint" required />
          <span class="soft small" id="secret-hint">${msg('Your server shows by it that a message is from your mirror. Give it to your server first: a test is sent at once, and has to be answered.')}</span>
        </div>
        ${this.#formEnd(msg('Send a test, and add it'))}
      </form>`;
  }

  #formEnd(words: string): TemplateResult {
    return html`
      <div class="row">
        <button class="primary" type="submit" aria-disabled=${this.#disabled}>${ICONS.send}${this.busy ? msg('Sending…') : words}</button>
        <button type="button" @click=${this.#stop}>${msg('Cancel')}</button>
      </div>`;
  }

  get #disabled(): string {
    return this.busy ? 'true' : 'false';
  }

  readonly #load = async (): Promise<void> => {
    const asked = this.#asked;
    Object.assign(this, { places: undefined, adding: undefined, failed: undefined, done: undefined });
    const places = await alertPlaces(this.account.did, this.mirror);
    if (asked === this.#asked) this.places = places;
  };

  #begin(kind: 'webhook' | 'email'): void {
    this.#secret = crypto.randomUUID().replaceAll('-', '');
    Object.assign(this, { adding: kind, done: undefined, failed: undefined });
    this.#focus(kind === 'email' ? '#address' : '#url');
  }

  readonly #stop = (): void => {
    const { adding } = this;
    Object.assign(this, { adding: undefined, failed: undefined });
    this.#focus(`#add-${adding}`);
  };

  readonly #addEmail = async (event: SubmitEvent): Promise<void> => {
    const address = given(event, 'address');
    await this.#do((place) => (
      place.alerts?.kinds.includes('email') === true ? this.#at(place, { $type: `${DEED}#addEmail`, address }) : undefined), msg(str`A code is on its way to ${address}.`));
  };

  readonly #addWebhook = async (event: SubmitEvent): Promise<void> => {
    const [url, secret] = [given(event, 'url'), given(event, 'secret')];
    await this.#do((place) => (
      place.alerts && this.#at(place, { $type: `${DEED}#addWebhook`, url: url as `${string}:${string}`, secret })), msg('Your server has answered the test. You are told there from now on.'));
  };

  readonly #notify = async (event: Event): Promise<void> => {
    const { did } = this.account;
    const input = event.currentTarget as HTMLInputElement;
    const isOn = input.checked;
    if (this.busy) {
      input.checked = !isOn;
      return;
    }
    const [first] = this.places ?? [];
    if (isOn) {
      try {
        await askToNotify();
      } catch (error) {
        Object.assign(this, { failed: { url: first?.url, error }, done: undefined });
        input.checked = false;
        return;
      }
    }
    await this.#do(
      (place) => (isOn ? notifyHere(did, place) : stopNotifyingHere(did, place)),
      isOn ? msg('This browser is notified from now on: a test is on its way.') : msg('This browser is not notified any more.'), '#notify',
    );
    // Also by one that could not be asked: it hears from the push service that this browser is there no more.
    if (!isOn) await endWakings(did).catch(() => undefined);
    input.checked = isNotifiedHere(this.places ?? []);
  };

  async #confirm(event: SubmitEvent, place: AlertPlace, id: string): Promise<void> {
    const code = given(event, 'code');
    await this.#do(this.#only(place, { $type: `${DEED}#confirm`, id, code }), msg('The address is confirmed. You are told there from now on.'));
  }

  async #test(place: AlertPlace, id: string): Promise<void> {
    await this.#do(this.#only(place, { $type: `${DEED}#test`, id }), msg('A test was sent.'));
  }

  async #remove(place: AlertPlace, id: string): Promise<void> {
    const { did } = this.account;
    const work = id === place.here ? (each: AlertPlace) => (each === place ? stopNotifyingHere(did, each) : undefined) : this.#only(place, { $type: `${DEED}#remove`, id });
    await this.#do(work, msg('Nothing is sent there any more.'));
  }

  #at(place: AlertPlace, deed: Deed): Promise<AlertPlace> {
    return doAt(this.account.did, place, deed);
  }

  #only(place: AlertPlace, deed: Deed): (each: AlertPlace) => Promise<AlertPlace> | undefined {
    return (each) => (each === place ? this.#at(each, deed) : undefined);
  }

  async #do(work: (place: AlertPlace) => Promise<AlertPlace> | undefined, words: string, focus = '#alerts'): Promise<void> {
    if (this.busy || this.places === undefined) return;
    const asked = this.#asked;
    Object.assign(this, { busy: true, failed: undefined, done: undefined });
    const { places, failed, isDone } = await doEverywhere(this.account.did, this.places, work);
    this.busy = false;
    if (asked !== this.#asked) return;
    Object.assign(this, { places, failed, ...(isDone && { adding: undefined, done: words }) });
    if (isDone) this.#focus(focus);
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }
}

customElements.define('holdfast-alerts', AlertsCard);

function given(event: SubmitEvent, name: string): string {
  event.preventDefault();
  return String(new FormData(event.currentTarget as HTMLFormElement).get(name)).trim();
}
