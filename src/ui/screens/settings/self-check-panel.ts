import { html, LitElement, nothing } from 'lit';
import { formatDuration, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { isUnderWay, SelfCheckRun } from './self-check-run.ts';
import { controls } from '../../styles/controls.ts';
import { panelStyles } from '../../styles/panel.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Step } from '../../job-messages.ts';
import type { RunState } from './self-check-run.ts';

/** Starts the self-check, shows how it goes, and says in words what came out. */
export class SelfCheckPanel extends LitElement {
  static override styles = [shared, controls, panelStyles];

  #run = new SelfCheckRun(this);
  #cancelHadFocus = false;

  override render(): TemplateResult {
    const { state } = this.#run;
    const running = isUnderWay(state);
    const cancelling = state.phase === 'cancelling';
    return html`
      <section class="card" aria-labelledby="title" aria-busy=${running ? 'true' : 'false'} data-phase=${state.phase}>
        <h2 id="title">${msg('Check this browser')}</h2>
        <p class="soft">${msg('Tries, here and now, what everything else stands on: it makes a key, signs a repository of 2,000 records, exports it and reads it back as a stranger would. It takes a few seconds, stores nothing and sends nothing.')}</p>
        <div class="actions">
          <button id="check" class="primary" aria-disabled=${running ? 'true' : 'false'} @click=${this.#start}>
            ${startWords(state.phase)}
          </button>
          ${running
            ? html`<button id="cancel" aria-disabled=${cancelling ? 'true' : 'false'} @click=${this.#cancel}>${msg('Cancel')}</button>`
            : nothing}
        </div>
        <div class="outcome" role="status">${outcome(state)}</div>
        ${state.phase === 'failed' ? details(state) : nothing}
        ${state.steps.length > 0 ? progress(state) : nothing}
      </section>
    `;
  }

  // The cancel button vanishes when the run ends; whoever stood on it must not be thrown to the top of the page.
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#cancelHadFocus = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement?.id === 'cancel';
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.#cancelHadFocus || isUnderWay(this.#run.state)) return;
    this.renderRoot.querySelector<HTMLButtonElement>('#check')?.focus();
  }

  #start(): void {
    if (!isUnderWay(this.#run.state)) this.#run.start();
  }

  #cancel(): void {
    this.#run.cancel();
  }
}

customElements.define('holdfast-self-check', SelfCheckPanel);

function progress(run: RunState): TemplateResult {
  const { phase, steps } = run;
  const done = steps.reduce((sum, step) => sum + (step.state === 'passed' ? 1 : step.progress ?? 0), 0);
  return html`
    <div>
      <progress aria-label=${msg('How far the check is')} max=${steps.length} .value=${done} data-phase=${phase}></progress>
      <ol class="steps">
        ${steps.map((step) => stepLine(step, isUnderWay(run)))}
      </ol>
    </div>
  `;
}

function stepLine(step: Step, underWay: boolean): TemplateResult {
  // A step that was running when the run was stopped neither passed nor failed.
  const state = !underWay && step.state === 'running' ? 'waiting' : step.state;
  const word = !underWay && state === 'waiting' ? msg('Not run') : stepWords(state);
  const measure = state === 'running' ? percent(step.progress) : step.ms === undefined ? undefined : formatDuration(step.ms);
  return html`
    <li data-state=${state}>
      ${ICONS[state]}
      <span class="what">
        <span>${step.title}</span>
        ${step.finding === undefined ? nothing : html`<span class="small soft">${step.finding}</span>`}
      </span>
      <span class="word small">${word}${measure === undefined ? nothing : html`<span> · ${measure}</span>`}</span>
    </li>
  `;
}

function outcome(state: RunState): TemplateResult | typeof nothing {
  switch (state.phase) {
    case 'idle':
      return nothing;
    case 'running':
      return html`<p class="soft">${state.steps.length === 0 ? msg('Starting the worker…') : msg('Checking…')}</p>`;
    case 'cancelling':
      return html`<p class="soft">${msg('Cancelling')}…</p>`;
    case 'cancelled':
      return html`<p class="soft">${msg('Cancelled. Nothing was stored, so there is nothing to clean up.')}</p>`;
    case 'passed':
      return html`<p class="note good">
        ${ICONS.passed}
        <span><strong>${msg('This browser does it right.')}</strong>
        ${msg(str`${state.steps.length} of ${state.steps.length} checks passed in ${formatDuration(state.ms)}.`)}</span>
      </p>`;
    case 'failed':
      return html`<p class="note bad">
        ${ICONS.failed}
        <span><strong>${msg('Your data is safe: the check stores and changes nothing.')}</strong> ${sentence(state.error.message)}
        ${advice(state.error.code)}</span>
      </p>`;
  }
}

function details({ steps, error }: RunState & { phase: 'failed' }): TemplateResult {
  const report = {
    ...error,
    step: steps.find((step) => step.state === 'failed')?.id ?? null,
    browser: navigator.userAgent,
  };
  return html`
    <details>
      <summary>${msg('Details for a report')}</summary>
      <pre>${JSON.stringify(report, null, 2)}</pre>
    </details>
  `;
}

function advice(code: string): string {
  return code === 'WorkerStopped'
    ? msg('Reload the page or try again; if you are offline, try again when you are back.')
    : msg('Try an up-to-date browser; if this is one, please report it with the details below.');
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

const percent = (progress: number | undefined): string | undefined =>
  progress === undefined ? undefined : `${Math.floor(progress * 100)} %`;

function startWords(phase: RunState['phase']): string {
  if (phase === 'failed') return msg('Try again');
  return phase === 'passed' || phase === 'cancelled' ? msg('Check again') : msg('Check this browser');
}

function stepWords(state: Step['state']): string {
  return { waiting: msg('Waiting'), running: msg('Running'), passed: msg('Passed'), failed: msg('Failed') }[state];
}
