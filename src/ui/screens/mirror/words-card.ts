import { html, nothing } from 'lit';
import { msg, str } from '../../i18n.ts';
import { hostOf } from '../../state/mirror-words.ts';
import type { TemplateResult } from 'lit';
import type { Mirror } from '../../state/mirror-store.ts';

/** The words that the operator of the mirror sees too, and what they are for. */
export function wordsCard({ url, words }: Mirror): TemplateResult | typeof nothing {
  if (words === undefined) return nothing;
  return html`
    <section class="card stack" aria-labelledby="words">
      <h2 id="words">${msg('Words to compare')}</h2>
      <p class="words mono" translate="no">${words.map((word) => html`<span>${word}</span> `)}</p>
      <p>${msg(str`The operator of ${hostOf(url)} sees the same four words on the page of your account. Read them to each other over the phone, or anywhere but through this mirror. If they are the same, you both mean this account at this mirror, and nobody else confirms your changes in its place.`)}</p>
      <p class="soft">${msg('If they are not the same, leave this mirror: your data stays here. The words do not say that an operator means well, nor who else reads on the way: all of it is public. They change when your signing key does, as with a new kit.')}</p>
    </section>`;
}
