import type { OperatorHost } from '../operator-host.ts';
import { mirrorView } from '../views.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { hostWarnings } from './relays.ts';
import { bytes, number, time } from './words.ts';

/** How the mirror is. */
export async function overview(host: OperatorHost): Promise<Html> {
  const { version, startedAt, lastSeq, subscribers, databaseBytes, blobs, accounts, eventsInHour, hosts, relays } = await mirrorView(host);
  return html`${hostWarnings(host.hosts())}
<section aria-labelledby="state"><h2 id="state">This mirror</h2><dl>
<dt>Software</dt><dd>${version}</dd><dt>Running since</dt><dd>${time(startedAt)}</dd>
<dt>Accounts</dt><dd>${Object.entries(accounts).filter(([, count]) => count > 0).map(([status, count]) => `${number(count)} ${status}`).join(', ') || 'none yet'}</dd>
<dt>Database</dt><dd>${bytes(databaseBytes)}</dd><dt>Blobs</dt><dd>${number(blobs.count)} · ${bytes(blobs.bytes)}</dd>
<dt>Readers of the firehose</dt><dd>${number(subscribers)}</dd><dt>Last event</dt><dd>${lastSeq === 0 ? 'none yet' : html`<code>${lastSeq}</code>`}</dd>
<dt>Events of the last hour</dt><dd>${number(eventsInHour)}</dd>
${hosts.length > 1 && html`<dt>Host names</dt><dd><ul>${hosts.map(({ name, accounts: active, eventsInHour: told }) => html`<li>${name}: ${number(active)} active, ${number(told)} events of the last hour</li>`)}</ul></dd>`}
<dt>Relays</dt><dd>${relays.length === 0 ? html`No relay is asked to crawl: name some in <code>HOLDFAST_RELAYS</code>` : html`<a href="/relays">${number(new Set(relays.map(({ url }) => url)).size)}, and what they know of this mirror</a>`}</dd></dl></section>`;
}
