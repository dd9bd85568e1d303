import { html, LitElement, nothing } from 'lit';
import { house } from '../../house/client.ts';
import { msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { alertAdvice } from '../../state/alert-words.ts';
import { asOwner } from '../../state/as-owner.ts';
import { withoutSafety } from '../../state/safety-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { ProcedureInput, QueryOutput } from '../../../protocol/index.ts';
import type { Account } from '../../state/account-store.ts';

type Alerts = QueryOutput<'app.holdfast.bridge.getAlerts'>['alerts'];
type Way = Alerts['ways'][number];
type Deed = ProcedureInput<'app.holdfast.bridge.setAlerts'>['deed'];

const DEED = 'app.holdfast.mirror.setAlerts';

/** How the mirror tells the owner when no page is open: the ways, adding, confirming, testing and removing one. */
export class AlertsCard extends LitElement {
  static override styles = [shared, controls, mirrorStyles];
  static override properties = {
    account: { attribute: false }, alerts: { state: true }, silent: { state: true }, adding: { state: true }, busy: { state: true }, failed: { state: true }, done: { state: true },
  };

  declare account: Account;
  declare protected alerts: Alerts | undefined;
  /** The mirror could not be asked. */
  declare protected silent: boolean;
  declare protected adding: 'webhook' | 'email' | undefined;
  declare protected busy: boolean;
  declare protected failed: unknown;
  declare protected done: string | undefined;
  #secret = '';

  constructor() {
    super();
    this.silent = false;
    this.busy = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('account') && changed.get('account')?.did !== this.account.did) void this.#load();
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="alerts">
        <h2 id="alerts" tabindex="-1">${msg('How you are told when no page is open')}</h2>
        <p class="soft">${msg('Your mirror watches your identity. When somebody else changes it, you have 72 hours to undo that. The mirror also tells you when it stops serving you, or soon will.')}</p>
        <div role="status">${this.done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${this.done}</span></p>`}</div>
        ${this.failed === undefined ? nothing : html`
          <hf-error .error=${withoutSafety(this.failed)} safe=${msg('Your data is safe: everything is in this browser.')} advice=${alertAdvice(this.failed) ?? nothing}></hf-error>`}
        ${this.#content()}
      </section>`;
  }

  #content(): TemplateResult {
    const { alerts } = this;
    if (this.silent) {
      return html`
        <p>${msg('The mirror could not be asked how it tells you. It may be away, or of an earlier version.')}</p>
        <div class="row"><button id="again" aria-disabled=${this.#disabled} @click=${this.#load}>${msg('Ask again')}</button></div>`;
    }
    if (alerts === undefined) return html`<p class="soft" role="status">${msg('Reading…')}</p>`;
    return html`
      ${alerts.ways.length === 0 ? html`<p>${msg('Nobody tells you yet: you would hear of it when you open a page.')}</p>` : html`<dl class="facts">${alerts.ways.map((way) => this.#row(way))}</dl>`}
      ${this.adding === 'webhook' ? this.#webhookForm() : this.adding === 'email' ? this.#emailForm() : this.#adders(alerts)}`;
  }

  #row({ id, kind, target, confirmed }: Way): TemplateResult {
    return html`
      <div>
        <dt>${kind === 'email' ? msg('Letter') : msg('Webhook')}</dt>
        <dd data-confirmed=${confirmed}>
          <span class="mono data">${target}</span>
          ${confirmed ? nothing : html`
            <form class="row" @submit=${(event: SubmitEvent) => this.#confirm(event, id)}>
              <label for="code-${id}">${msg('Code from the letter')}</label>
              <input id="code-${id}" name="code" class="mono" maxlength="20" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required />
              <button class="primary" type="submit" aria-disabled=${this.#disabled}>${msg('Confirm')}</button>
            </form>`}
          <span class="row">
            ${confirmed ? html`<button class="test" aria-disabled=${this.#disabled} aria-label=${msg(str`Send a test to ${target}`)} @click=${() => this.#test(id)}>${ICONS.send}${msg('Send a test')}</button>` : nothing}
            <button class="danger remove" aria-disabled=${this.#disabled} aria-label=${msg(str`Remove ${target}`)} @click=${() => this.#remove(id)}>${msg('Remove')}</button>
          </span>
        </dd>
      </div>`;
  }

  #adders({ ways, kinds, most }: Alerts): TemplateResult {
    if (ways.length >= most) return html`<p class="soft">${msg('More ways are not possible.')}</p>`;
    return html`
      <div class="row">
        ${kinds.includes('email') ? html`<button id="add-email" @click=${() => this.#begin('email')}>${ICONS.plus}${msg('Add an address for letters')}</button>` : nothing}
        <button id="add-webhook" @click=${() => this.#begin('webhook')}>${ICONS.plus}${msg('Add a webhook')}</button>
      </div>
      ${kinds.includes('email') ? nothing : html`<p class="soft">${msg('This mirror sends no letters.')}</p>`}`;
  }

  #emailForm(): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#addEmail}>
        <div class="field">
          <label for="address">${msg('Your address for letters')}</label>
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
    const { did } = this.account;
    Object.assign(this, { alerts: undefined, silent: false, adding: undefined, failed: undefined, done: undefined });
    const found = await house.get('app.holdfast.bridge.getAlerts', { did }).catch(() => undefined);
    if (this.account.did !== did) return;
    this.alerts = found?.alerts;
    this.silent = found === undefined;
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
    await this.#do({ $type: `${DEED}#addEmail`, address }, msg(str`A code is on its way to ${address}.`));
  };

  readonly #addWebhook = async (event: SubmitEvent): Promise<void> => {
    const [url, secret] = [given(event, 'url'), given(event, 'secret')];
    await this.#do({ $type: `${DEED}#addWebhook`, url: url as `${string}:${string}`, secret }, msg('Your server has answered the test. You are told there from now on.'));
  };

  async #confirm(event: SubmitEvent, id: string): Promise<void> {
    await this.#do({ $type: `${DEED}#confirm`, id, code: given(event, 'code') }, msg('The address is confirmed. You are told there from now on.'));
  }

  async #test(id: string): Promise<void> {
    await this.#do({ $type: `${DEED}#test`, id }, msg('A test was sent.'));
  }

  async #remove(id: string): Promise<void> {
    await this.#do({ $type: `${DEED}#remove`, id }, msg('Nothing is sent there any more.'));
  }

  async #do(deed: Deed, words: string): Promise<void> {
    if (this.busy) return;
    const { did } = this.account;
    Object.assign(this, { busy: true, failed: undefined, done: undefined });
    try {
      const { alerts } = await asOwner(did, () => house.post('app.holdfast.bridge.setAlerts', { did, deed }));
      Object.assign(this, { alerts, adding: undefined, done: words });
      this.#focus('#alerts');
    } catch (error) {
      this.failed = error;
    } finally {
      this.busy = false;
    }
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
