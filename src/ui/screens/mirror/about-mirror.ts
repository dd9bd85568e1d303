import { html, nothing } from 'lit';
import '../../components/hf-copy.ts';
import { formatDuration, msg, str } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { hostOf } from '../../state/mirror-words.ts';
import type { TemplateResult } from 'lit';
import type { MirrorPreview } from '../../state/mirror-pairing.ts';

/** A clock that is further ahead than this is worth a word, in milliseconds. */
const CLOCK_TOLERANCE = 60_000;

/** What a mirror said of itself, and what any mirror can do and cannot. */
export function aboutMirror({ url, mirror }: MirrorPreview): TemplateResult {
  const ahead = mirror.clockAheadMs;
  return html`
    <section class="card stack" aria-labelledby="about">
      <h2 id="about">${msg(str`This is ${hostOf(url)}`)}</h2>
      <dl class="facts">
        <div><dt>${msg('Its identity')}</dt><dd><span class="mono">${mirror.did}</span></dd></div>
        <div><dt>${msg('Software')}</dt><dd><span class="data">${mirror.version}</span></dd></div>
        <div><dt>${msg('Names end in')}</dt><dd><span class="mono">${mirror.handleDomains.join(', ')}</span></dd></div>
      </dl>
      ${Math.abs(ahead) < CLOCK_TOLERANCE ? nothing : html`
        <p class="note amber">${ICONS.warning}<span>${ahead > 0
          ? msg(str`The clock of this device is ${formatDuration(ahead)} ahead of the mirror’s. Set it right before you pair: what you write carries its time.`)
          : msg(str`The clock of this device is ${formatDuration(-ahead)} behind the mirror’s. Look whether it is right.`)}</span></p>`}
    </section>
    <section class="card lists" aria-label=${msg('What a mirror can do and cannot')}>
      <div class="can">
        <h2>${msg('What a mirror can do')}</h2>
        <ul>
          ${[
            msg('Serve your public records and pictures to everybody'),
            msg('Keep copies of them'),
            msg('Answer for you while this browser is closed'),
            msg('Withhold something, or be away: then others see an earlier state'),
          ].map((words) => html`<li>${ICONS.ahead}<span>${words}</span></li>`)}
        </ul>
      </div>
      <div class="cannot">
        <h2>${msg('What it cannot')}</h2>
        <ul>
          ${[
            msg('Sign anything in your name: the keys stay here'),
            msg('Change your records: everybody would see that the signature is wrong'),
            msg('Change your identity: you can leave at any time, and your followers stay'),
            msg('Read what is not public: it is never sent there'),
          ].map((words) => html`<li>${ICONS.key}<span>${words}</span></li>`)}
        </ul>
      </div>
    </section>`;
}
