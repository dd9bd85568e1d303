import { css, html, LitElement } from 'lit';
import '../../components/file-contents.ts';
import { formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { atPath } from '../../router.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { revTime } from '../../state/rev-time.ts';
import { oddities } from '../../state/verdict.ts';
import { controls } from '../../styles/controls.ts';
import { shared } from '../../styles/shared.ts';
import type { TemplateResult } from 'lit';
import type { RestoreResult } from '../../jobs/index.ts';

/** How a restore came out: what is here, what waits, what is missing. `again` is fired to restore another account. */
export class Restored extends LitElement {
  static override styles = [shared, controls, css`
    :host {
      display: grid;
      gap: inherit;
      grid-template-columns: minmax(0, 1fr);
    }

    li {
      display: flex;
      gap: 0.75rem;
    }

    li > span {
      max-width: 65ch;
    }

    li .icon {
      color: var(--ink-soft);
    }
  `];

  static override properties = { result: { attribute: false } };
  declare result: RestoreResult;

  override render(): TemplateResult {
    const { result } = this;
    return html`
      <section class="card stack" aria-labelledby="back">
        <h2 id="back">${msg('Verified, and here')}</h2>
        <p class="note good" role="status">${ICONS.passed}<span>${msg('Every hash and the signature are right, and the identity is the same. You can write on: what you write now comes after what was saved.')}</span></p>
        <holdfast-file-contents .contents=${result} .handle=${result.handle}></holdfast-file-contents>
        <div class="row">
          ${result.mirror === undefined ? html`<a class="button primary" href="/">${msg('Go home')}</a>` : html`
            <a class="button primary" href="/mirror">${ICONS.mirror}${msg('Pair again')}</a><a class="button" href="/">${msg('Go home')}</a>`}
          <a class="button" href=${atPath(result.did)}>${msg('Look at the records')}</a>
        </div>
      </section>
      <section class="card stack" aria-labelledby="open">
        <h2 id="open">${msg('What is still open')}</h2>
        <ul class="stack">
          ${this.#open().map((sentence) => html`<li>${ICONS.info}<span>${sentence}</span></li>`)}
        </ul>
        <div class="row"><button @click=${this.#again}>${msg('Restore another account')}</button></div>
      </section>
    `;
  }

  #open(): string[] {
    const { missingBlobs, mirror, isStandby = false, newerKit, newerMirror, operationQueued } = this.result;
    return [
      ...(mirror === undefined ? [] : [isStandby
        ? msg(str`All this came from a standby. Pair with ${hostOf(mirror)}: one operation of your identity puts it in the place of the mirror that is lost.`)
        : msg(str`Your identity names ${hostOf(mirror)}. Pair this browser with it again, so that what you write here reaches it.`)]),
      ...(newerMirror === undefined ? [] : [isStandby ? standbyBehindWords(newerMirror.rev) : newerMirrorWords(newerMirror.rev)]),
      ...(operationQueued ? [msg('One signed operation waits. It gives this browser a key of its own in your identity, and is sent when you pair with a mirror.')] : []),
      ...(missingBlobs === 0 ? [] : [missingBlobs === 1
        ? msg('1 picture or other blob that the records name is not here: neither the file nor a mirror had it. The records themselves are complete.')
        : msg(str`${formatNumber(missingBlobs)} pictures and other blobs that the records name are not here: neither the file nor a mirror had them. The records themselves are complete.`)]),
      ...(newerKit === undefined ? [] : [newerKitWords(newerKit.rev)]),
      ...oddities(this.result),
      mirror === undefined
        ? msg('If the account is still open in another browser, do not write in both: without a mirror, two houses of one account know nothing of each other.')
        : msg('If the account is still open in another browser, write in one of them at a time: through the mirror, each goes on from what the other has written.'),
    ];
  }

  #again(): void {
    this.dispatchEvent(new Event('again'));
  }
}

customElements.define('holdfast-restored', Restored);

function newerMirrorWords(rev: string): string {
  const time = revTime(rev);
  return time === undefined
    ? msg('Your mirror has a later state than this file. Before you write, think of restoring from the mirror instead.')
    : msg(str`Your mirror has a later state than this file, of ${formatTime(time)}. Before you write, think of restoring from the mirror instead.`);
}

function standbyBehindWords(rev: string): string {
  const time = revTime(rev);
  return time === undefined
    ? msg('Your mirror answers, and has a later state than this standby, which is lost if the standby takes its place. Before you pair, think of restoring from the mirror instead.')
    : msg(str`Your mirror answers, and has a later state than this standby, of ${formatTime(time)}, which is lost if the standby takes its place. Before you pair, think of restoring from the mirror instead.`);
}

function newerKitWords(rev: string): string {
  const time = revTime(rev);
  return time === undefined
    ? msg('The kit was made after this file: what was written between is not in it.')
    : msg(str`The kit was made after this file, at ${formatTime(time)} or later: what was written between is not in it.`);
}
