import { html, LitElement, nothing } from 'lit';
import { formatBytes, formatDuration, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { mirrorPairing, PAIRING_STEPS, PairingController } from '../../state/mirror-pairing.ts';
import { MirrorController } from '../../state/mirror-store.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { stepWords } from '../../state/pairing-words.ts';
import { controls } from '../../styles/controls.ts';
import { mirrorStyles } from '../../styles/mirror.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { StepState } from '../../state/account-making.ts';

const STEP_ICONS = { waiting: ICONS.waiting, running: ICONS.running, done: ICONS.passed } as const;
const WAITING: StepState = { state: 'waiting' };

/** A pairing under way, step by step as the house tells them. */
export class PairingSteps extends LitElement {
  static override styles = [shared, controls, mirrorStyles];

  #mirrors = new MirrorController(this);

  constructor() {
    super();
    void new PairingController(this);
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="pairing" aria-busy="true">
        <h2 id="pairing" tabindex="-1">${msg(str`Pairing with ${hostOf(mirrorPairing.url)}`)}</h2>
        <p class="note">${ICONS.info}<span><strong>${msg('Your data is safe here, whatever happens.')}</strong>
          ${msg('You can look at other screens meanwhile; keep this page open. If it stops, it goes on from the same step.')}</span></p>
        <ol class="steps" aria-live="polite">
          ${PAIRING_STEPS.map((step) => {
            const { state, ms } = mirrorPairing.steps.get(step) ?? WAITING;
            return html`
              <li data-state=${state}>${STEP_ICONS[state]}<span class="name">${stepWords(step)}<span class="visually-hidden">: ${stateWords(state)}</span></span>
                <span class="small soft numbers">${ms === undefined ? nothing : formatDuration(ms)}${step === 'blobs' && state === 'running' ? this.#sent() : nothing}</span></li>`;
          })}
        </ol>
        <div class="row"><button id="stop" @click=${() => mirrorPairing.stop()}>${msg('Stop')}</button></div>
      </section>`;
  }

  #sent(): string | typeof nothing {
    const { sending } = this.#mirrors.state;
    return sending === undefined ? nothing : msg(str`${formatBytes(sending.done)} of ${formatBytes(sending.total)}`);
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('#pairing')?.focus());
  }
}

customElements.define('holdfast-pairing-steps', PairingSteps);

function stateWords(state: StepState['state']): string {
  if (state === 'done') return msg('done');
  return state === 'running' ? msg('under way') : msg('waits');
}
