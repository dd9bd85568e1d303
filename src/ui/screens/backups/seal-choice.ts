import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-copy.ts';
import '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { asTyped, groupsOf } from '../../state/kit-memory.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** The last group is typed once more, which nobody can do who has not kept the passphrase. */
const LAST = 3;

/**
 * Whether a backup is encrypted, and under which passphrase: a new one, which is shown and has to be kept, or that of the kit.
 * Fires `change`.
 */
export class SealChoice extends LitElement {
  static override styles = [shared, controls, kitStyles, css`
    .field input {
      max-width: 28rem;
    }
  `];

  static override properties = { on: { state: true }, way: { state: true }, made: { state: true }, problem: { state: true }, failure: { state: true } };
  declare protected on: boolean;
  declare protected way: 'new' | 'kit';
  declare protected made: { readonly passphrase: string; readonly bits: number } | undefined;
  declare protected problem: string | undefined;
  declare protected failure: unknown;

  constructor() {
    super();
    this.on = false;
    this.way = 'new';
  }

  /** Whether the file is to be encrypted. */
  get isOn(): boolean {
    return this.on;
  }

  /** The passphrase; undefined where something is missing, which is then said and shown. */
  take(): string | undefined {
    const typed = this.#field?.value.trim() ?? '';
    const isMissing = this.way === 'new' ? this.made === undefined || asTyped(typed) !== groupsOf(this.made.passphrase)[LAST] : typed === '';
    this.problem = !isMissing ? undefined
      : this.way === 'kit' ? msg('Type the passphrase of your kit.') : msg('Type the last of the four groups, to show that you have kept the passphrase.');
    if (isMissing) this.#field?.focus();
    return isMissing ? undefined : this.way === 'new' ? this.made?.passphrase : typed;
  }

  override render(): TemplateResult {
    return html`
      <div class="stack">
        <label class="choice"><input id="encrypt" type="checkbox" .checked=${this.on} @change=${this.#switch} />${msg('Encrypt the file with a passphrase')}</label>
        ${this.on ? html`
          <fieldset class="ways">
            <legend class="visually-hidden">${msg('Which passphrase')}</legend>
            ${this.#choice('new', msg('A new passphrase'))}${this.#choice('kit', msg('The passphrase of my kit'))}
          </fieldset>
          ${this.way === 'new' ? this.#new() : this.#kit()}
          <p class="soft">${msg('Without the passphrase nobody can open the file, you neither. Outside Holdfast the “age” program opens it.')}</p>` : nothing}
        ${this.failure === undefined ? nothing : html`<hf-error .error=${this.failure} safe=${msg('Your data is safe: there is only no passphrase yet.')}></hf-error>`}
      </div>`;
  }

  #choice(way: 'new' | 'kit', words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="seal" value=${way} .checked=${this.way === way} @change=${() => this.#choose(way)} />${words}</label>`;
  }

  #new(): TemplateResult | typeof nothing {
    if (this.made === undefined) return nothing;
    const { passphrase, bits } = this.made;
    return html`
      <p class="note amber">${ICONS.key}<span>${msg(str`Write it down or put it into a password manager now: it is shown only here. It has ${formatNumber(bits)} bits; nobody guesses it.`)}</span></p>
      <div class="row"><div class="groups data" dir="ltr" aria-label=${msg('The passphrase of the file')} role="group">${groupsOf(passphrase).map((group) => html`<span>${group}</span>`)}</div>
        <hf-copy text=${passphrase} label=${msg('passphrase')}></hf-copy></div>
      ${this.#typed(msg('The last group, typed'))}`;
  }

  #kit(): TemplateResult {
    return this.#typed(msg('Passphrase of the kit'), msg('As you wrote it down: four groups. One passphrase then opens file and kit.'));
  }

  #typed(label: string, hint?: string): TemplateResult {
    return html`
      <div class="field">
        <label for="typed">${label}</label>
        <input id="typed" class="mono" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="128"
          aria-describedby="typed-hint typed-problem" aria-invalid=${this.problem === undefined ? 'false' : 'true'} @input=${() => (this.problem = undefined)} />
        <span class="hint" id="typed-hint">${hint ?? nothing}</span>
        <span class="problem" id="typed-problem" role="alert">${this.problem ?? nothing}</span>
      </div>`;
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#typed');
  }

  async #switch(event: Event): Promise<void> {
    this.on = (event.target as HTMLInputElement).checked;
    this.problem = undefined;
    this.dispatchEvent(new Event('change'));
    if (this.on && this.made === undefined) await this.#make();
  }

  #choose(way: 'new' | 'kit'): void {
    this.way = way;
    this.problem = undefined;
    if (this.#field) this.#field.value = '';
  }

  async #make(): Promise<void> {
    try {
      this.failure = undefined;
      this.made = await house.post('app.holdfast.kit.generatePassphrase', undefined);
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('holdfast-seal-choice', SealChoice);
