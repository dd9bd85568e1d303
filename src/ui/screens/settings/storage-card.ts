import { html, LitElement, nothing } from 'lit';
import { house } from '../../house/client.ts';
import { formatBytes, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { MirrorController } from '../../state/mirror-store.ts';
import { persistWords } from '../../state/persist-words.ts';
import { controls } from '../../styles/controls.ts';
import { meterStyles } from '../../styles/meter.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { lexicons } from '../../../protocol/index.ts';

/** Where the data lies, how much room there is, and whether the browser has promised to keep it. */
export class StorageCard extends LitElement {
  static override styles = [shared, controls, meterStyles];

  static override properties = {
    page: { type: Boolean }, usage: { state: true }, quota: { state: true }, persisted: { state: true }, asking: { state: true }, blobStore: { state: true },
  };

  /** It is part of the screen Storage, which says the rest. */
  declare page: boolean;
  declare protected usage: number | undefined;
  declare protected quota: number | undefined;
  /** Undefined where the browser does not say. */
  declare protected persisted: boolean | undefined;
  /** `refused`: the browser said no the last time it was asked. */
  declare protected asking: 'idle' | 'asked' | 'refused';
  declare protected blobStore: lexicons.AppHoldfastHouseDescribe.$output['blobStore'];

  #mirrors = new MirrorController(this);

  constructor() {
    super();
    this.page = false;
    this.asking = 'idle';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override render(): TemplateResult {
    const { usage, quota } = this;
    return html`
      <section class="card stack" aria-labelledby="storage">
        <h2 id="storage">${this.page ? msg('Kept by the browser') : msg('Storage')}</h2>
        <p>${this.#mirrors.mirror === undefined ? msg('Everything is in this browser, on this device, and nowhere else.') : msg('Everything is in this browser, on this device; your mirror has a copy of what is public.')}
          ${this.blobStore === undefined ? nothing : this.blobStore === 'opfs' ? msg('Pictures are kept as private files of this site.') : msg('Pictures are kept in the database, beside the records.')}</p>
        ${usage === undefined || quota === undefined ? nothing : html`
          <div>
            <meter aria-label=${msg('Room used')} min="0" max=${quota} .value=${usage}></meter>
            <p class="numbers">${msg(str`${formatBytes(usage)} used of about ${formatBytes(quota)} that the browser allows`)}</p>
          </div>`}
        <div class="stack" role="status">${this.#promise()}</div>
        ${this.persisted === false ? html`
          <div class="row"><button id="persist" aria-disabled=${this.asking === 'asked' ? 'true' : 'false'} @click=${this.#ask}>
            ${this.asking === 'asked' ? msg('Asking the browser…') : msg('Ask the browser to keep it')}</button></div>` : nothing}
        ${this.page ? nothing : html`<div class="row"><a class="button" href="/storage">${ICONS.storage}${msg('What takes the space')}</a></div>`}
      </section>
    `;
  }

  #promise(): TemplateResult {
    if (this.persisted === true) {
      return html`<p class="note good">${ICONS.passed}<span>${msg('The browser has promised to keep it, even when the disk is nearly full. Only you can clear it.')}</span></p>`;
    }
    if (this.persisted === undefined) {
      return html`<p class="note amber">${ICONS.warning}<span>${msg('This browser does not say whether it keeps the data. Save a backup often.')}</span></p>`;
    }
    return html`
      <p class="note amber">${ICONS.warning}<span>${msg('The browser may clear it when the disk is nearly full. Until it promises otherwise, save a backup often.')}</span></p>
      ${this.asking === 'refused' ? html`
        <p>${msg('The browser did not promise it.')} ${persistWords()}</p>` : nothing}`;
  }

  async #look(): Promise<void> {
    const storage: StorageManager | undefined = navigator.storage;
    const [estimate, persisted, described] = await Promise.all([
      storage?.estimate?.().catch(() => undefined),
      storage?.persisted?.().catch(() => undefined),
      house.get('app.holdfast.house.describe', {}).catch(() => undefined),
    ]);
    this.usage = described?.usage ?? estimate?.usage;
    this.quota = described?.quota ?? estimate?.quota;
    this.persisted = persisted;
    this.blobStore = described?.blobStore;
  }

  async #ask(): Promise<void> {
    if (this.asking === 'asked') return;
    this.asking = 'asked';
    // Firefox asks the owner, who may take their time.
    const granted = await navigator.storage.persist().catch(() => false);
    this.persisted = granted;
    this.asking = granted ? 'idle' : 'refused';
  }
}

customElements.define('holdfast-storage-card', StorageCard);
