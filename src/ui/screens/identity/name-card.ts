import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import '../../components/hf-copy.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { checkHandle } from '../../jobs/identity.ts';
import { nameTrouble, proofWords } from '../../state/handle-words.ts';
import { identityStore } from '../../state/identity-store.ts';
import { siteResolver } from '../../state/site-settings.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { nameStyles, operationToSign, recordToAdd } from './name-parts.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { HandleCheck } from '../../jobs/identity.ts';

/** Another name for the account: one of the owner's own domain, looked up before it is taken. */
export class NameCard extends LitElement {
  static override styles = [shared, controls, nameStyles, css`
    .ways {
      display: grid;
      gap: 0.75rem;
      padding-inline-start: 1.25rem;
      list-style: decimal;
    }
  `];

  static override properties = {
    did: {}, handle: { state: true }, found: { state: true }, busy: { state: true }, wrong: { state: true }, done: { state: true },
  };

  declare did: string;
  /** What is looked for. */
  declare protected handle: string;
  declare protected found: HandleCheck | undefined;
  declare protected busy: 'look' | 'change' | undefined;
  declare protected wrong: string | undefined;
  declare protected done: string | undefined;

  constructor() {
    super();
    this.did = '';
    this.handle = '';
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="rename" aria-busy=${this.busy === undefined ? 'false' : 'true'}>
        <h2 id="rename">${msg('Another name')}</h2>
        <p>${msg('A domain of your own can be the name of the account. It stays yours whichever mirror you use. First the domain says that it belongs to your DID, then your identity says the name.')}</p>
        <div role="status">${this.done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${this.done}</span></p>`}</div>
        <form class="stack" @submit=${this.#look}>
          <div class="field">
            <label for="name">${msg('Your domain')}</label>
            <input id="name" name="name" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url"
              aria-describedby="name-hint wrong" aria-invalid=${this.wrong === undefined ? 'false' : 'true'} .value=${this.handle} />
            <span class="hint" id="name-hint">${msg('The whole name, as others will see it, with at least one dot.')}</span>
          </div>
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          <div class="row"><button id="look" type="submit" class=${this.found?.isProven === true ? '' : 'primary'} aria-disabled=${this.#disabled}>
            ${ICONS.restore}${this.busy === 'look' ? msg('Looking…') : this.found === undefined ? msg('Look at this name') : msg('Look again')}</button></div>
        </form>
        ${this.found === undefined ? nothing : html`${this.#instructions(this.found)} ${this.#outcome(this.found)}`}
        <hf-confirm heading=${msg('Change the name?')} action=${msg('Change it')}>
          <p>${msg('This house signs one operation with its own key, and the public directory keeps it. You can change the name again at any time.')}</p>
        </hf-confirm>
      </section>`;
  }

  #instructions({ handle, isProven, dns, file }: HandleCheck): TemplateResult {
    const ways = html`
      <p>${msg('Do one of these, then look again. Name servers may take some minutes, and up to a day, to tell everybody.')}</p>
      <ol class="ways">
        <li>${msg('At whoever runs your name servers, add a TXT record:')}
          ${recordToAdd(this.did, handle)}</li>
        <li>${msg('Or put a file on the web server of the domain, readable for pages of other sites (Access-Control-Allow-Origin: *):')}
          <span class="value">${msg('Address:')} <hf-copy text=${`https://${handle}/.well-known/atproto-did`} label=${msg('the address of the file')} full></hf-copy></span>
          <span class="value">${msg('Content:')} <hf-copy text=${this.did} label=${msg('the content of the file')} full></hf-copy></span></li>
      </ol>`;
    return html`
      <ul class="stack" id="proofs">
        <li class="note ${tone(dns, this.did)}">${icon(dns, this.did)}<span>${msg('Name servers:')} ${proofWords(dns, this.did)}</span></li>
        <li class="note ${tone(file, this.did)}">${icon(file, this.did)}<span>${msg('File on the web server:')} ${proofWords(file, this.did)}</span></li>
      </ul>
      ${isProven ? html`<details><summary>${msg('How a name is set up')}</summary>${ways}</details>` : ways}`;
  }

  #outcome(found: HandleCheck): TemplateResult | typeof nothing {
    if (!found.isProven) return nothing;
    return operationToSign(found, { same: msg('Your identity says this name already.'), action: msg('Change the name'), busy: this.busy, change: () => void this.#change() });
  }

  get #disabled(): 'true' | 'false' {
    return this.busy === undefined ? 'false' : 'true';
  }

  async #look(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy !== undefined) return;
    const typed = this.renderRoot.querySelector<HTMLInputElement>('#name')?.value ?? '';
    this.handle = typed.trim().replace(/^@|^https?:\/\/|^at:\/\//, '').replace(/\/.*$/, '').toLowerCase();
    this.done = undefined;
    await this.#do('look', async () => {
      this.found = undefined;
      this.found = await checkHandle(this.did, { handle: this.handle, resolver: await siteResolver() });
    });
  }

  async #change(): Promise<void> {
    const { found } = this;
    if (this.busy !== undefined || found === undefined || await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) return;
    await this.#do('change', async () => {
      await identityStore.rename(this.did, { handle: found.handle, resolver: await siteResolver() });
      this.found = undefined;
      this.done = msg('The name was changed. Your mirror tells it to the network; apps may take a while to show it.');
    });
  }

  async #do(what: 'look' | 'change', work: () => Promise<void>): Promise<void> {
    this.busy = what;
    this.wrong = undefined;
    try {
      await work();
    } catch (error) {
      this.wrong = nameTrouble(error);
    } finally {
      this.busy = undefined;
    }
  }
}

customElements.define('holdfast-name-card', NameCard);

function tone(proof: HandleCheck['dns'], did: string): string {
  return proof.says === 'did' ? (proof.did === did ? 'good' : 'bad') : proof.says === 'several' ? 'bad' : '';
}

function icon(proof: HandleCheck['dns'], did: string): TemplateResult {
  const icons: Readonly<Record<string, TemplateResult>> = { good: ICONS.passed, bad: ICONS.failed };
  return icons[tone(proof, did)] ?? ICONS.waiting;
}
