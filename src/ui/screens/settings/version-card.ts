import { html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import { house } from '../../house/client.ts';
import { updates } from '../../house/updates.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { jobRuns, JobsController } from '../../state/job-runs.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** Which version this is, and whether there is a newer one, which comes in when the owner lets it. */
export class VersionCard extends LitElement {
  static override styles = [shared, controls];
  static override properties = { version: { state: true }, step: { state: true }, problem: { state: true } };
  /** Of the house; undefined until it has answered. */
  declare protected version: string | undefined;
  declare protected step: 'idle' | 'looking' | 'looked' | 'applying';
  declare protected problem: unknown;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.step = 'idle';
    void new JobsController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = updates.subscribe(() => this.requestUpdate());
    // A house that does not answer is told of elsewhere.
    void house.get('app.holdfast.house.describe', {}).then(({ version }) => (this.version = version), () => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override render(): TemplateResult {
    const { isWaiting } = updates;
    const isBusy = this.step === 'looking' || this.step === 'applying';
    return html`
      <section class="card stack" aria-labelledby="version" aria-busy=${isBusy ? 'true' : 'false'}>
        <h2 id="version">${msg('Version')}</h2>
        ${this.version === undefined ? nothing : html`<p>Holdfast <span class="mono" id="number">${this.version}</span></p>`}
        <p class="soft">${msg('A new version is fetched in the background and waits until you let it in. It never starts in the middle of a write.')}</p>
        <div role="status">${this.#news()}</div>
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${this.problem} safe=${msg('Your data is safe, and this version works on.')}
            advice=${msg('If you are offline, look again when you are back.')}></hf-error>`}
        <div class="row">
          ${isWaiting
            ? html`<button class="primary" id="apply" aria-disabled=${isBusy || jobRuns.isBusy ? 'true' : 'false'} @click=${this.#apply}>${this.step === 'applying' ? msg('Letting it in…') : msg('Let it in')}</button>`
            : html`<button id="look" aria-disabled=${isBusy ? 'true' : 'false'} @click=${this.#look}>${this.step === 'looking' ? msg('Looking…') : msg('Look for a new version')}</button>`}
        </div>
      </section>
    `;
  }

  #news(): TemplateResult | typeof nothing {
    if (updates.isWaiting) {
      return html`<p class="note">${ICONS.info}<span><strong>${msg('A new version is ready.')}</strong>
        ${jobRuns.isBusy
          ? msg('It waits until the backup or the restore in this page has ended.')
          : msg('Letting it in loads the page again: first save what you are writing.')}</span></p>`;
    }
    if (this.step !== 'looked') return nothing;
    return html`<p class="note good">${ICONS.passed}<span>${msg('This is the newest version.')}</span></p>`;
  }

  #look(): Promise<void> {
    return this.#do('looking', 'looked', () => updates.check());
  }

  async #apply(): Promise<void> {
    if (!jobRuns.isBusy) await this.#do('applying', 'applying', () => updates.apply());
  }

  async #do(during: 'looking' | 'applying', after: 'looked' | 'applying', what: () => Promise<void>): Promise<void> {
    if (this.step === 'looking' || this.step === 'applying') return;
    this.problem = undefined;
    this.step = during;
    try {
      await what();
      this.step = after;
    } catch (error) {
      this.problem = error;
      this.step = 'idle';
    }
  }
}

customElements.define('holdfast-version-card', VersionCard);
