import { html, LitElement, nothing } from 'lit';
import { problemOf } from '../../components/hf-error.ts';
import '../../components/hf-confirm.ts';
import { house } from '../../house/client.ts';
import { formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { beginAgain } from '../../jobs/begin-again.ts';
import { accountStore } from '../../state/account-store.ts';
import { rememberPassphrase } from '../../state/kit-memory.ts';
import { revTime } from '../../state/rev-time.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passphraseField, wrongWords } from '../kit/fields.ts';
import type { TemplateResult } from 'lit';
import type { BegunAgain } from '../../jobs/begin-again.ts';
import type { HfConfirm } from '../../components/hf-confirm.ts';

/** Nothing is left but the kit: the identity is saved, and what is lost is named before and after. Fires `begun` when it is. */
export class BeginAgain extends LitElement {
  static override styles = [shared, controls, kitStyles];
  static override properties = { busy: { state: true }, wrong: { state: true }, hasCopy: { state: true }, begun: { state: true } };

  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  /** The mirror has a copy after all. */
  declare protected hasCopy: boolean;
  declare protected begun: BegunAgain | undefined;

  constructor() {
    super();
    this.busy = false;
    this.hasCopy = false;
  }

  override render(): TemplateResult {
    return this.begun === undefined ? this.#form() : this.#done(this.begun);
  }

  #form(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="alone" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="alone">${msg('Save the identity with the kit alone')}</h2>
        <div class="note bad">${ICONS.warning}<div class="stack">
          <p><strong>${msg('Your posts, pictures, likes, follows and settings do not come back.')}</strong> ${msg('The kit holds keys, not records. Apps will show an account without them.')}</p>
          <p>${msg('A saved file on another disk, a mirror, or another browser with this account brings everything back: look for one first.')}</p>
        </div></div>
        <p>${msg('What is saved: the identity itself (the DID), your name, and so the followers and lists that name you. Nobody else can take them. The account begins empty here, with a new key, and you get a new kit.')}</p>
        <form class="stack" @submit=${this.#submit}>
          ${fileField()}${passphraseField()}
          <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
          ${this.hasCopy ? html`<label class="choice"><input type="checkbox" id="sure" />${msg('I give up the copy of the mirror, and begin empty all the same')}</label>` : nothing}
          <div class="row"><button id="begin" class="danger" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>
            ${ICONS.key}${this.busy ? msg('Working…') : msg('Save the identity, begin empty')}</button></div>
        </form>
        <hf-confirm heading=${msg('Begin empty under this identity?')} action=${msg('Begin empty')} danger>
          <p>${msg('No record comes back. One operation is signed with the key of your kit, and is sent when you pair with a mirror.')}</p>
        </hf-confirm>
      </section>`;
  }

  #done({ did, handle, lost, mirror }: BegunAgain): TemplateResult {
    const time = lost === undefined ? undefined : revTime(lost);
    return html`
      <section class="card stack" aria-labelledby="saved">
        <h2 id="saved" tabindex="-1">${msg('Your identity is saved')}</h2>
        <p class="note good" role="status">${ICONS.passed}<span>${handle === undefined ? did : msg(str`${handle} is yours, and only you can write for it.`)}</span></p>
        <div class="note amber">${ICONS.warning}<div class="stack">
          <p><strong>${msg('What the account held is lost: it is empty now.')}</strong>
            ${time === undefined ? nothing : msg(str`The last state that anybody knows of was of ${formatTime(time)}, or later.`)}</p>
        </div></div>
        <ol class="stack">
          <li>${msg('Keep the new kit now: the old one does not hold the new key. Its passphrase is shown next.')}</li>
          <li>${mirror === undefined ? msg('Pair with a mirror: then the directory hears of the new key, and apps can read you.') : msg('Pair with your mirror again: then the directory hears of the new key, and what the mirror still had is replaced.')}</li>
          <li>${msg('Save a backup from time to time, so that this does not happen again.')}</li>
        </ol>
        <div class="row"><a class="button primary" href="/kit/${did}">${ICONS.key}${msg('Keep the new kit')}</a></div>
      </section>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const given = givenKit(event.target as HTMLFormElement);
    this.wrong = typeof given === 'string' ? given : undefined;
    if (typeof given === 'string' || await this.renderRoot.querySelector<HfConfirm>('hf-confirm')?.ask() !== true) return;
    this.busy = true;
    try {
      const isSure = this.renderRoot.querySelector<HTMLInputElement>('#sure')?.checked === true;
      const drawn = await house.post('app.holdfast.kit.generatePassphrase', undefined);
      const begun = await beginAgain({ ...given, newPassphrase: drawn.passphrase, isSure });
      rememberPassphrase(begun.did, drawn);
      await accountStore.refresh();
      accountStore.select(begun.did);
      this.begun = begun;
      this.dispatchEvent(new Event('begun'));
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('#saved')?.focus();
    } catch (error) {
      const problem = problemOf(error);
      this.hasCopy ||= problem.code === 'CopyExists';
      this.wrong = problem.code.startsWith('Directory') ? `${msg('Nothing was changed.')} ${problem.message} ${msg('Try again in a while.')}` : wrongWords(problem);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-begin-again', BeginAgain);
