import { findAccount } from '../../../pds/index.ts';
import { isDid } from '../../../protocol/index.ts';
import type { Did } from '../../../protocol/index.ts';
import type { OperatorHost } from '../operator-host.ts';
import { accountView, hasLeft } from '../views.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { bytes, number, time } from './words.ts';

const A_PAGE = 50;

type Account = Awaited<ReturnType<typeof accountView>>;

/** Accounts, a page of them, or the one that was looked for. */
export async function accounts(host: OperatorHost, { searchParams }: URL): Promise<Html> {
  const [sought, cursor] = [searchParams.get('q')?.trim().replace(/^@/, '') ?? '', searchParams.get('cursor') ?? ''];
  const found = sought === '' ? undefined : await findAccount(host.copies, sought);
  const page = sought === '' ? await host.copies.accounts({ limit: A_PAGE, ...(isDid(cursor) && { after: cursor as Did }) }) : found === undefined ? [] : [found];
  const shown = await Promise.all(page.filter((account) => !hasLeft(account)).map((account) => accountView(host, account)));
  const isNamed = host.names.all.length > 1;
  return html`
<form class="card" method="get" action="/accounts" role="search"><label for="q">Handle or DID</label><div class="row"><input id="q" name="q" value="${sought}"><button>Look for it</button></div></form>
<section aria-labelledby="list"><h2 id="list">${sought === '' ? 'Accounts' : 'Found'}</h2>
${shown.length === 0 ? html`<p class="soft">${sought === '' ? 'There are none here.' : 'No account here has this handle or DID.'}</p>` : html`<div class="wide" tabindex="0" role="group" aria-label="Accounts"><table>
<thead><tr><th scope="col">Account</th>${isNamed && html`<th scope="col">Host name</th>`}<th scope="col">Status</th><th scope="col">Records</th><th scope="col">Blobs</th><th scope="col">Kept until</th></tr></thead><tbody>
${shown.map(({ did, handle, host: name, status, usage, terms }) => html`<tr><td><a href="/accounts/${encodeURIComponent(did)}">${handle ?? did}</a></td>${isNamed && html`<td data-name="Host name">${name}</td>`}<td data-name="Status" class="${tone(status)}">${status}</td>
<td data-name="Records">${bytes(usage.repoBytes)}</td><td data-name="Blobs">${bytes(usage.blobBytes)}</td><td data-name="Kept until">${terms.until === undefined ? '' : time(terms.until)}</td></tr>`)}</tbody></table></div>`}
${page.length === A_PAGE && html`<p><a href="/accounts?cursor=${encodeURIComponent(page.at(-1)!.did)}">The next ${A_PAGE}</a></p>`}</section>`;
}

/** One account: what it takes, its terms, and whether it is served. Undefined where it is not here. */
export async function account(host: OperatorHost, did: string): Promise<{ readonly title: string; readonly body: Html } | undefined> {
  const kept = isDid(did) ? await host.copies.account(did) : undefined;
  if (kept === undefined || hasLeft(kept)) return undefined;
  const view = await accountView(host, kept);
  return { title: view.handle ?? view.did, body: html`${facts(view, host.names.all.length > 1)}${termsForm(view)}${standing(view)}` };
}

function facts({ did, handle, host, status, createdAt, rev, records, usage, terms, words }: Account, isNamed: boolean): Html {
  return html`<section aria-labelledby="facts"><h2 id="facts">What it is</h2><dl>
<dt>DID</dt><dd><code>${did}</code></dd>${handle && html`<dt>Handle</dt><dd>@${handle}</dd>`}${isNamed && html`<dt>Host name</dt><dd>${host}</dd>`}
<dt>Status</dt><dd class="${tone(status)}">${status}</dd><dt>Here since</dt><dd>${time(createdAt)}</dd>
${words && html`<dt>Words to compare</dt><dd><code class="big">${words.join(' ')}</code><div class="hint">Ask the owner to read you the words on their Mirror screen. The same words: both of you mean this account at this mirror. Other words: see first that both look at the same account and that its last changes are here. If they stay different, somebody stands between, and the owner should leave.</div></dd>`}
${rev && html`<dt>Revision</dt><dd><code>${rev}</code></dd>`}<dt>Records</dt><dd>${number(records)} · ${bytes(usage.repoBytes)} of ${bytes(usage.repoLimit)}</dd>
<dt>Blobs</dt><dd>${bytes(usage.blobBytes)} of ${bytes(usage.blobLimit)}</dd>
${usage.writesLimit !== undefined && html`<dt>Changes in the last hour</dt><dd>${number(usage.writes ?? 0)} of ${number(usage.writesLimit)}</dd>`}
${terms.until && html`<dt>Kept until</dt><dd>${time(terms.until)}; nothing stops before ${time(usage.end ?? terms.until)}</dd>`}</dl></section>`;
}

function termsForm({ did, terms }: Account): Html {
  return html`<form class="card" method="post" action="/accounts/${encodeURIComponent(did)}"><h2>Terms</h2><p class="soft">What is left empty is as it is for everybody. The owner sees all of it.</p>
${termsFields(terms)}<label for="until">Kept until</label><input id="until" name="until" type="date" value="${terms.until?.slice(0, 10)}" aria-describedby="until-hint">
<div class="hint" id="until-hint">Nothing stops for two weeks more; then the account is suspended, and its data stays.</div>
<div class="row"><button class="primary" name="act" value="terms">Save these terms</button></div></form>`;
}

/** The fields that terms of accounts and of invitations have alike. */
export function termsFields({ repoBytes, blobBytes, writesPerHour }: { readonly repoBytes?: number; readonly blobBytes?: number; readonly writesPerHour?: number }): Html {
  return html`<label for="repo">Records, in MB</label><input id="repo" name="repo" inputmode="decimal" value="${repoBytes === undefined ? undefined : repoBytes / 1e6}">
<label for="blobs">Pictures and other blobs, in MB</label><input id="blobs" name="blobs" inputmode="decimal" value="${blobBytes === undefined ? undefined : blobBytes / 1e6}">
<label for="writes">Changes in an hour</label><input id="writes" name="writes" inputmode="numeric" value="${writesPerHour}">`;
}

function standing({ did, status }: Account): Html {
  const act = (value: string, words: string, why: string, danger: boolean): Html => html`<details><summary>${words}…</summary><p>${why}</p>
<form method="post" action="/accounts/${encodeURIComponent(did)}"><button class="${danger ? 'danger' : 'primary'}" name="act" value="${value}">${words}</button></form></details>`;
  const isStopped = status === 'suspended' || status === 'takendown';
  return html`<section aria-labelledby="standing"><h2 id="standing">Whether it is served</h2>
${isStopped && act('active', 'Serve it again', 'The network is told that the account is back, and where it is. Its house sends what waits by itself.', false)}
${status !== 'suspended' && act('suspended', 'Suspend it', 'For a while, until something is settled. Nobody can read it here and nothing more is taken from its house. What is kept of it stays. The network is told that it is suspended.', true)}
${status !== 'takendown' && act('takendown', 'Take it down', 'For what must not be served at all. Nobody can read it here and nothing more is taken from its house. What is kept of it stays. The network is told that it was taken down.', true)}
</section>`;
}

function tone(status: string): string {
  return status === 'active' ? 'good' : 'amber';
}
