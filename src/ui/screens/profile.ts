import { css, html, LitElement, nothing } from 'lit';
import '../components/hf-empty.ts';
import '../components/hf-error.ts';
import { house } from '../house/client.ts';
import { formatNumber, msg, str } from '../i18n.ts';
import { AVATAR, BANNER } from '../images/image-plan.ts';
import { atPath } from '../router.ts';
import { AccountController } from '../state/account-store.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import { countGraphemes } from './compose/graphemes.ts';
import './profile/picture-field.ts';
import { MOST_DESCRIPTION, MOST_NAME, withFields } from './profile/profile-record.ts';
import { blobRefOf, textOf } from './records/json-shape.ts';
import { codeOf, listPage, putRecord, versionOf } from './records/record-house.ts';
import { undoStore } from './records/undo-store.ts';
import './records/undo-toast.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { PreparedImage } from '../images/prepare-image.ts';
import type { PictureField } from './profile/picture-field.ts';
import type { Row } from './records/record-pages.ts';
import type { JsonMap, JsonValue } from '../../protocol/index.ts';

const PLACE = { collection: 'app.bsky.actor.profile', rkey: 'self' };

/** What was chosen for a picture: nothing (it stays), a new one, or `none`. */
type Picked = PreparedImage | 'none' | undefined;

/** Changes the profile: name, description, pictures. What else the record says stays. */
export class HoldfastProfile extends LitElement {
  static override styles = [shared, controls, css`
    .screen {
      max-width: 40rem;
    }

    .pictures {
      display: grid;
      gap: 1rem;
    }

    @media (min-width: 600px) {
      .pictures {
        grid-template-columns: minmax(0, 1fr) auto;
      }
    }

    .count {
      justify-self: end;
    }

    textarea {
      min-height: 8rem;
      resize: vertical;
    }
  `];

  static override properties = {
    row: { state: true }, loaded: { state: true }, name: { state: true }, description: { state: true },
    working: { state: true }, problem: { state: true }, avatar: { state: true }, banner: { state: true },
  };

  /** The record as it is; undefined if there is none. */
  declare protected row: Row | undefined;
  declare protected loaded: boolean;
  declare protected name: string;
  declare protected description: string;
  declare protected working: boolean;
  declare protected problem: unknown;
  declare protected avatar: Picked;
  declare protected banner: Picked;
  #accounts = new AccountController(this);
  #did: string | undefined;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.loaded = false;
    this.name = '';
    this.description = '';
    this.working = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = undoStore.subscribe(() => {
      if (undoStore.current?.phase === 'undone') void this.#load();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    undoStore.forget();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const did = this.#accounts.current?.did;
    if (did === undefined || did === this.#did) return;
    this.#did = did;
    this.loaded = false;
    void this.#load();
  }

  override render(): TemplateResult {
    return html`
      <div class="screen">
        <h1>${msg('Profile')}</h1>
        ${this.#content()}
        <holdfast-undo></holdfast-undo>
      </div>`;
  }

  #content(): TemplateResult {
    const { accounts, error, current } = this.#accounts.state;
    if (current === undefined) {
      if (error !== undefined) return html`<hf-error .error=${error} safe=${msg('Your data is safe: it could only not be reached.')}></hf-error>`;
      if (accounts === undefined) return html`<p class="soft" role="status">${msg('Loading…')}</p>`;
      return html`
        <hf-empty text=${msg('A profile belongs to an account, and there is none in this browser yet.')}>
          <a class="button primary" href="/welcome">${msg('Make one')}</a>
        </hf-empty>`;
    }
    if (!this.loaded) {
      return this.problem === undefined
        ? html`<p class="soft" role="status">${msg('Loading…')}</p>`
        : html`<hf-error .error=${this.problem} retry @retry=${this.#load}></hf-error>`;
    }
    return this.#form(current.did);
  }

  #form(did: string): TemplateResult {
    return html`
      <form class="stack" @submit=${this.#submit}>
        <div class="pictures">
          <holdfast-picture-field id="banner" .did=${did} .label=${msg('Banner')} .limits=${BANNER} .kept=${blobRefOf(this.row?.value.banner)?.cid}
            @picked=${(event: CustomEvent<PreparedImage | undefined>) => (this.banner = event.detail ?? 'none')}></holdfast-picture-field>
          <holdfast-picture-field id="avatar" round .did=${did} .label=${msg('Profile picture')} .limits=${AVATAR}
            .kept=${blobRefOf(this.row?.value.avatar)?.cid}
            @picked=${(event: CustomEvent<PreparedImage | undefined>) => (this.avatar = event.detail ?? 'none')}></holdfast-picture-field>
        </div>
        <div class="field">
          <label for="name">${msg('Name')}</label>
          <input id="name" autocomplete="name" .value=${this.name} aria-describedby="name-count"
            aria-invalid=${countGraphemes(this.name) > MOST_NAME ? 'true' : 'false'}
            @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)} />
          ${count('name-count', this.name, MOST_NAME)}
        </div>
        <div class="field">
          <label for="description">${msg('About you')}</label>
          <textarea id="description" .value=${this.description} aria-describedby="description-count"
            aria-invalid=${countGraphemes(this.description) > MOST_DESCRIPTION ? 'true' : 'false'}
            @input=${(event: Event) => (this.description = (event.target as HTMLTextAreaElement).value)}></textarea>
          ${count('description-count', this.description, MOST_DESCRIPTION)}
        </div>
        ${this.problem === undefined ? nothing : html`
          <hf-error .error=${this.problem} safe=${msg('Nothing was saved, and what you wrote is still here.')}
            advice=${codeOf(this.problem) === 'InvalidSwap' ? msg('The profile was changed in another place meanwhile. Press Save again to put yours over it; what you do not see here stays.') : ''}></hf-error>`}
        <div class="row">
          <button class="primary" aria-disabled=${this.working || !this.#fits() ? 'true' : 'false'}>${this.working ? msg('Saving…') : msg('Save')}</button>
          ${this.row === undefined ? nothing : html`<a class="button quiet" href=${atPath(did, PLACE.collection, PLACE.rkey)}>${msg('See the record')}</a>`}
        </div>
        <p class="soft small">${msg('A profile is public once your account is on the network. Place, camera and time are taken out of pictures.')}</p>
      </form>`;
  }

