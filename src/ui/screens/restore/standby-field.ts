import { html, LitElement, nothing } from 'lit';
import { msg, str } from '../../i18n.ts';
import { isMixed, mirrorAddress } from '../../state/mirror-address.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** For whose mirror is lost: the address of a standby. Fires `typed`; then `standby` is its origin, if what was typed is an address. */
export class StandbyField extends LitElement {
  static override styles = [shared, controls];
  static override properties = { problem: { state: true } };

  declare protected problem: string | undefined;
  #typed = '';

  override render(): TemplateResult {
    return html`
      <div class="field">
        <label for="standby">${msg('Address of a standby, if that mirror is lost (you can leave this empty)')}</label>
        <input id="standby" name="standby" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false" @input=${this.#type}
          aria-describedby="standby-hint standby-problem" aria-invalid=${this.problem === undefined ? 'false' : 'true'} />
        <span class="hint" id="standby-hint">${msg('Such as second.example.com. It gives what it holds only to whoever has the kit, and takes the place of the mirror when you pair with it.')}</span>
        <span class="problem" id="standby-problem" role="alert">${this.problem ?? nothing}</span>
      </div>`;
  }

  get standby(): string | undefined {
    return mirrorAddress(this.#typed);
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('#standby')?.focus();
  }

  /** Whether nothing was typed, or what can be asked; says what is wrong with anything else. */
  check(): boolean {
    const { standby } = this;
    if (this.#typed.trim() !== '' && standby === undefined) this.problem = msg('This is no address of a mirror. It looks like mirror.example.com.');
    else if (standby !== undefined && isMixed(location, standby)) this.problem = msg(str`This page is secure (https), and browsers do not let it talk to ${standby}, which is not.`);
    return this.problem === undefined;
  }

  #type(event: Event): void {
    this.#typed = (event.target as HTMLInputElement).value;
    this.problem = undefined;
    this.dispatchEvent(new Event('typed'));
  }
}

customElements.define('holdfast-standby-field', StandbyField);
