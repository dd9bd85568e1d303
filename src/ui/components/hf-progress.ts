import { css, html, LitElement, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import { formatBytes, formatDuration, formatNumber, msg, str } from '../i18n.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';

/**
 * How far a long job is: a bar, “x of y”, the time left, and with `cancellable` a button that fires `cancel`.
 * `label` names the job. `unit` is `bytes` or, for a plain count, a word such as `records`. Every tenth is told to
 * screen readers. `total` 0 means that it is not known yet.
 */
export class HfProgress extends LitElement {
  static override styles = [shared, controls, css`
    :host {
      display: grid;
      gap: 0.5rem;
      grid-template-columns: minmax(0, 1fr);
    }

    wa-progress-bar {
      --track-height: 8px;
      --track-color: var(--accent-wash);
      --indicator-color: var(--accent);
    }

    .row {
      justify-content: space-between;
    }
  `];

  static override properties = {
    label: {},
    done: { type: Number },
    total: { type: Number },
    unit: {},
    cancellable: { type: Boolean },
    startedAt: { type: Number },
  };

  declare label: string;
  declare done: number;
  declare total: number;
  declare unit: string;
  declare cancellable: boolean;
  /** When the job began, in milliseconds since 1970; without it no time left is shown. */
  declare startedAt: number | undefined;
  #told = '';
  #tenth = -1;

  constructor() {
    super();
    this.done = 0;
    this.total = 0;
    this.unit = 'bytes';
    this.cancellable = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const tenth = this.total > 0 ? Math.floor((this.done / this.total) * 10) : -1;
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#told = tenth < 0 ? '' : msg(str`${this.label}: ${tenth * 10} percent`);
  }

  override render(): TemplateResult {
    const count = (value: number): string => (this.unit === 'bytes' ? formatBytes(value) : formatNumber(value));
    const known = this.total > 0;
    return html`
      <div class="row">
        <span>${this.label}</span>
        ${this.cancellable ? html`<button class="quiet" @click=${this.#cancel}>${msg('Cancel')}</button>` : nothing}
      </div>
      <wa-progress-bar label=${this.label} value=${known ? Math.min(100, (this.done / this.total) * 100) : 0} ?indeterminate=${!known}></wa-progress-bar>
      <div class="row small soft numbers">
        <span>${known ? msg(str`${count(this.done)} of ${count(this.total)}`) : count(this.done)} ${this.unit === 'bytes' ? nothing : this.unit}</span>
        <span>${this.#left()}</span>
      </div>
      <span class="visually-hidden" role="status" aria-live="polite">${this.#told}</span>
    `;
  }

  #left(): string | typeof nothing {
    const passed = this.startedAt === undefined ? 0 : Date.now() - this.startedAt;
    if (passed < 1_000 || this.done <= 0 || this.total <= this.done) return nothing;
    return msg(str`about ${formatDuration((passed / this.done) * (this.total - this.done))} left`);
  }

  #cancel(): void {
    this.dispatchEvent(new Event('cancel'));
  }
}

customElements.define('hf-progress', HfProgress);