  #fits(): boolean {
    return countGraphemes(this.name) <= MOST_NAME && countGraphemes(this.description) <= MOST_DESCRIPTION;
  }

  async #load(): Promise<void> {
    const did = this.#did;
    if (did === undefined) return;
    try {
      const row = await readProfile(did);
      if (did === this.#did) this.#show(row);
    } catch (error) {
      this.problem = error;
    }
  }

  #show(row: Row | undefined): void {
    this.row = row;
    this.name = textOf(row?.value.displayName) ?? '';
    this.description = textOf(row?.value.description) ?? '';
    this.avatar = undefined;
    this.banner = undefined;
    this.problem = undefined;
    this.loaded = true;
    for (const field of this.renderRoot.querySelectorAll<PictureField>('holdfast-picture-field')) field.reset();
  }

  #submit(event: Event): void {
    event.preventDefault();
    void this.#save();
  }

  async #save(): Promise<void> {
    const did = this.#did;
    if (did === undefined || this.working || !this.#fits()) return;
    this.working = true;
    this.problem = undefined;
    const previous = this.row;
    try {
      const value = withFields(previous?.value, {
        displayName: this.name.trim(),
        description: this.description.trim(),
        avatar: await keep(did, this.avatar, previous?.value.avatar),
        banner: await keep(did, this.banner, previous?.value.banner),
      }, new Date().toISOString());
      const { cid, rev } = await putRecord(did, { ...PLACE, value, previous: previous?.cid });
      if (previous?.cid !== cid) {
        undoStore.offer(did, [{ ...PLACE, cid, ...(previous === undefined ? { action: 'create' } : { action: 'update', previous: versionOf(previous) }) }], rev);
      }
      this.#show({ rkey: PLACE.rkey, cid, value });
    } catch (error) {
      this.problem = error;
      // The next press is about the version that is there now; the fields keep what was typed.
      if (codeOf(error) === 'InvalidSwap') this.row = await readProfile(did).catch(() => this.row);
    }
    this.working = false;
  }
}

customElements.define('holdfast-profile', HoldfastProfile);

function count(id: string, text: string, most: number): TemplateResult {
  const left = most - countGraphemes(text);
  return html`<span id=${id} class="count ${left < 0 ? 'problem' : 'hint'}">${left < 0
    ? msg(str`Characters too many: ${formatNumber(-left)}`)
    : msg(str`Characters left: ${formatNumber(left)}`)}</span>`;
}

/** The profile as it is; undefined if there is none. (Asked for by its key, a missing one would be an error.) */
async function readProfile(did: string): Promise<Row | undefined> {
  const { rows } = await listPage(did, PLACE.collection, undefined);
  return rows.find(({ rkey }) => rkey === PLACE.rkey);
}

async function keep(did: string, picked: Picked, kept: JsonValue | undefined): Promise<JsonValue | undefined> {
  if (picked === undefined) return kept;
  if (picked === 'none') return undefined;
  return { ...(await house.upload(did, picked.blob, picked.blob.type)) } as JsonMap;
}
