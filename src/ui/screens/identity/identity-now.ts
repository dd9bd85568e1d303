import { html, nothing } from 'lit';
import '../../components/hf-copy.ts';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { keyName, keyWords, nameAsWritten } from '../../state/identity-words.ts';
import { hostOf } from '../../state/mirror-words.ts';
import type { TemplateResult } from 'lit';
import type { IdentityState, KeyHolder } from '../../jobs/identity.ts';

const KEY_ICONS: Readonly<Record<KeyHolder, TemplateResult>> = { kit: ICONS.key, 'old-kit': ICONS.key, house: ICONS.house, other: ICONS.warning };

/** What the DID says now, and which keys may change that. */
export function identityNow({ handle, furtherNames, server, signingKey, rotationKeys }: IdentityState): TemplateResult {
  return html`
    <section class="stack" aria-labelledby="now">
      <h2 id="now">${msg('What it says now')}</h2>
      <dl class="card facts">
        <div><dt>${msg('Name')}</dt><dd class=${handle === undefined ? '' : 'data'}>${handle ?? msg('None yet.')}</dd></div>
        ${furtherNames.length === 0 ? nothing : html`<div><dt>${msg('Further names')}</dt><dd class="data"><ul id="further-names">${furtherNames.map((name) => html`<li>${nameAsWritten(name)}</li>`)}</ul></dd></div>`}
        <div><dt>${msg('Mirror')}</dt><dd class=${server === undefined ? '' : 'mono'}>${server === undefined ? msg('None: nobody is told where to find your records.') : hostOf(server)}</dd></div>
        <div><dt>${msg('Signs your records')}</dt><dd>${signingKey === undefined ? msg('No key.') : html`
          <span>${signingKey.isOwn ? msg('The key of this house.') : msg('A key that is not in this house: what you write here is not believed by others.')}</span>
          <hf-copy text=${signingKey.key} label=${msg('the signing key')}></hf-copy>`}</dd></div>
      </dl>
      <h3 id="keys">${msg('Who may change it')}</h3>
      <ol class="card keys" aria-labelledby="keys">
        ${rotationKeys.map(({ key, holder }, place) => html`
          <li data-holder=${holder}>
            ${KEY_ICONS[holder]}
            <div>
              <p><strong>${keyName(holder)}</strong></p>
              <p class="small soft">${keyWords(holder, place)}</p>
              <hf-copy text=${key} label=${msg('this key')}></hf-copy>
            </div>
          </li>`)}
        ${rotationKeys.length === 0 ? html`<li><p>${msg('Nobody.')}</p></li>` : nothing}
      </ol>
    </section>`;
}
