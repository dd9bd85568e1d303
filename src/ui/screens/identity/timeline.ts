import { html, nothing } from 'lit';
import '../../components/hf-copy.ts';
import { formatTime, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { entrySentences, signerWords } from '../../state/identity-words.ts';
import type { TemplateResult } from 'lit';
import type { IdentityEntry, IdentityReport } from '../../jobs/identity.ts';

/** Every operation there ever was, newest first, in plain sentences; each as it is behind a disclosure. */
export function timeline({ entries }: IdentityReport): TemplateResult {
  return html`
    <section class="stack" aria-labelledby="timeline">
      <h2 id="timeline">${msg('Everything that was ever changed')}</h2>
      <ol class="card timeline">${entries.map(entryItem)}</ol>
    </section>`;
}

function entryItem(entry: IdentityEntry): TemplateResult {
  const { cid, time, signer, isUndone, operation } = entry;
  const state = isUndone ? 'undone' : time === undefined ? 'waiting' : 'holds';
  return html`
    <li data-state=${state} data-holder=${signer.holder}>
      <span class="mark">${isUndone ? ICONS.close : time === undefined ? ICONS.waiting : signer.holder === 'other' ? ICONS.warning : signer.holder === 'house' ? ICONS.house : ICONS.key}</span>
      <div class="words">
        ${time === undefined ? html`<p class="small soft">${msg('Waits in this house for the directory')}</p>` : nothing}
        ${entrySentences(entry).map((sentence) => html`<p class="what">${sentence}</p>`)}
        ${isUndone ? html`<p><span class="badge">${msg('Was undone, and holds no more')}</span></p>` : nothing}
        <p class="small soft">${signerWords(entry)}</p>
        <details>
          <summary>${msg('The operation itself')}</summary>
          <div class="stack">
            ${time === undefined ? nothing : html`<p class="small">${msg(str`Taken by the directory: ${formatTime(time)}`)}</p>`}
            <p class="small">${msg('Its CID, by which the next one names it:')} <hf-copy text=${cid} label=${msg('the CID')}></hf-copy></p>
            <p class="small">${msg('Signed by:')} <hf-copy text=${signer.key} label=${msg('the key that signed')}></hf-copy></p>
            <pre tabindex="0" aria-label=${msg('The operation, as it was signed')}>${JSON.stringify(operation, null, 2)}</pre>
          </div>
        </details>
      </div>
    </li>`;
}
