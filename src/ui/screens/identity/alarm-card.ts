import { css, html, LitElement, nothing } from 'lit';
import '../../components/hf-confirm.ts';
import { problemOf } from '../../components/hf-error.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { culpritWords, stageOf, stageWords, undoWords, witnessWords } from '../../state/identity-alarm-words.ts';
import { identityStore } from '../../state/identity-store.ts';
import { entrySentences, identityTrouble } from '../../state/identity-words.ts';
import { PasskeyController } from '../../state/passkey.ts';
import { controls } from '../../styles/controls.ts';
import { kitStyles } from '../../styles/kit.ts';
import { shared } from '../../styles/shared.ts';
import { fileField, givenKit, passkeyButton, passphraseField, wrongWords } from '../kit/fields.ts';
import type { TemplateResult } from 'lit';
import type { HfConfirm } from '../../components/hf-confirm.ts';
import type { IdentityAlarm, IdentityReport } from '../../jobs/identity.ts';

const TICK = 30_000;

/** Somebody else has changed the identity: what they did, how long it can be undone, and the way to do it. */
export class IdentityAlarmCard extends LitElement {
  static override styles = [shared, controls, kitStyles, css`
    .list {
      display: grid;
      gap: 0.35rem;
      padding-inline-start: 1.25rem;
      list-style: disc;
      overflow-wrap: anywhere;
    }
  `];
  static override properties = { report: { attribute: false }, busy: { state: true }, wrong: { state: true } };
  declare report: IdentityReport & { readonly alarm: IdentityAlarm };
  declare protected busy: boolean;
  declare protected wrong: string | undefined;
  #passkey = new PasskeyController(this, () => this.report.did);
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticking = setInterval(() => this.requestUpdate(), TICK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  override render(): TemplateResult {
    const { alarm, entries, did } = this.report;
    const stage = stageOf(alarm);
    const foreign = alarm.cids.flatMap((cid) => entries.find((entry) => entry.cid === cid) ?? []);
    return html`
      <section class="card stack" aria-labelledby="alarm" aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="alarm">${msg('Your identity was changed, and not by this house')}</h2>
        <div class="note bad" role="alert">
          ${ICONS.warning}
          <div class="stack">
            <p><strong>${msg('Your records are safe in this browser.')}</strong> ${stageWords(alarm)}</p>
            ${culpritWords(alarm) === undefined || stage !== 'undo' ? nothing : html`<p>${culpritWords(alarm)}</p>`}
            ${witnessWords(alarm) === undefined ? nothing : html`<p id="witness">${witnessWords(alarm)}</p>`}
          </div>
        </div>
        <h3>${msg('What was done')}</h3>
        <ul class="list">${foreign.flatMap(entrySentences).map((sentence) => html`<li>${sentence}</li>`)}</ul>
        ${stage === 'undo' ? this.#undo(alarm) : nothing}
        <p class="problem" id="wrong" role="alert">${this.wrong ?? nothing}</p>
        <div class="row">
          ${stage === 'kit' ? html`<a class="button primary" href="/kit/${did}">${ICONS.key}${msg('Make a new kit')}</a>` : nothing}
          <button id="mine" aria-disabled=${this.busy ? 'true' : 'false'} @click=${this.#accept}>${msg('That was me')}</button>
        </div>
        <hf-confirm id="confirm-mine" heading=${msg('Was it you?')} action=${msg('That was me')}>
          <p>${msg('Only say so if you did it yourself, in another house or with another app. This house then takes it for yours and raises no alarm about it again.')}</p>
        </hf-confirm>
        <hf-confirm id="confirm-undo" heading=${msg('Undo it with your kit?')} action=${msg('Undo it')}>
          <p>${msg('One operation is signed with the key of your kit, and says again what held before. The kit is opened in this browser only, and closed at once.')}</p>
        </hf-confirm>
      </section>`;
  }

  #undo({ changes }: IdentityAlarm): TemplateResult {
    return html`
      <h3>${msg('What undoing it changes')}</h3>
      <ul class="list" id="difference">
        ${changes.length === 0 ? html`<li>${msg('The operation counts no more; what the identity says stays the same.')}</li>` : changes.map((change) => html`<li>${undoWords(change)}</li>`)}
      </ul>
      <form class="stack" @submit=${this.#submit}>
        ${fileField()}${passphraseField()}
        <div class="row"><button class="primary" id="undo" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${ICONS.key}${this.busy ? msg('Working…') : msg('Undo it with my kit')}</button>
          ${passkeyButton(this.#passkey, this.busy, () => void this.#undoWithPasskey())}</div>
      </form>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const given = givenKit(this.renderRoot.querySelector('form'));
    this.wrong = typeof given === 'string' ? given : undefined;
    const { did, alarm: { cids } } = this.report;
    if (typeof given === 'string' || !(await this.#confirm('confirm-undo'))) return;
    await this.#do(() => identityStore.undo(did, { cids, ...given }));
  }

  async #undoWithPasskey(): Promise<void> {
    const { did, alarm: { cids } } = this.report;
    if (this.busy || !(await this.#confirm('confirm-undo'))) return;
    await this.#do(async () => {
      const opening = await this.#passkey.open();
      if (opening !== undefined) await identityStore.undo(did, { cids, ...opening });
    }, true);
  }

  async #accept(): Promise<void> {
    const { did, alarm: { cids } } = this.report;
    if (!this.busy && await this.#confirm('confirm-mine')) await this.#do(() => identityStore.accept(did, cids));
  }

  async #confirm(id: string): Promise<boolean> {
    return await this.renderRoot.querySelector<HfConfirm>(`#${id}`)?.ask() === true;
  }

  async #do(work: () => Promise<void>, isByPasskey = false): Promise<void> {
    this.busy = true;
    this.wrong = undefined;
    try {
      await work();
    } catch (error) {
      const { code } = problemOf(error);
      this.wrong = code.startsWith('Directory') ? `${msg('Nothing was changed.')} ${identityTrouble(error).what}` : wrongWords(problemOf(error), isByPasskey);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('holdfast-identity-alarm', IdentityAlarmCard);
