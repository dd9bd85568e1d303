import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { checkNames } from '../../jobs/identity.ts';
import { nameTrouble, proofWords } from '../../state/handle-words.ts';
import { identityStore } from '../../state/identity-store.ts';
import { nameAsWritten } from '../../state/identity-words.ts';
import { siteResolver } from '../../state/site-settings.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import { nameStyles, operationToSign, recordToAdd } from './name-parts.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { FurtherName, NamesCheck } from '../../jobs/identity.ts';

/** Further names of the account, beside the one by which apps know it: to add and to remove, in one operation. `names` are those it has. */
export class NamesCard extends LitElement {
  static override styles = [shared, controls, nameStyles, css`
    .names li {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.75rem;
      align-items: center;
      justify-content: space-between;
      padding: 0.35rem 0;
      border-block-end: 1px solid var(--line);
    }

    .names .name {
      min-width: 0;
      overflow-wrap: anywhere;
    }

    form.row {
      align-items: flex-end;
    }
  `];

  static override properties = {
    did: {}, names: { attribute: false }, wanted: { state: true }, found: { state: true }, busy: { state: true }, wrong: { state: true }, done: { state: true },
  };

  declare did: string;
  declare names: readonly string[];
  /** Those that it is to have. */
  declare protected wanted: readonly string[];
  declare protected found: NamesCheck | undefined;
  declare protected busy: 'look' | 'change' | undefined;
  declare protected wrong: string | undefined;
  declare protected done: string | undefined;

  constructor() {
    super();
    this.did = '';
    this.names = [];
    this.wanted = [];
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const before = changed.get('names') as readonly string[] | undefined;
    // What the owner has begun stays, where the directory was only asked again.
    if (!changed.has('names') || before?.join(' ') === this.names.join(' ')) return;
    this.wanted = this.names;
    this.found = undefined;
  }

