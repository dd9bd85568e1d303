import { html, nothing } from 'lit';
import { formatBytes, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { hostOf } from '../../state/mirror-words.ts';
import { changesWords, invitationWords, keptWords } from '../../state/offer-words.ts';
import type { TemplateResult } from 'lit';
import type { MirrorPreview } from '../../state/mirror-pairing.ts';

/**
 * On which terms a mirror takes an account that comes now: who runs it, how much, until when, and what happens then.
 * @param limits what happens at a limit and at the end, a sentence or two each
 */
export function termsCard({ url, mirror, terms }: MirrorPreview, limits: readonly string[]): TemplateResult {
  return html`
    <section class="card stack" aria-labelledby="terms">
      <h2 id="terms" tabindex="-1">${terms.invitation === undefined ? msg(str`What you get at ${hostOf(url)}`) : msg(str`What this invitation gives you at ${hostOf(url)}`)}</h2>
      <dl class="facts">
        <div><dt>${msg('Invitation')}</dt><dd data-state=${terms.invitation ?? 'none'}><span>${invitationWords(terms)}</span></dd></div>
        <div><dt>${msg('Records')}</dt><dd><span>${formatBytes(terms.repoBytes)}</span></dd></div>
        <div><dt>${msg('Pictures and other blobs')}</dt><dd><span>${msg(str`${formatBytes(terms.allBlobBytes)} in all, ${formatBytes(terms.blobBytes)} for one`)}</span></dd></div>
        <div><dt>${msg('Changes')}</dt><dd><span>${changesWords(terms)}</span></dd></div>
        <div><dt>${msg('Kept')}</dt><dd><span>${keptWords(terms)}</span></dd></div>
        ${operator(mirror)}
      </dl>
      <div class="lists limits">
        <div>
          <h3>${msg('At a limit, and at the end')}</h3>
          <ul>${limits.map((words) => html`<li>${ICONS.info}<span>${words}</span></li>`)}</ul>
        </div>
      </div>
    </section>`;
}

function operator({ email, privacyPolicy, termsOfService }: MirrorPreview['mirror']): TemplateResult {
  const links = [[privacyPolicy, msg('Privacy')], [termsOfService, msg('Terms')]] as const;
  const known = links.filter((link): link is readonly [MirrorPreview['url'], string] => link[0] !== undefined && /^https?:/.test(link[0]));
  return html`
    <div><dt>${msg('Operator')}</dt><dd><span>
      ${email === undefined && known.length === 0 ? msg('Gives no address, terms or privacy policy.') : nothing}
      ${email === undefined ? nothing : html`<span class="data">${email}</span> `}
      ${known.map(([href, words]) => html`<a class="button quiet" href=${href} target="_blank" rel="noopener noreferrer">${words}</a>`)}
    </span></dd></div>`;
}
