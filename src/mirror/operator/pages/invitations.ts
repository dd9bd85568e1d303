import { encodeQR } from 'qr';
import { stateOf } from '../../../mirroring/index.ts';
import type { Invitation } from '../../../mirroring/index.ts';
import { datetimeFromMs } from '../../../protocol/index.ts';
import { isShortCode } from '../../invitations.ts';
import type { OperatorHost } from '../operator-host.ts';
import { termsFields } from './accounts.ts';
import { Html, html } from './html.ts';
import { bytes, number, time } from './words.ts';

const A_PAGE = 100;

/** Invitations, and how another is made. @param code of one that was made just now */
export async function invitations(host: OperatorHost, { searchParams }: URL, code?: string): Promise<Html> {
  const cursor = searchParams.get('cursor');
  const found = await host.copies.invitations({ limit: A_PAGE, ...(cursor !== null && { before: Number(cursor) }) });
  const made = code === undefined ? undefined : await host.copies.invitation(code);
  return html`
${made === undefined ? undefined : html`<section aria-labelledby="made"><h2 id="made">The new invitation</h2><p>Give this code to one person. They open Mirror in Holdfast, fill in the address <code>${host.names.first.hostname}</code> and this code, and see the terms before anything is done.</p>
<p><code class="big">${made.code}</code></p>${isShortCode(made.code) && made.expiresAt !== undefined && html`<p class="soft">It is good until ${moment(made.expiresAt)}, for one account. Five tries with a wrong second half take it back.</p>`}${link(host, made.code)}</section>`}
<form class="card" method="post" action="/invitations"><h2>Invite one account</h2>
<label for="note">For whom</label><input id="note" name="note" maxlength="500" aria-describedby="note-hint"><div class="hint" id="note-hint">Only you see this.</div>
${termsFields({})}<label for="days">Kept for so many days</label><input id="days" name="days" inputmode="numeric" aria-describedby="days-hint"><div class="hint" id="days-hint">From its use on; without an end where it is left empty.</div>
<label for="expires">To be used until</label><input id="expires" name="expires" type="date">
<label class="check"><input type="checkbox" name="short" aria-describedby="short-hint"> A short code</label><div class="hint" id="short-hint">Eight characters, to be typed from one screen into another within a day.</div>
<div class="row"><button class="primary">Make an invitation</button></div></form>
<section aria-labelledby="list"><h2 id="list">Invitations</h2>
${found.length === 0 ? html`<p class="soft">There are none.</p>` : html`<div class="wide" tabindex="0" role="group" aria-label="Invitations"><table>
<thead><tr><th scope="col">Code</th><th scope="col">For</th><th scope="col">Terms</th><th scope="col">State</th></tr></thead><tbody>${found.map((invitation) => line(invitation, host.now()))}</tbody></table></div>`}
${found.length === A_PAGE && html`<p><a href="/invitations?cursor=${found.at(-1)!.place}">Older ones</a></p>`}</section>`;
}

/** The link that fills mirror and code in, to be sent or shown. */
function link({ names: { first: { origin } }, settings: { pagesUrl } }: OperatorHost, code: string): Html | undefined {
  if (pagesUrl === undefined) return undefined;
  const address = `${pagesUrl}/mirror#${new URLSearchParams({ at: origin, invite: code }).toString()}`;
  return html`<p>Or this link, which fills both in:</p><p><code id="link">${address}</code></p><figure class="code" role="img" aria-label="The link as a QR code">${new Html(encodeQR(address, 'svg', { scale: 4, border: 2 }))}</figure>`;
}

function line(invitation: Invitation, now: number): Html {
  const { code, note, terms: { repoBytes, blobBytes, writesPerHour }, days } = invitation;
  const agreed = [
    repoBytes !== undefined && `${bytes(repoBytes)} of records`, blobBytes !== undefined && `${bytes(blobBytes)} of blobs`,
    writesPerHour !== undefined && `${number(writesPerHour)} changes an hour`, days !== undefined && `${number(days)} days`,
  ].filter((words) => words !== false).join(', ');
  return html`<tr><td><code>${code}</code></td><td data-name="For">${note}</td><td data-name="Terms">${agreed === '' ? 'as for everybody' : agreed}</td><td data-name="State">${state(invitation, now)}</td></tr>`;
}

function state(invitation: Invitation, now: number): Html {
  const { code, expiresAt, used } = invitation;
  if (used !== undefined) return html`used by <a href="/accounts/${encodeURIComponent(used.by)}">${used.by}</a>${used.at > 0 && `, ${moment(used.at)}`}`;
  const until = expiresAt !== undefined && moment(expiresAt);
  if (stateOf(invitation, now) === 'over') return html`over since ${until}`;
  return html`open${until && ` until ${until}`} <form method="post" action="/invitations"><button class="danger" name="withdraw" value="${code}" aria-label="Take back ${code}">Take back</button></form>`;
}

function moment(ms: number): string {
  return time(datetimeFromMs(ms));
}
