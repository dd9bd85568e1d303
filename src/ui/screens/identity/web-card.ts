import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-copy.ts';
import { problemOf } from '../../components/hf-error.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { webDocument } from '../../jobs/identity.ts';
import { downloadText } from '../../state/download.ts';
import { afterSafety } from '../../state/safety-words.ts';
import { siteResolver } from '../../state/site-settings.ts';
import { domainOf, findingWords, limitWords } from '../../state/web-document-words.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { WebCheck } from '../../jobs/identity.ts';

const WEB = 'did:web:';

/** An identity that a domain of the owner keeps: the document to publish, whether it is served as it should be, and the limits. */
export class WebCard extends LitElement {
  static override styles = [shared, controls, css`
    ul.findings {
      display: grid;
      gap: 0.75rem;
      padding: 0;
      list-style: none;
    }

    #outcome,
    #proof {
      overflow-wrap: anywhere;
    }

    pre {
      margin: 0;
      max-height: 24rem;
      overflow: auto;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
  `];

  static override properties = { did: {}, pds: {}, found: { state: true }, busy: { state: true }, wrong: { state: true }, copied: { state: true } };
  /** Of the account whose key and mirror the document names. */
  declare did: string;
  /** The mirror that the document is to name, where that is not the present one. */
  declare pds: string | undefined;
  declare protected found: WebCheck | undefined;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  declare protected copied: boolean;

  constructor() {
    super();
    this.did = '';
    this.busy = false;
    this.copied = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Where it is to be published now, it is shown unasked.
    if (changed.has('pds') && this.pds !== undefined) void this.#show(this.did.slice(WEB.length), false);
  }

  override render(): TemplateResult {
    const isWeb = this.did.startsWith(WEB);
    return html`
      <section class="card stack" aria-labelledby="web" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="web">${isWeb ? msg('The document on your domain') : msg('An identity on your own domain')}</h2>
        <p>${isWeb
          ? msg('Your DID is a did:web: no public directory keeps it, but a document on your own domain. What it says is who you are.')
          : msg('Beside DIDs of the public directory there is another kind, did:web: a document on a domain of your own says who you are. This account stays as it is; an account of that kind is a new one, which you make at “Start fresh”. Here you can make a document with the key and mirror of this account, and see whether your web server serves it as apps need it.')}</p>
        <details ?open=${isWeb && this.pds === undefined}><summary>${msg('What to know before you rely on it')}</summary>
          <ul class="limits">${limitWords().map((words) => html`<li>${words}</li>`)}</ul></details>
        <form class="stack" @submit=${this.#look}>
          <div class="field">
            <label for="domain">${msg('Domain of the document')}</label>
            <input id="domain" name="domain" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url"
              .value=${isWeb ? this.did.slice(WEB.length) : this.found?.did.slice(WEB.length) ?? ''} ?readonly=${isWeb}
              aria-describedby="domain-hint wrong" aria-invalid=${this.wrong === undefined ? 'false' : 'true'} />
            <span class="hint" id="domain-hint">${msg('A name such as ada.example.com, without a path. It is asked from this browser; nothing else is sent.')}</span>
          </div>
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          <div class="row">
            <button id="make" type="submit" value="make" aria-disabled=${this.busy ? 'true' : 'false'}>${ICONS.key}${msg('Show the document')}</button>
            <button id="check" type="submit" value="check" class="primary" aria-disabled=${this.busy ? 'true' : 'false'}>${ICONS.restore}${this.busy ? msg('Looking…') : msg('Look at the domain')}</button>
          </div>
        </form>
        <div role="status">${this.found?.findings === undefined ? nothing : outcome(this.found.findings)}</div>
        ${this.found === undefined ? nothing : this.#document(this.found)}
      </section>`;
  }

  #document({ address, document, hasServer }: WebCheck): TemplateResult {
    return html`
      <h3>${msg('The document to publish')}</h3>
      ${hasServer ? nothing : html`<p class="note amber">${ICONS.warning}<span>${msg('This account has no mirror yet, so the document names none. Pair first, then publish it.')}</span></p>`}
      <p>${msg('Put it at this address, as it is, with the headers Content-Type: application/json and Access-Control-Allow-Origin: *.')}</p>
      <hf-copy text=${address} label=${msg('the address of the document')} full></hf-copy>
      <pre class="data mono" id="document" tabindex="0" aria-label=${msg('The document')}>${document}</pre>
      <div class="row">
        <button id="copy" @click=${() => void this.#copy(document)}>${this.copied ? ICONS.passed : ICONS.copy}${msg('Copy the document')}</button>
        <button id="save" @click=${() => downloadText('did.json', document, 'application/json')}>${ICONS.down}${msg('Save did.json')}</button>
        <span class="visually-hidden" role="status">${this.copied ? msg('Copied') : ''}</span>
      </div>
      ${this.did.startsWith(WEB) ? html`
        <p id="proof">${msg(html`So that apps show the domain as your name, it has to lead back to you as well: put the DID alone into a file at <span class="mono">${address.replace('did.json', 'atproto-did')}</span>, or into a TXT record <span class="mono">_atproto.${this.did.slice(WEB.length)}</span> as <span class="mono">did=${this.did}</span>.`)}</p>` : nothing}`;
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.copied = true;
    setTimeout(() => (this.copied = false), 2_000);
  }

  async #look(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const typed = this.renderRoot.querySelector<HTMLInputElement>('#domain')?.value ?? '';
    await this.#show(domainOf(typed), (event.submitter as HTMLButtonElement | null)?.value !== 'make');
  }

  async #show(domain: string, isLive: boolean): Promise<void> {
    this.busy = true;
    this.wrong = undefined;
    try {
      const { pds } = this;
      this.found = await webDocument(this.did, { domain, isLive, resolver: await siteResolver(), ...(pds !== undefined && { pds }) });
    } catch (error) {
      const { code, message } = problemOf(error);
      this.found = undefined;
      this.wrong = code === 'HandleInvalid' ? msg('This is no domain: it looks like ada.example.com, without a port or a path.') : afterSafety(message);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-web-card', WebCard);

function outcome(findings: NonNullable<WebCheck['findings']>): TemplateResult {
  if (findings.length === 0) {
    return html`<p class="note good" id="outcome">${ICONS.passed}<span><strong>${msg('The document is there, and says what it should.')}</strong> ${msg('Apps can read it.')}</span></p>`;
  }
  return html`
    <div class="note bad" id="outcome">${ICONS.failed}
      <div class="stack">
        <p><strong>${msg('Your records are safe in this browser.')}</strong> ${msg('Apps cannot rely on what the domain serves now:')}</p>
        <ul class="findings">${findings.map((finding) => html`<li data-fault=${finding.fault}>${findingWords(finding)}</li>`)}</ul>
      </div>
    </div>`;
}
