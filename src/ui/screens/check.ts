import { css, html, LitElement, nothing } from 'lit';
import '../components/hf-error.ts';
import '../components/job-progress.ts';
import '../components/saved-file.ts';
import { formatBytes, formatNumber, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import { startCheck, startMend, startRescue } from '../jobs/index.ts';
import { crash } from '../state/crash.ts';
import { allFindings, cureWords, findingWords, houseVerdict, scopeWords } from '../state/finding-words.ts';
import { FocusKeeper } from '../state/focus-keeper.ts';
import { hasEnded, jobRuns, JobsController } from '../state/job-runs.ts';
import { revTime } from '../state/rev-time.ts';
import { withoutSafety } from '../state/safety-words.ts';
import { controls } from '../styles/controls.ts';
import { shared } from '../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { SavedFile } from '../components/saved-file.ts';
import type { AccountReport, CheckResult, Finding, MendResult } from '../jobs/index.ts';
import type { Params } from '../router.ts';
import type { JobRun } from '../state/job-runs.ts';

/** Checks everything that this house has stored, says in words what it found, and puts right what can be. */
export class HoldfastCheck extends LitElement {
  static override styles = [shared, controls, css`
    h2 {
      overflow-wrap: anywhere;
    }

    .findings li {
      display: flex;
      gap: 0.75rem;
      padding: 0.6rem 0;
      overflow-wrap: anywhere;
    }

    .findings li + li {
      border-top: 1px solid var(--line);
    }

    .findings li > div {
      min-width: 0;
    }

    .findings .icon {
      color: var(--amber);
    }

    .findings [data-cure='none'] .icon {
      color: var(--bad);
    }
  `];

  static override properties = { params: { attribute: false } };
  declare params: Params;

  constructor() {
    super();
    void new JobsController(this, '/check');
    void new FocusKeeper(this, 'holdfast-job-progress', '#start');
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // Whoever has looked needs no offer.
    if (crash.since !== undefined && this.#last()?.state === 'done') crash.forget();
  }

  override render(): TemplateResult {
    const run = this.#last();
    const isRunning = run !== undefined && !hasEnded(run);
    const result = run?.result ?? (isRunning ? undefined : this.#known());
    return html`
      <div class="screen">
        <div class="stack">
          <h1>${msg('Check my house')}</h1>
          <p>${msg('Reads everything that is stored in this browser, byte by byte: accounts, records, signatures, pictures, history, and what waits for your mirror. It changes nothing and sends nothing.')}</p>
        </div>
        <section class="card stack" aria-labelledby="look" aria-busy=${isRunning ? 'true' : 'false'}>
          <h2 id="look">${run?.kind === 'mend' && isRunning ? msg('Putting it right') : msg('Look at everything')}</h2>
          <div class="row">
            <button class=${result === undefined || allFindings(result).length === 0 ? 'primary' : ''} id="start" aria-disabled=${isRunning ? 'true' : 'false'}
              @click=${this.#check}>${ICONS.house}${result === undefined ? msg('Check my house') : msg('Check again')}</button>
          </div>
          ${isRunning ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
          <div class="stack" id="verdict" role="status">${run?.state === 'cancelled' ? cancelled(run) : nothing}${result === undefined || isRunning ? nothing : verdict(result)}</div>
          ${run?.state === 'failed' ? html`
            <hf-error .error=${withoutSafety(run.error)} safe=${run.kind === 'mend' ? msg('What is right in this house was not touched.') : msg('Nothing was changed: the check only reads.')}></hf-error>` : nothing}
        </section>
        ${result === undefined || isRunning ? nothing : html`${result.accounts.map(accountCard)} ${houseCard(result)} ${this.#mendCard(result)}`}
      </div>`;
  }

  /** The newest of the two jobs. */
  #last(): JobRun<'check' | 'mend'> | undefined {
    const [check, mend] = [jobRuns.latest('check', '/check'), jobRuns.latest('mend', '/check')];
    return mend !== undefined && mend.startedAt >= (check?.startedAt ?? 0) ? mend : check;
  }

  /** What was found before a mending that came to nothing. */
  #known(): CheckResult | undefined {
    return jobRuns.latest('check', '/check')?.result;
  }

  #mendCard(result: CheckResult): TemplateResult | typeof nothing {
    const findings = allFindings(result);
    const needs = (cure: Finding['cure']): boolean => findings.some((finding) => finding.cure === cure);
    if (!needs('here') && !needs('drop') && !needs('copy')) return nothing;
    const mirror = result.accounts.find((account) => account.mirror !== undefined && account.findings.some(({ cure }) => cure === 'copy'))?.mirror;
    return html`
      <section class="card stack" aria-labelledby="mend">
        <h2 id="mend">${msg('Put it right')}</h2>
        <p>${msg('What is right is not touched. What comes from a copy must have exactly the hash that the house knows, so nobody can slip in anything else.')}</p>
        ${mirror === undefined ? nothing : html`<p>${msg(str`Your mirror at ${new URL(mirror).host} is asked for what is damaged.`)}</p>`}
        ${needs('copy') && mirror === undefined ? nothing : html`
          <div class="row"><button class="primary" id="mend-now" @click=${() => mendWith()}>${ICONS.restore}
            ${mirror === undefined ? msg('Put it right') : msg('Put it right with my mirror')}</button></div>`}
        ${needs('copy') ? html`
          <hf-saved-file label=${mirror === undefined ? msg('Saved file') : msg('Or from a saved file')}
            hint=${msg('A file that ends in .zip, .zip.age or .car. An older one helps too: what has not changed since is in it.')} @pick=${pickFile}></hf-saved-file>` : nothing}
      </section>`;
  }

  #check(): void {
    const run = this.#last();
    if (run !== undefined && !hasEnded(run)) return;
    jobRuns.follow('check', '/check', '', startCheck());
  }
}

customElements.define('holdfast-check', HoldfastCheck);

function mendWith(car?: File, filePassphrase?: string): void {
  jobRuns.follow('mend', '/check', car?.name ?? '', startMend({ ...(car !== undefined && { car }), ...(filePassphrase !== undefined && { filePassphrase }) }));
}

function pickFile(event: Event): void {
  const { file, passphrase } = event.target as SavedFile;
  if (file !== undefined) mendWith(file, passphrase);
}

function cancelled({ kind }: JobRun<'check' | 'mend'>): TemplateResult {
  return html`<p class="note">${ICONS.info}<span>${kind === 'mend' ? msg('Cancelled. What was put right so far stays so.') : msg('Cancelled. Nothing was changed.')}</span></p>`;
}

function verdict(result: CheckResult): TemplateResult {
  const { tone, title, text } = houseVerdict(result);
  return html`
    ${'brought' in result ? mended(result as MendResult) : nothing}
    <div class="note ${tone}">
      ${tone === 'good' ? ICONS.passed : tone === 'bad' ? ICONS.failed : ICONS.warning}
      <div><p><strong>${title}</strong></p><p>${text}</p></div>
    </div>`;
}

/** What a mending has done. */
function mended({ brought, forgotten, unsent }: MendResult): TemplateResult | typeof nothing {
  const done = [
    ...(brought === 0 ? [] : [brought === 1 ? msg('One damaged part was brought from the copy.') : msg(str`${formatNumber(brought)} damaged parts were brought from the copy.`)]),
    ...forgotten.map((rev) => msg(str`History had to forget the change of ${formatTime(revTime(rev) ?? rev)}. The records are not touched.`)),
    ...(unsent === 0 ? [] : [msg('The mirror gets the whole repository anew.')]),
  ];
  return done.length === 0 ? nothing : html`<div class="note">${ICONS.info}<div>${done.map((sentence) => html`<p>${sentence}</p>`)}</div></div>`;
}

function accountCard(account: AccountReport): TemplateResult {
  const { did, handle, findings, more, bytes } = account;
  const isLost = findings.some(({ what, cure }) => cure === 'none' && what === 'account');
  return html`
    <section class="card stack" aria-labelledby=${did}>
      <h2 id=${did}>${handle ?? did}</h2>
      <p class="soft numbers">${isLost ? msg(str`${formatBytes(bytes)} read`) : msg(str`${scopeWords(account)}: ${formatBytes(bytes)} read`)}</p>
      ${findings.length === 0 ? html`<p><span class="badge good">${ICONS.passed}${msg('As it was stored')}</span></p>` : html`
        ${findingList(findings)}`}
      ${more === 0 ? nothing : html`<p>${msg(str`And ${formatNumber(more)} more.`)}</p>`}
      ${isLost ? lostEntry(did) : nothing}
      ${findings.some(({ what }) => what === 'keys') ? html`
        <p class="note bad">${ICONS.failed}<span>${msg('Everything can be read, and nothing can be written. Save a backup now; then bring the account back in another browser, from that file and your recovery kit.')}</span></p>` : nothing}
    </section>`;
}

/** The way on where nothing but the entry of an account is lost: its records are all here. */
function lostEntry(did: string): TemplateResult {
  const last = jobRuns.latest('rescue', '/check');
  const run = last?.subject === did ? last : undefined;
  const isRunning = last !== undefined && !hasEnded(last);
  return html`
    <div class="stack">
      <p>${msg('The entry says who the account is. Its records are stored elsewhere, and can be brought back in two steps, here in this browser:')}</p>
      <ol class="stack">
        <li class="stack">
          <p>${msg('1. Save what is here as a file: the newest state of the account that can be read whole.')}</p>
          <div class="row"><button class="primary rescue" aria-disabled=${isRunning ? 'true' : 'false'} @click=${() => save(did)}>${ICONS.backup}${msg('Save what is here')}</button></div>
          ${isRunning && run !== undefined ? html`<holdfast-job-progress .run=${run}></holdfast-job-progress>` : nothing}
          <div role="status">${run?.result === undefined ? nothing : html`
            <p class="note good">${ICONS.passed}<span>${msg(str`Read back and verified: ${formatNumber(run.result.records)} records. Your browser has put it into its downloads.`)}</span></p>`}</div>
          ${run?.state === 'failed' ? html`<hf-error .error=${withoutSafety(run.error)} safe=${msg('Nothing in this house was changed.')}></hf-error>` : nothing}
        </li>
        <li class="stack">
          <p>${msg('2. Bring the account back from that file and your recovery kit. Pictures stay where they are; history begins anew.')}</p>
          <div class="row"><a class="button" href="/restore">${ICONS.restore}${msg('Restore from a backup')}</a></div>
        </li>
      </ol>
    </div>`;
}

function save(did: string): void {
  const run = jobRuns.latest('rescue', '/check');
  if (run === undefined || hasEnded(run)) jobRuns.follow('rescue', '/check', did, startRescue({ did }));
}

/** What belongs to no account. */
function houseCard({ findings }: CheckResult): TemplateResult | typeof nothing {
  if (findings.length === 0) return nothing;
  return html`<section class="card stack" aria-labelledby="house"><h2 id="house">${msg('The house itself')}</h2>${findingList(findings)}</section>`;
}

function findingList(findings: readonly Finding[]): TemplateResult {
  return html`
    <ul class="findings">${findings.map((finding) => html`
      <li data-cure=${finding.cure}>
        ${finding.cure === 'none' ? ICONS.failed : ICONS.warning}
        <div><p>${findingWords(finding)}</p><p class="small soft">${cureWords(finding)}</p></div>
      </li>`)}</ul>`;
}
