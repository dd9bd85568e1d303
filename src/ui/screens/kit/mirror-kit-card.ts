import { html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { formatDay, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { putMirrorKit, takeMirrorKit } from '../../jobs/keys.ts';
import { asOwner } from '../../state/as-owner.ts';
import { downloadKit } from '../../state/download.ts';
import { MirrorKitsController } from '../../state/mirror-kits.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { PasskeyController } from '../../state/passkey.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passphraseField, wrongWords } from './fields.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { MirrorKit, MirrorKits } from '../../jobs/keys.ts';

/** Sealed copies of the kit at the mirror: to see what lies there, to put one there, and to take it back. */
export class MirrorKitCard extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = { did: {}, busy: { state: true }, wrong: { state: true }, said: { state: true }, taking: { state: true } };

  declare did: string;
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  declare protected said: string | undefined;
  /** Which one the owner is asked about. */
  declare protected taking: MirrorKit['kind'];
  #mirror = new MirrorKitsController(this, () => this.did);
  #passkey = new PasskeyController(this, () => this.did);

  constructor() {
    super();
    this.did = '';
    this.busy = false;
    this.taking = 'passphrase';
  }

  override render(): TemplateResult {
    const { kits } = this.#mirror;
    return html`
      <section class="card stack" aria-labelledby="with-mirror" aria-busy=${this.busy || kits === undefined ? 'true' : 'false'}>
        <h2 id="with-mirror">${msg('A sealed copy with your mirror')}</h2>
        <p>${msg('The mirror can keep the kit for you, sealed. Then the passphrase alone brings the account back, on any device; or the passkey alone, at this address and where you have it. The mirror cannot open it. Anybody can fetch it there, and needs your passphrase, which is too long to try, or your passkey.')}</p>
        <p>${msg('It is never your only copy: a mirror can lose it, or refuse. Keep your file and your passphrase.')}</p>
        <p role="status">${this.said ?? nothing}</p>
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
        ${kits === undefined ? nothing : this.#copies(kits)}
        <hf-confirm heading=${msg('Take this copy back from the mirror?')} action=${msg('Take it back')}>
          <p>${this.taking === 'passphrase' ? msg('The mirror deletes the file, and so do its standbys when they next look. Your own file and your passphrase open everything as before.')
            : msg('The mirror deletes the copy, and so do its standbys when they next look. The one in this browser, your file and your passphrase open everything as before.')}</p>
        </hf-confirm>
      </section>`;
  }

  #copies({ mirror, fault, copies }: MirrorKits): TemplateResult {
    if (mirror === undefined) {
      return html`
        <p class="note">${ICONS.info}<span>${msg('This account has no mirror yet.')}</span></p>
        <div class="row"><a class="button" href="/mirror">${ICONS.mirror}${msg('Choose a mirror')}</a></div>`;
    }
    if (fault === 'MirrorOld') {
      return html`<p class="note" id="old">${ICONS.info}<span>${msg(str`${hostOf(mirror)} is of a version that keeps no copies of kits. Nothing is missing: your file and your passphrase open everything.`)}</span></p>`;
    }
    if (fault !== undefined) {
      return html`
        <p class="note amber">${ICONS.warning}<span>${msg(str`${hostOf(mirror)} did not say whether it has a copy.`)}</span></p>
        <div class="row"><button id="again" @click=${() => void this.#mirror.refresh()}>${msg('Ask again')}</button></div>`;
    }
    const [file, passkey] = (['passphrase', 'passkey'] as const).map((wanted) => copies.find(({ kind }) => kind === wanted));
    return html`
      <div class="stack" id="by-passphrase">${file === undefined ? this.#putFile() : this.#there(file, mirror)}</div>
      <div class="stack" id="by-passkey">${passkey === undefined ? this.#putPasskey() : this.#there(passkey, mirror)}</div>
      <p class="soft small">${msg('A copy is deleted when you make a new kit, since it holds the old keys, and when the account leaves this mirror. Standbys hold it as the mirror does. To a mirror that was no standby it does not move with you: put it there anew.')}</p>`;
  }

  #there({ kind, file, storedAt, isOurs }: MirrorKit, mirror: string): TemplateResult {
    const since = kind === 'passphrase' ? msg(str`The file under your passphrase lies with ${hostOf(mirror)} since ${formatDay(storedAt)}.`)
      : msg(str`The copy under your passkey lies with ${hostOf(mirror)} since ${formatDay(storedAt)}.`);
    const other = kind === 'passphrase' ? msg('But it is not what this browser put there: another device of yours put it, or the mirror changed it. Take it back and put it there anew.')
      : msg('But it is not the one that this browser has now: take it back and put that one there.');
    return html`
      <p class="note ${isOurs === false ? 'amber' : 'good'}">${isOurs === false ? ICONS.warning : ICONS.passed}<span>${since} ${isOurs === false ? other : nothing}</span></p>
      <div class="row">${kind === 'passkey' ? nothing : html`
        <button id="save-file" @click=${() => downloadKit(file, this.did)}>${ICONS.backup}${msg('Save this file')}</button>`}
        <button id="take-${kind}" aria-disabled=${this.#disabled} @click=${() => void this.#take(kind)}>
        ${kind === 'passphrase' ? msg('Take the file back') : msg('Take the passkey copy back')}</button></div>`;
  }

  #putFile(): TemplateResult {
    return html`
      <details>
        <summary>${msg('Put the file under your passphrase there')}</summary>
        <form class="stack" @submit=${this.#put}>
          ${fileField()}${passphraseField()}
          <div class="row"><button id="put-passphrase" type="submit" aria-disabled=${this.#disabled}>
            ${ICONS.mirror}${this.busy ? msg('Working…') : msg('Put the file there')}</button></div>
        </form>
      </details>`;
  }

  #putPasskey(): TemplateResult | typeof nothing {
    const { copy, isKnown } = this.#passkey;
    if (!isKnown) return nothing;
    if (copy === undefined) return html`<p class="soft">${msg('A copy under a passkey can go there too, once you have made one above.')}</p>`;
    return html`<div class="row"><button id="put-passkey" aria-disabled=${this.#disabled} @click=${() => void this.#putCopy()}>
      ${ICONS.mirror}${this.busy ? msg('Working…') : msg('Put the copy under my passkey there')}</button></div>`;
  }

  get #disabled(): 'true' | 'false' {
    return this.busy ? 'true' : 'false';
  }

  async #put(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const given = givenKit(event.target as HTMLFormElement);
    if (typeof given === 'string') return void (this.wrong = given);
    await this.#do(() => putMirrorKit(this.did, { kind: 'passphrase', ...given }), msg('It lies there now: it was read back and compared.'));
  }

  async #putCopy(): Promise<void> {
    if (this.busy) return;
    await this.#do(() => putMirrorKit(this.did, { kind: 'passkey' }), msg('It lies there now: it was read back and compared.'));
  }

  async #take(kind: MirrorKit['kind']): Promise<void> {
    if (this.busy) return;
    this.taking = kind;
    if (await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) return;
    await this.#do(() => takeMirrorKit(this.did, kind), msg('The mirror has deleted it.'));
  }

  async #do(work: () => Promise<MirrorKits>, said: string): Promise<void> {
    this.busy = true;
    this.wrong = undefined;
    this.said = undefined;
    try {
      this.#mirror.tell(await asOwner(this.did, work));
      this.said = said;
    } catch (error) {
      this.wrong = mirrorKitTrouble(problemOf(error));
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-mirror-kit', MirrorKitCard);

function mirrorKitTrouble(problem: { readonly code: string; readonly message: string }): string {
  switch (problem.code) {
    case 'PassphraseWeak':
      return msg('Nothing was changed. This passphrase opens the kit, and Holdfast did not draw it: whoever fetches the file can try passphrases without end, so only a drawn one is strong enough. Make a new kit, or use a passkey.');
    case 'CopyChanged':
      return msg('Your kit is safe. The mirror said that it keeps the copy, and gives out something else: do not count on it.');
    case 'MirrorUnreachable':
      return msg('Your kit is safe. The mirror does not answer just now; try again in a while.');
    default:
      return wrongWords(problem);
  }
}