  override render(): TemplateResult {
    const all = [...this.names, ...this.wanted.filter((name) => !this.names.includes(name))];
    const isChanged = this.wanted.join(' ') !== this.names.join(' ');
    return html`
      <section class="card stack" aria-labelledby="further" aria-busy=${this.busy === undefined ? 'false' : 'true'}>
        <h2 id="further">${msg('Further names')}</h2>
        <p>${msg('Your identity can also name other domains of yours, and addresses on the web. Apps show the first name only. A domain has to lead to your DID, as the name does; a web address is your word alone.')}</p>
        <div role="status">${this.done === undefined ? nothing : html`<p class="note good">${ICONS.passed}<span>${this.done}</span></p>`}</div>
        ${all.length === 0 ? html`<p class="soft">${msg('None yet.')}</p>` : html`
          <ul class="names">${all.map((name) => this.#name(name))}</ul>`}
        <form class="row" @submit=${this.#add}>
          <div class="field">
            <label for="more">${msg('A domain, or an address that begins with https://')}</label>
            <input id="more" name="more" class="mono" autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url" maxlength="258"
              aria-describedby="wrong" aria-invalid=${this.wrong === undefined ? 'false' : 'true'} />
          </div>
          <button id="add" type="submit" aria-disabled=${this.#disabled}>${msg('Put on the list')}</button>
        </form>
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
        ${isChanged ? html`
          <div class="row"><button id="look" class=${this.found?.isProven === true ? '' : 'primary'} aria-disabled=${this.#disabled} @click=${this.#look}>
            ${ICONS.restore}${this.busy === 'look' ? msg('Looking…') : this.found === undefined ? msg('Look at the change') : msg('Look again')}</button></div>` : nothing}
        ${this.found === undefined ? nothing : html`${this.#proofs(this.found)} ${this.#outcome(this.found)}`}
        <hf-confirm heading=${msg('Change the further names?')} action=${msg('Change them')}>
          <p>${msg('This house signs one operation with its own key, and the public directory keeps it: everybody can read it, also later.')}</p>
        </hf-confirm>
      </section>`;
  }

  #name(name: string): TemplateResult {
    const [isNow, isWanted] = [this.names.includes(name), this.wanted.includes(name)];
    const text = nameAsWritten(name);
    return html`
      <li><span class="name"><span class="mono">${text}</span>
        ${isNow ? isWanted ? nothing : html`<span class="badge amber">${msg('to be removed')}</span>` : html`<span class="badge">${msg('to be added')}</span>`}</span>
        <button class="quiet" data-name=${name} aria-disabled=${this.#disabled} aria-label=${isWanted ? msg(str`Remove ${text}`) : msg(str`Keep ${text}`)} @click=${() => this.#toggle(name)}>
          ${isWanted ? msg('Remove') : msg('Keep')}</button></li>`;
  }

  #proofs({ names }: NamesCheck): TemplateResult | typeof nothing {
    const looked = names.filter((name): name is FurtherName & Required<Pick<FurtherName, 'proofs'>> => name.proofs !== undefined);
    if (looked.length === 0) return nothing;
    return html`
      <ul class="stack" id="proofs">${looked.map(({ name, proofs }) => html`
        <li class="note ${proofs.isProven ? 'good' : 'amber'}">${proofs.isProven ? ICONS.passed : ICONS.waiting}<div>
          <p><strong>${nameAsWritten(name)}</strong> ${msg('Name servers:')} ${proofWords(proofs.dns, this.did)} ${msg('File on the web server:')} ${proofWords(proofs.file, this.did)}</p>
          ${proofs.isProven ? nothing : html`
            <p>${msg('At whoever runs your name servers, add a TXT record, and look again:')}
              ${recordToAdd(this.did, nameAsWritten(name))}</p>`}
        </div></li>`)}</ul>`;
  }

  #outcome(found: NamesCheck): TemplateResult | typeof nothing {
    if (!found.isProven) return nothing;
    return operationToSign(found, { same: msg('Your identity says these names already.'), action: msg('Change the further names'), busy: this.busy, change: () => void this.#change() });
  }

  get #disabled(): 'true' | 'false' {
    return this.busy === undefined ? 'false' : 'true';
  }

  #toggle(name: string): void {
    if (this.busy !== undefined) return;
    const isWanted = this.wanted.includes(name);
    // In their old order, the new ones behind.
    const all = [...this.names, ...this.wanted.filter((each) => !this.names.includes(each))];
    this.#want(all.filter((each) => (each === name ? !isWanted : this.wanted.includes(each))));
  }

  #add(event: Event): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>('#more');
    const typed = field?.value.trim() ?? '';
    if (this.busy !== undefined || field === null || typed === '') return;
    const name = /^[a-z]+:/i.test(typed) ? typed : `at://${typed.replace(/^@/, '').toLowerCase()}`;
    field.value = '';
    this.#want([...this.wanted.filter((each) => each !== name), name]);
  }

  #want(names: readonly string[]): void {
    this.wanted = names;
    this.found = undefined;
    this.wrong = undefined;
    this.done = undefined;
  }

  async #look(): Promise<void> {
    if (this.busy !== undefined) return;
    await this.#do('look', async () => {
      this.found = undefined;
      this.found = await checkNames(this.did, { names: this.wanted, resolver: await siteResolver() });
    });
  }

  async #change(): Promise<void> {
    const { found } = this;
    if (this.busy !== undefined || found === undefined || await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) return;
    await this.#do('change', async () => {
      await identityStore.changeNames(this.did, { names: found.names.map(({ name }) => name), resolver: await siteResolver() });
      this.done = msg('The further names were changed.');
    });
  }

  async #do(what: 'look' | 'change', work: () => Promise<void>): Promise<void> {
    this.busy = what;
    this.wrong = undefined;
    this.done = undefined;
    try {
      await work();
    } catch (error) {
      this.wrong = nameTrouble(error);
    } finally {
      this.busy = undefined;
    }
  }
}

customElements.define('holdfast-names-card', NamesCard);
