import { html, LitElement, nothing } from 'lit';
import '../../components/hf-error.ts';
import '../records/record-difference.ts';
import { house } from '../../house/client.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { undo } from '../../state/undoing.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { PropertyValues, TemplateResult } from 'lit';
import type { JsonMap, lexicons } from '../../../protocol/index.ts';
import type { Account } from '../../state/account-store.ts';
import type { Undone } from '../../state/undoing.ts';

/** A record that two houses changed. */
export type Conflict = lexicons.AppHoldfastBridgeDefs.Conflict;

/** Both versions of a record that two houses changed, and a way to take the other one, and back. */
export class ConflictView extends LitElement {
  static override styles = [shared, controls];
  static override properties = {
    did: {}, conflict: { attribute: false }, versions: { state: true }, problem: { state: true }, outcome: { state: true },
  };

  declare did: Account['did'];
  declare conflict: Conflict;
  declare protected versions: lexicons.AppHoldfastHistoryGet.$output | undefined;
  declare protected problem: unknown;
  declare protected outcome: Undone | 'working' | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const before = changed.get('conflict') as Conflict | undefined;
    const isOther = changed.has('conflict') && (before?.path !== this.conflict.path || before.rev !== this.conflict.rev);
    if (changed.has('did') || isOther) void this.#load();
  }

  override render(): TemplateResult {
    const { versions, problem, conflict: { path, isTheirs = false } } = this;
    return html`
      <section class="card stack" aria-labelledby="path">
        <h3 id="path" class="mono">${path}</h3>
        ${problem === undefined ? nothing : html`
          <hf-error .error=${problem} safe=${msg('Your data is safe: nothing was changed.')} retry @retry=${this.#load}></hf-error>`}
        ${versions === undefined ? html`<p class="soft" role="status">${problem === undefined ? msg('Reading…') : nothing}</p>` : html`
          <p>${isTheirs ? whatTheyDid(versions) : whatHappened(versions)}</p>
          <holdfast-difference label=${msg('The two versions')} .previous=${versions.before as JsonMap | undefined}
            .next=${versions.after as JsonMap | undefined}></holdfast-difference>
          <p class="small soft">${isTheirs ? msg('Lines with − are what was here, lines with + are of the other house.') : msg('Lines with − are of the other house, lines with + are what is here.')}</p>
          <div role="status">${this.#done()}</div>
          <div class="row">${this.#button(versions)}</div>`}
      </section>`;
  }

  #done(): TemplateResult | typeof nothing {
    const { outcome } = this;
    if (outcome === undefined || outcome === 'working') return nothing;
    if (outcome.kind === 'changed') return html`<p class="note amber">${ICONS.warning}<span>${outcome.message}</span></p>`;
    return html`<p class="note good">${ICONS.passed}<span>${outcome.records === 0
      ? msg('It is so already: nothing had to be changed.') : msg('The other version stands now, by a new commit.')}</span></p>`;
  }

  #button(versions: NonNullable<ConflictView['versions']>): TemplateResult {
    const { outcome, conflict: { rev, path, isTheirs = false } } = this;
    const disabled = outcome === 'working' ? 'true' : 'false';
    if (outcome !== undefined && outcome !== 'working') {
      if (outcome.kind === 'changed') return html`<button class="danger" @click=${() => this.#take({ rev, path, force: true })}>${msg('Take the other version all the same')}</button>`;
      const { rev: taken } = outcome;
      return taken === undefined ? html`` : html`<button @click=${() => this.#take({ rev: taken })}>${msg('Undo')}</button>`;
    }
    return html`<button aria-describedby="path" aria-disabled=${disabled} @click=${() => this.#take({ rev, path })}>
      ${outcome === 'working' ? msg('Working…') : versions.before === undefined ? isTheirs ? msg('Delete it again') : msg('Delete it, as the other house did') : msg('Take the other version')}</button>`;
  }

  async #take(what: Parameters<typeof undo>[1]): Promise<void> {
    if (this.outcome === 'working') return;
    const isBack = what.path === undefined;
    this.problem = undefined;
    this.outcome = 'working';
    try {
      const outcome = await undo(this.did, what);
      // Of what was taken back, the choice is open again.
      this.outcome = isBack && outcome.kind === 'done' ? undefined : outcome;
    } catch (error) {
      this.outcome = undefined;
      this.problem = error;
    }
  }

  async #load(): Promise<void> {
    const { did, conflict: { rev, path } } = this;
    this.versions = undefined;
    this.problem = undefined;
    this.outcome = undefined;
    const isHere = (): boolean => did === this.did && rev === this.conflict.rev && path === this.conflict.path;
    try {
      const versions = await house.get('app.holdfast.history.get', { did, rev, path });
      if (isHere()) this.versions = versions;
    } catch (error) {
      if (isHere()) this.problem = error;
    }
  }
}

customElements.define('holdfast-conflict', ConflictView);

/** Of what a mirror had confirmed as it was here, before the account moved. */
function whatTheyDid({ before, after }: NonNullable<ConflictView['versions']>): string {
  if (before === undefined) return msg('You deleted it here, and another house of yours has it. It stands as it is there.');
  if (after === undefined) return msg('It was here, and the house of yours that moved the account does not have it any more. It stays deleted.');
  return msg('The house of yours that moved the account has it otherwise than it was here. What that house has stands.');
}

function whatHappened({ before, after }: NonNullable<ConflictView['versions']>): string {
  if (before === undefined) return msg('You changed it here, and another house of yours deleted it. It stands as it is here.');
  if (after === undefined) return msg('You deleted it here, and another house of yours changed it. It stays deleted.');
  return msg('You changed it here, and in another house of yours. What is here stands.');
}
