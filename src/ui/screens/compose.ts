import { html, LitElement, nothing } from 'lit';
import '../components/hf-empty.ts';
import '../components/hf-error.ts';
import { house } from '../house/client.ts';
import { formatNumber, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { POST_IMAGE } from '../images/image-plan.ts';
import { prepareImage } from '../images/prepare-image.ts';
import { AccountController } from '../state/account-store.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import { composeStyles } from './compose/compose-styles.ts';
import { keepDraft, keptDraft } from './compose/draft.ts';
import { countGraphemes } from './compose/graphemes.ts';
import { LANGUAGES, ownLanguage } from './compose/languages.ts';
import { handlesIn, makePost, MOST_GRAPHEMES, MOST_IMAGES } from './compose/post.ts';
import { createRecord, resolveHandle } from './records/record-house.ts';
import { undoStore } from './records/undo-store.ts';
import './records/undo-toast.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { PreparedImage } from '../images/prepare-image.ts';

const POST = 'app.bsky.feed.post';

/** A picture that was chosen for the post. */
interface Chosen extends PreparedImage {
  readonly url: string;
  readonly name: string;
  readonly alt: string;
}

/** Writes a post: text, pictures, language. */
export class HoldfastCompose extends LitElement {
  static override styles = [shared, controls, composeStyles];
  static override properties = {
    text: { state: true }, images: { state: true }, language: { state: true }, working: { state: true }, problem: { state: true },
    nudged: { state: true }, dragging: { state: true },
  };

  declare protected text: string;
  declare protected images: readonly Chosen[];
  declare protected language: string;
  declare protected working: 'pictures' | 'posting' | undefined;
  declare protected problem: unknown;
  /** Whether the owner was asked once for descriptions of the pictures. */
  declare protected nudged: boolean;
  declare protected dragging: boolean;
  #accounts = new AccountController(this);
  #did: string | undefined;
  /** One post, however often the button is pressed. Another text is another post. */
  #wish: { readonly id: string; readonly createdAt: string } | undefined;

  constructor() {
    super();
    this.text = '';
    this.images = [];
    this.language = ownLanguage();
    this.nudged = false;
    this.dragging = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#letGo(this.images);
    this.images = [];
    undoStore.forget();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const did = this.#accounts.current?.did;
    if (did === undefined || did === this.#did) return;
    this.#did = did;
    this.text = keptDraft(did);
  }

  override render(): TemplateResult {
    const did = this.#accounts.current?.did;
    return html`
      <div class="screen">
        <h1>${msg('Write a post')}</h1>
        ${did === undefined ? this.#nobody() : this.#form()}
        <holdfast-undo></holdfast-undo>
      </div>`;
  }

  #nobody(): TemplateResult {
    const { accounts, error } = this.#accounts.state;
    if (error !== undefined) return html`<hf-error .error=${error} safe=${msg('Your data is safe: it could only not be reached.')}></hf-error>`;
    if (accounts === undefined) return html`<p class="soft" role="status">${msg('Loading…')}</p>`;
    return html`
      <hf-empty text=${msg('A post needs an account, and there is none in this browser yet.')}>
        <a class="button primary" href="/welcome">${msg('Make one')}</a>
      </hf-empty>`;
  }

  #form(): TemplateResult {
    const count = countGraphemes(this.text);
    const left = MOST_GRAPHEMES - count;
    const busy = this.working !== undefined;
    return html`
      <form class="stack ${this.dragging ? 'dragging' : ''}" @submit=${this.#submit} @paste=${this.#paste} @dragover=${this.#dragOver}
        @dragleave=${() => (this.dragging = false)} @drop=${this.#drop}>
        <div class="field">
          <label for="text">${msg('Text')}</label>
          <textarea id="text" class="post" .value=${this.text} aria-describedby="count" aria-invalid=${left < 0 ? 'true' : 'false'}
            placeholder=${msg('What is new?')} @input=${this.#typed} @keydown=${this.#key}></textarea>
        </div>
        ${this.images.length === 0 ? nothing : html`
          <ul class="images" role="list" aria-label=${msg('Pictures')}>${this.images.map((image, index) => this.#image(image, index))}</ul>`}
        <div class="row">
          <button type="button" class="quiet" @click=${this.#pick}
            aria-disabled=${busy || this.images.length >= MOST_IMAGES ? 'true' : 'false'}>${ICONS.image} ${msg('Add pictures')}</button>
          <input id="pictures" type="file" accept="image/jpeg,image/png,image/gif,image/webp,image/avif" multiple
            aria-label=${msg('Pictures to add')} @change=${this.#chosen} />
          <span class="language">
            <label class="visually-hidden" for="language">${msg('Language')}</label>
            <select id="language" @change=${(event: Event) => (this.language = (event.target as HTMLSelectElement).value)}>
              ${LANGUAGES.map(({ tag, name }) => html`<option value=${tag} lang=${tag} ?selected=${tag === this.language}>${name}</option>`)}
            </select>
          </span>
          <span id="count" class="count ${left < 0 ? 'over' : 'soft'}">
            ${left < 0
              ? msg(str`Characters too many: ${formatNumber(-left)}`)
              : msg(str`Characters left: ${formatNumber(left)}`)}</span>
        </div>
        ${this.#asks() && this.nudged ? html`
          <p class="note amber" role="alert">${ICONS.warning}<span>${msg('A picture has no description yet. People who cannot see it would miss it. Describe it, or press Post again to go without.')}</span></p>` : nothing}
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${this.problem} safe=${msg('Your text is safe: nothing was posted, and it is still here.')}></hf-error>`}
        <div class="row">
          <button class="primary" aria-disabled=${busy || !this.#isReady() ? 'true' : 'false'}>
            ${this.working === 'posting' ? msg('Posting…') : this.working === 'pictures' ? msg('Preparing pictures…') : msg('Post')}
          </button>
          <span class="soft small">${msg('Place, camera and time are taken out of pictures.')}</span>
        </div>
      </form>`;
  }

  #image({ url, name, alt }: Chosen, index: number): TemplateResult {
    return html`
      <li>
        <img src=${url} alt=${alt === '' ? msg(str`Picture ${index + 1}: ${name}`) : alt} />
        <div class="field">
          <label for=${`alt-${index}`}>${msg('What it shows')}</label>
          <textarea id=${`alt-${index}`} maxlength="2000" .value=${alt} @input=${(event: Event) => this.#describe(index, event)}></textarea>
        </div>
        <button type="button" class="quiet danger" aria-label=${msg(str`Remove picture ${index + 1}`)} @click=${() => this.#remove(index)}>
          ${msg('Remove')}
        </button>
      </li>`;
  }

  #isReady(): boolean {
    return (this.text.trim() !== '' || this.images.length > 0) && countGraphemes(this.text) <= MOST_GRAPHEMES;
  }

  #asks(): boolean {
    return this.images.some(({ alt }) => alt.trim() === '');
  }

  #typed(event: Event): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    if (this.#did !== undefined) keepDraft(this.#did, this.text);
    this.#another();
  }

  /** What was changed makes another post of it. */
  #another(): void {
    this.#wish = undefined;
    this.problem = undefined;
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.#post();
  }

  #submit(event: Event): void {
    event.preventDefault();
    void this.#post();
  }

  async #post(): Promise<void> {
    const did = this.#did;
    if (did === undefined || this.working !== undefined || !this.#isReady()) return;
    if (this.#asks() && !this.nudged) {
      this.nudged = true;
      const first = this.images.findIndex(({ alt }) => alt.trim() === '');
      this.renderRoot.querySelector<HTMLElement>(`#alt-${first}`)?.focus();
      return;
    }
    this.working = 'posting';
    this.problem = undefined;
    this.#wish ??= { id: crypto.randomUUID(), createdAt: new Date().toISOString() };
    try {
      const { rkey, cid, rev } = await this.#send(did, this.#wish);
      undoStore.offer(did, [{ action: 'create', collection: POST, rkey, cid }], rev);
      this.#clear(did);
    } catch (error) {
      this.problem = error;
    }
    this.working = undefined;
  }

  async #send(did: string, { id, createdAt }: { readonly id: string; readonly createdAt: string }) {
    const { text, language } = this;
    const blobs = await Promise.all(this.images.map(async ({ blob, alt, width, height }) => (
      { blob: await house.upload(did, blob, blob.type), alt: alt.trim(), width, height })));
    const found = await Promise.all(handlesIn(text).map(async (handle) => [handle, await resolveHandle(handle)] as const));
    const dids = new Map(found.flatMap(([handle, owner]) => (owner === undefined ? [] : [[handle, owner] as const])));
    const value = makePost({ text: text.trim(), langs: language === '' ? [] : [language], images: blobs, dids, createdAt });
    return createRecord(did, { collection: POST, rkey: undefined, value }, id);
  }

  #clear(did: string): void {
    keepDraft(did, '');
    this.#letGo(this.images);
    this.text = '';
    this.images = [];
    this.nudged = false;
    this.#wish = undefined;
  }

  #pick(): void {
    if (this.working === undefined && this.images.length < MOST_IMAGES) this.renderRoot.querySelector<HTMLElement>('#pictures')?.click();
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    void this.#add([...(input.files ?? [])]);
    input.value = '';
  }

  async #add(files: readonly File[]): Promise<void> {
    if (this.working !== undefined || files.length === 0) return;
    this.working = 'pictures';
    this.#another();
    try {
      for (const file of files.slice(0, MOST_IMAGES - this.images.length)) {
        const image = await prepareImage(file, POST_IMAGE);
        this.images = [...this.images, { ...image, url: URL.createObjectURL(image.blob), name: file.name, alt: '' }];
      }
      this.nudged = false;
    } catch (error) {
      this.problem = error;
    }
    this.working = undefined;
  }

  #describe(index: number, event: Event): void {
    const alt = (event.target as HTMLTextAreaElement).value;
    this.images = this.images.map((image, at) => (at === index ? { ...image, alt } : image));
    this.#wish = undefined;
  }

  #remove(index: number): void {
    this.#letGo(this.images.slice(index, index + 1));
    this.images = this.images.toSpliced(index, 1);
    this.#another();
    this.renderRoot.querySelector<HTMLElement>('#text')?.focus();
  }

  #letGo(images: readonly Chosen[]): void {
    for (const { url } of images) URL.revokeObjectURL(url);
  }

  #paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
    if (files.length === 0) return;
    event.preventDefault();
    void this.#add(files);
  }

  #dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging = true;
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    this.dragging = false;
    void this.#add([...(event.dataTransfer?.files ?? [])]);
  }
}

customElements.define('holdfast-compose', HoldfastCompose);
