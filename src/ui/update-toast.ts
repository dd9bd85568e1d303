import { css, html, LitElement, nothing } from 'lit';
import { updates } from './house/updates.ts';
import { msg } from './i18n.ts';
import { jobRuns, JobsController } from './state/job-runs.ts';
import { controls } from './styles/controls.ts';
import { shared } from './styles/shared.ts';
import type { TemplateResult } from 'lit';

/** Says that a new version of the app is there, and lets it in when the owner wants it. */
export class HoldfastUpdate extends LitElement {
  static override styles = [shared, controls, css`
    .card {
      display: grid;
      gap: 0.75rem;
      width: min(24rem, calc(100vw - 2rem));
      padding: 1rem;
      border-color: var(--line-strong);
    }
  `];

  static override properties = { put: { state: true }, applying: { state: true }, failed: { state: true } };

  /** Put off until the next version, or the next visit. */
  declare protected put: boolean;
  declare protected applying: boolean;
  declare protected failed: boolean;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.put = false;
    this.applying = false;
    this.failed = false;
    void new JobsController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = updates.subscribe(() => {
      this.put = false;
      this.requestUpdate();
    });
    // Where there is no worker, there is no new version of it; the shell says what is wrong.
    updates.watch().catch(() => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override render(): TemplateResult {
    return html`<div role="status">${updates.isWaiting && !this.put ? this.#card() : nothing}</div>`;
  }

  #card(): TemplateResult {
    return html`
      <div class="card">
        <p><strong>${msg('A new version is ready.')}</strong>
          ${this.failed
            ? msg('It could not be let in just now. Your data is safe; this version works on.')
            : jobRuns.isBusy
              ? msg('It waits until the backup or the restore in this page has ended.')
              : msg('Your data stays as it is; the page loads again.')}</p>
        <div class="row">
          <button class="primary" aria-disabled=${this.applying || jobRuns.isBusy ? 'true' : 'false'} @click=${this.#apply}>
            ${this.applying ? msg('Finishing what is being written…') : msg('Use it now')}
          </button>
          <button class="quiet" @click=${this.#later}>${msg('Later')}</button>
        </div>
      </div>`;
  }

  async #apply(): Promise<void> {
    if (this.applying || jobRuns.isBusy) return;
    this.applying = true;
    this.failed = false;
    try {
      await updates.apply();
    } catch {
      this.applying = false;
      this.failed = true;
    }
  }

  #later(): void {
    this.put = true;
  }
}

customElements.define('holdfast-update', HoldfastUpdate);
