import { css, html } from 'lit';
import '../../components/hf-copy.ts';
import { formatNumber, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { afterChangeWords } from '../../state/handle-words.ts';
import type { TemplateResult } from 'lit';
import type { HandleCheck } from '../../jobs/identity.ts';

/** What cards about names share. */
export const nameStyles = css`
  #proofs li,
  #difference li {
    overflow-wrap: anywhere;
  }

  .value {
    display: block;
    overflow-wrap: anywhere;
  }
`;

/** The record of name servers by which a name leads to an account. */
export function recordToAdd(did: string, name: string): TemplateResult {
  return html`
    <span class="value">${msg('Name:')} <hf-copy text=${`_atproto.${name}`} label=${msg('the name of the record')} full></hf-copy></span>
    <span class="value">${msg('Value:')} <hf-copy text=${`did=${did}`} label=${msg('the value of the record')} full></hf-copy></span>`;
}

/** What an operation would change that gives an account other names, and the button that signs it, with the words of its card. */
export function operationToSign(
  { changes, bytes }: Pick<HandleCheck, 'changes' | 'bytes'>,
  { same, action, busy, change }: { readonly same: string; readonly action: string; readonly busy: 'look' | 'change' | undefined; readonly change: () => void },
): TemplateResult {
  if (changes.length === 0) return html`<p class="note good" id="same">${ICONS.passed}<span>${same}</span></p>`;
  return html`
    <h3>${msg('What one operation would change')}</h3>
    <ul class="stack" id="difference">${changes.map((each) => html`<li>${afterChangeWords(each)}</li>`)}</ul>
    <p class="small soft numbers">${msg(str`${formatNumber(bytes)} of the 4,000 bytes that the directory takes.`)}</p>
    <div class="row"><button id="change" class="primary" aria-disabled=${busy === undefined ? 'false' : 'true'} @click=${change}>
      ${ICONS.key}${busy === 'change' ? msg('Signing…') : action}</button></div>`;
}
