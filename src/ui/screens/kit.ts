import { html, LitElement, nothing } from 'lit';
import '../components/kit-sheet.ts';
import { problemOf } from '../components/hf-error.ts';
import { house } from '../house/client.ts';
import { formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { callKit } from '../jobs/kit.ts';
import { accountStore } from '../state/account-store.ts';
import { downloadText } from '../state/download.ts';
import { asTyped, forgetPassphrase, groupsOf, rememberedPassphrase, twoOf } from '../state/kit-memory.ts';
import { noteKitOpened } from '../state/kit-proof.ts';
import { controls } from '../styles/controls.ts';
import { kitStyles } from '../styles/kit.ts';
import { shared } from '../styles/shared.ts';
import { fileField, passphraseField, wrongWords } from './kit/fields.ts';
import { renewedWords } from './kit/new-kit.ts';
import './kit/mirror-kit-card.ts';
import './kit/passkey-card.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { lexicons } from '../../protocol/index.ts';
import type { KitSheet } from '../components/kit-sheet.ts';
import type { Params } from '../router.ts';
import type { RenewedKit } from '../jobs/new-kit.ts';
import type { NewKit } from './kit/new-kit.ts';

/** What the house gives of the kit: it keeps the sealed file until the owner has shown that they hold it. */
type Kept = lexicons.AppHoldfastKitGet.$output;

/** The kit's ceremony: keep the file, keep the passphrase, show that both can be found again. */
export class HoldfastKit extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = {
    params: { attribute: false }, kept: { state: true }, gone: { state: true }, problem: { state: true },
    held: { state: true }, wrong: { state: true }, busy: { state: true }, copied: { state: true }, way: { state: true },
    checked: { state: true }, renewed: { state: true },
  };

  declare params: Params;
  declare protected kept: Kept | undefined;
  /** The house has no file any more. */
  declare protected gone: boolean;
  declare protected problem: unknown;
  /** Which ways of keeping the file were taken since the screen is open. */
  declare protected held: ReadonlySet<'saved' | 'printed' | 'copied'>;
  /** What is wrong with what was typed, in a sentence. */
  declare protected wrong: string | undefined;
  declare protected busy: boolean;
  declare protected copied: boolean;
  declare protected way: 'groups' | 'file';
  /** The owner's copy was opened just now. */
  declare protected checked: boolean;
  /** A new kit was made just now. */
  declare protected renewed: RenewedKit | undefined;
  #asked: readonly [number, number] = twoOf(4);
  #loaded = '';

  constructor() {
    super();
    this.gone = false;
    this.held = new Set();
    this.busy = false;
    this.copied = false;
    this.way = 'groups';
    this.checked = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { did = '' } = this.params;
    if (did === this.#loaded) return;
    this.#loaded = did;
    void this.#load();
  }

  override render(): TemplateResult {
    return html`
      <div class="screen on-screen">
        <div class="stack">
          <h1>${this.gone ? msg('Your recovery kit is in your hands') : msg('Your recovery kit')}</h1>
          ${this.gone ? this.#done() : html`
            <p>${msg('The kit is the way back: with it and a saved copy of your records, or a mirror, your account comes back on any device. Without it, losing this browser means losing the account. It takes a minute.')}</p>`}
        </div>
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${this.problem} retry @retry=${this.#load}
            safe=${msg('Your account is safe in this browser, and the house still keeps the kit.')}></hf-error>`}
        ${this.renewed === undefined || this.gone ? nothing : renewedWords(this.params.did ?? '', this.renewed)}
        ${this.gone || this.kept === undefined ? nothing : this.#ceremony(this.kept)}
        ${this.gone ? this.#checkAgain() : nothing}
        ${this.gone || (this.kept !== undefined && this.#passphrase === undefined) ? html`
          <holdfast-new-kit .did=${this.params.did ?? ''} @renewed=${this.#renewed}></holdfast-new-kit>` : nothing}
        ${this.gone ? html`
          <holdfast-passkey did=${this.params.did ?? ''} name=${accountStore.state.accounts?.find(({ did }) => did === this.params.did)?.handle ?? this.params.did ?? ''}></holdfast-passkey>
          <holdfast-mirror-kit did=${this.params.did ?? ''}></holdfast-mirror-kit>` : nothing}
      </div>
      ${this.kept === undefined ? nothing : html`
        <holdfast-kit-sheet .page=${this.kept.page} .armored=${this.kept.armored}></holdfast-kit-sheet>`}
    `;
  }

  #ceremony(kept: Kept): TemplateResult {
    const drawn = rememberedPassphrase(this.params.did ?? '');
    const passphrase = drawn?.passphrase;
    return html`
      <section class="card stack" aria-labelledby="one">
        <h2 id="one"><span class="count">1</span>${msg('Keep the passphrase')}</h2>
        ${drawn === undefined ? this.#passphraseGone() : html`
          <p>${msg('Write it down or put it into your password manager. It is shown now and never again; it is kept nowhere.')}</p>
          <p class="groups" dir="ltr">${groupsOf(drawn.passphrase).map((group) => html`<span>${group}</span>`)}</p>
          <p class="soft">${msg(str`Drawn by chance, with ${formatNumber(drawn.bits)} bits: nobody can try them all. Two of the characters tell whether another was mistyped.`)}</p>
          <div class="row"><button @click=${this.#copyPassphrase}>${ICONS.copy}${this.copied ? msg('Copied') : msg('Copy the passphrase')}</button></div>`}
      </section>
      <section class="card stack" aria-labelledby="two">
        <h2 id="two"><span class="count">2</span>${msg('Keep the kit')}</h2>
        <p>${msg('A sealed file that only the passphrase opens. Keep it outside this browser: on a stick, in the cloud, on paper.')}</p>
        <div class="row">
          <button class=${this.held.size === 0 ? 'primary' : ''} id="save" @click=${() => this.#save(kept)}>${this.#mark('saved', ICONS.backup)}${msg('Save the file')}</button>
          <button @click=${this.#print}>${this.#mark('printed', ICONS.print)}${msg('Print')}</button>
          <button @click=${() => this.#copyKit(kept)}>${this.#mark('copied', ICONS.copy)}${msg('Copy as text')}</button>
        </div>
      </section>
      <section class="card stack" aria-labelledby="three">
        <h2 id="three"><span class="count">3</span>${msg('Show that you have it')}</h2>
        ${this.#proof(passphrase)}
      </section>
      <div class="row">
        <a class="button" href="/">${msg('Do this later')}</a>
        <span class="soft">${msg('Home reminds you until it is done.')}</span>
      </div>`;
  }

  #proof(passphrase: string | undefined): TemplateResult {
    return html`
      <fieldset class="ways">
        <legend class="visually-hidden">${msg('How to show it')}</legend>
        ${this.#choice('groups', passphrase === undefined ? msg('Type the passphrase') : msg('Type two groups of the passphrase'))}
        ${this.#choice('file', msg('Open the file you kept'))}
      </fieldset>
      <form class="stack" @submit=${this.#prove}>
        ${this.way === 'file' ? html`${fileField()}${passphraseField()}` : passphrase === undefined ? passphraseField() : this.#groupFields()}
        ${this.way === 'groups' && this.held.size === 0 ? html`
          <p class="soft">${msg('First keep the kit, in one of the three ways above: once you have shown that you have it, the house lets its copy go.')}</p>` : nothing}
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
        <div class="row">
          <button class="primary" type="submit" aria-disabled=${this.busy || !this.#ready ? 'true' : 'false'}>
            ${this.busy ? msg('Opening the kit…') : msg('I have it')}
          </button>
        </div>
      </form>`;
  }

  #choice(way: 'groups' | 'file', words: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="way" .checked=${this.way === way}
      @change=${() => this.#choose(way)} />${words}</label>`;
  }

  #groupFields(): TemplateResult {
    return html`
      <div class="pair">
        ${this.#asked.map((index) => html`
          <div class="field">
            <label for="group-${index}">${msg(str`Group ${index + 1}`)}</label>
            <input id="group-${index}" name="group" class="mono" autocomplete="off" autocapitalize="characters" spellcheck="false"
              aria-describedby="wrong" />
          </div>`)}
      </div>`;
  }

  #passphraseGone(): TemplateResult {
    return html`
      <p>${msg('The passphrase was shown when the kit was made. It was never stored, so it cannot be shown again: type the one you wrote down, below.')}</p>
      <details>
        <summary>${msg('I do not have the passphrase')}</summary>
        <p>${msg('Then this kit cannot be opened, by you or by anybody. Your account works on in this browser, but could not come back after its data is lost. Make a new kit, below.')}</p>
      </details>`;
  }

  #done(): TemplateResult {
    return html`
      <p class="note good">${ICONS.passed}<span>${msg('You have shown that you hold the kit. The house has let its own copy go: now only you can bring the account back.')}</span></p>
      <div class="row">
        ${cameFromMirror() ? html`<a class="button primary" href="/mirror">${ICONS.mirror}${msg('Back to the mirror')}</a>` : html`<a class="button primary" href="/">${msg('Go home')}</a>`}
        <a class="button" href="/backups">${msg('Save a backup')}</a>
      </div>`;
  }

  #checkAgain(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="again">
        <h2 id="again">${msg('Check my copy')}</h2>
        <p>${msg('Open the file you kept with its passphrase, to be sure that both are still good. Nothing is changed.')}</p>
        <form class="stack" @submit=${this.#prove}>
          ${fileField()}${passphraseField()}
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          <p role="status">${this.checked ? msg('Your copy is good: it opens and belongs to this account.') : nothing}</p>
          <div class="row"><button type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>${this.busy ? msg('Opening the kit…') : msg('Check')}</button></div>
        </form>
      </section>`;
  }

  #mark(how: 'saved' | 'printed' | 'copied', icon: TemplateResult): TemplateResult {
    return this.held.has(how) ? ICONS.passed : icon;
  }

  get #passphrase(): string | undefined {
    return rememberedPassphrase(this.params.did ?? '')?.passphrase;
  }

  get #ready(): boolean {
    return this.way === 'file' || this.held.size > 0;
  }

  async #load(): Promise<void> {
    const did = this.params.did as `did:${string}:${string}`;
    this.problem = undefined;
    this.gone = false;
    this.kept = undefined;
    this.held = new Set();
    this.wrong = undefined;
    try {
      this.kept = await house.get('app.holdfast.kit.get', { did });
    } catch (error) {
      if (problemOf(error).code === 'KitNotKept') this.gone = true;
      else this.problem = error;
    }
  }

  async #renewed(event: Event): Promise<void> {
    this.renewed = (event.target as NewKit).renewed;
    await this.#load();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  #hold(how: 'saved' | 'printed' | 'copied'): void {
    this.held = new Set(this.held).add(how);
  }

  #save({ page, armored }: Kept): void {
    downloadText(page.fileName, armored, 'text/plain');
    this.#hold('saved');
  }

  async #copyKit({ armored }: Kept): Promise<void> {
    await navigator.clipboard.writeText(armored);
    this.#hold('copied');
  }

  async #copyPassphrase(): Promise<void> {
    await navigator.clipboard.writeText(this.#passphrase ?? '');
    this.copied = true;
  }

  async #print(): Promise<void> {
    await this.renderRoot.querySelector<KitSheet>('holdfast-kit-sheet')?.prepare();
    window.print();
    this.#hold('printed');
  }

  #choose(way: 'groups' | 'file'): void {
    this.way = way;
    this.wrong = undefined;
  }

  async #prove(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || (!this.gone && !this.#ready)) return;
    const form = event.target as HTMLFormElement;
    this.wrong = undefined;
    this.checked = false;
    const given = await this.#given(new FormData(form));
    if (typeof given === 'string') {
      this.wrong = given;
      form.querySelector<HTMLElement>('input')?.focus();
      return;
    }
    this.busy = true;
    try {
      const did = this.params.did as `did:${string}:${string}`;
      await callKit('app.holdfast.kit.prove', { did, ...given });
      forgetPassphrase(did);
      noteKitOpened(did);
      this.checked = this.gone;
      this.gone = true;
      await accountStore.refresh();
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
    } catch (error) {
      this.wrong = wrongWords(problemOf(error));
    } finally {
      this.busy = false;
    }
  }

  /** What to send as proof, or what is wrong with what was typed. */
  async #given(data: FormData): Promise<string | { readonly passphrase: string; readonly armored?: string }> {
    const known = this.#passphrase;
    if (this.way === 'groups' && !this.gone && known !== undefined) {
      const groups = groupsOf(known);
      const typed = data.getAll('group').map((text) => asTyped(String(text)));
      const wrong = this.#asked.find((index, place) => typed[place] !== groups[index]);
      return wrong === undefined ? { passphrase: known } : msg(str`Group ${wrong + 1} is not as it stands above. Look at what you wrote down and try again.`);
    }
    const passphrase = String(data.get('passphrase') ?? '').trim();
    const file = data.get('file');
    if ((this.way === 'file' || this.gone) && (!(file instanceof File) || file.size === 0)) return msg('Choose the kit file first.');
    if (passphrase === '') return msg('Type the passphrase.');
    return file instanceof File ? { passphrase, armored: await file.text() } : { passphrase };
  }
}

customElements.define('holdfast-kit', HoldfastKit);

/** Whether pairing has sent the owner here, and waits. */
const cameFromMirror = (): boolean => new URLSearchParams(location.search).get('back') === '/mirror';
