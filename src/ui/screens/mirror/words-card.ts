import { html, nothing } from 'lit';
import { msg } from '../../i18n.ts';
import type { TemplateResult } from 'lit';
import type { Mirror } from '../../state/mirror-store.ts';

/** The words that the operator of the mirror sees too, and what they are for. */
export function wordsCard({ words }: Mirror): TemplateResult | typeof nothing {
  if (words === undefined) return nothing;
  return html`
    <section class="card stack" aria-labelledby="words">
      <h2 id="words">${msg('Words to compare')}</h2>
      <p class="words mono" translate="no">${words.map((word) => html`<span>${word}</span> `)}</p>
      <p>${msg('To be sure that this is the mirror you mean, call its operator and read these words to each other: the operator sees them on the page of your account. The same words: you both mean this account and this mirror, and nobody confirms changes in its place.')}</p>
      <p class="soft">${msg('Other words: your data is safe here. First see that both look at the same account, and that nothing waits here. If they stay different, leave this mirror. A new kit makes new words; they do not say whether an operator is honest.')}</p>
    </section>`;
}
