import type { OperatorHost } from '../operator-host.ts';
import { mirrorView } from '../views.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { bytes, number, time } from './words.ts';

/** How the mirror is, and what relays know of it. */
export async function overview(host: OperatorHost): Promise<Html> {
  const { version, startedAt, lastSeq, subscribers, databaseBytes, blobs, accounts, relays } = await mirrorView(host);
  return html`
<section aria-labelledby="state"><h2 id="state">This mirror</h2><dl>
<dt>Software</dt><dd>${version}</dd><dt>Running since</dt><dd>${time(startedAt)}</dd>
<dt>Accounts</dt><dd>${Object.entries(accounts).filter(([, count]) => count > 0).map(([status, count]) => `${number(count)} ${status}`).join(', ') || 'none yet'}</dd>
<dt>Database</dt><dd>${bytes(databaseBytes)}</dd><dt>Blobs</dt><dd>${number(blobs.count)}, ${bytes(blobs.bytes)}</dd>
<dt>Readers of the firehose</dt><dd>${number(subscribers)}</dd><dt>Last event</dt><dd>${lastSeq === 0 ? 'none yet' : html`<code>${lastSeq}</code>`}</dd></dl></section>
<section aria-labelledby="relays"><h2 id="relays">Relays</h2>
${relays.length === 0 ? html`<p class="soft">No relay is asked to crawl: name some in <code>HOLDFAST_RELAYS</code>.</p>` : html`<div class="wide" tabindex="0" role="group" aria-label="Relays"><table>
<thead><tr><th scope="col">Relay</th><th scope="col">Asked</th><th scope="col">It said</th></tr></thead><tbody>
${relays.map(({ url, askedAt, failures, failure }) => html`<tr><td>${url}</td><td>${askedAt === undefined ? 'not yet' : time(askedAt)}</td>
<td class="${failures > 0 ? 'amber' : 'good'}">${failures > 0 ? `${failure ?? 'nothing'}; it is asked again` : askedAt === undefined ? '' : 'yes'}</td></tr>`)}
</tbody></table></div><form method="post" action="/relays"><div class="row"><button>Ask all of them again</button></div></form>`}</section>`;
}
