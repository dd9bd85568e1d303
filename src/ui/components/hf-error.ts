import { css, html, LitElement, nothing } from 'lit';
import { ICONS } from '../icons.ts';
import { msg } from '../i18n.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/**
 * What went wrong: first whether the data is safe, then what happened, then what to do.
 * `error` is what was thrown. `safe` and `advice` are sentences. With `retry` a button fires the event `retry`.
 */
export class HfError extends LitElement {
  static override styles = [shared, controls, css`
    .note {
      flex-wrap: wrap;
    }

    .what {
      display: grid;
      flex: 1 1 14rem;
      gap: 0.5rem;
      overflow-wrap: anywhere;
    }
  `];

  static override properties = {
    error: { attribute: false },
    safe: {},
    advice: {},
    retry: { type: Boolean },
    copied: { state: true },
  };

  declare error: unknown;
  declare safe: string | undefined;
  declare advice: string | undefined;
  declare retry: boolean;
  declare protected copied: boolean;

  constructor() {
    super();
    this.retry = false;
    this.copied = false;
  }

  override render(): TemplateResult {
    const { message } = problemOf(this.error);
    return html`
      <div class="note bad" role="alert">
        ${ICONS.failed}
        <div class="what">
          <p><strong>${this.safe ?? msg('Your data is safe: nothing was changed.')}</strong></p>
          <p>${sentence(message)} ${this.advice ?? nothing}</p>
          <div class="row">
            ${this.retry ? html`<button @click=${this.#retry}>${msg('Try again')}</button>` : nothing}
            <button class="quiet" @click=${this.#copy}>${this.copied ? msg('Copied') : msg('Copy details')}</button>
          </div>
        </div>
      </div>
    `;
  }

  #retry(): void {
    this.dispatchEvent(new Event('retry'));
  }

  async #copy(): Promise<void> {
    const report = { ...problemOf(this.error), address: location.pathname, browser: navigator.userAgent };
    await navigator.clipboard.writeText(JSON.stringify(report, null, 2));
    this.copied = true;
  }
}

customElements.define('hf-error', HfError);

/** The code and the sentence of what was thrown. */
export function problemOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'Unknown', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: error.message };
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
