import { html, nothing } from 'lit';
import '../../components/hf-copy.ts';
import { formatAgo, formatBytes, formatDuration, formatNumber, formatTime, msg, str } from '../../i18n.ts';
import { roomWords } from '../../state/usage-words.ts';
import { hasRev, hostOf, readerWords, sendingWords, tailOf } from '../../state/mirror-words.ts';
import type { TemplateResult } from 'lit';
import type { Down } from '../../state/link-log.ts';
import type { Link } from '../../state/mirror-words.ts';
import type { Account } from '../../state/account-store.ts';
import type { Mirror, Sending } from '../../state/mirror-store.ts';

/** What of the facts can be asked for anew. */
export interface FactActions {
  /** What is being done at the moment, by its name. */
  readonly busy: string | undefined;
  /** When the directory was asked on this screen, and found to name the mirror; an ISO datetime. */
  readonly namedAt: string | undefined;
  readonly sending: Sending | undefined;
  readonly look: () => void;
  readonly sendBlobs: () => void;
}

/** A clock that is further off than this is worth a word, in milliseconds. */
const CLOCK_TOLERANCE = 60_000;

/** What the house knows of the mirror, line by line. */
export function mirrorFacts(mirror: Mirror, account: Account, link: Link, actions: FactActions): TemplateResult {
  const disabled = actions.busy === undefined ? 'false' : 'true';
  const { missingBlobs, clockAheadMs = 0 } = mirror;
  return html`
    <dl class="facts">
      <div><dt>${msg('Last receipt')}</dt><dd><span>${receipt(mirror, account)}</span></dd></div>
      <div><dt>${msg('Waiting here')}</dt><dd><span>${waiting(mirror)}</span></dd></div>
      ${missingBlobs === undefined || missingBlobs === 0 ? nothing : html`
        <div><dt>${msg('Not there yet')}</dt><dd>
          <span>${actions.sending !== undefined ? sendingWords(actions.sending) : missingBlobs === 1 ? msg('1 picture or other blob') : msg(str`${formatNumber(missingBlobs)} pictures and other blobs`)}</span>
          <button class="quiet" id="send-blobs" aria-disabled=${disabled} @click=${actions.sendBlobs}>${actions.busy === 'blobs' ? msg('Sending…') : msg('Send again')}</button>
        </dd></div>`}
      <div><dt>${msg('On the street')}</dt><dd>
        <span>${readerWords(mirror, account.head.rev)}</span>
        <button class="quiet" id="look-now" aria-disabled=${disabled} @click=${actions.look}>${actions.busy === 'look' ? msg('Looking…') : msg('Look now')}</button>
      </dd></div>
      ${mirror.usage === undefined ? nothing : html`
        <div><dt>${msg('Room there')}</dt><dd id="room"><span>${roomWords(mirror.usage)}</span></dd></div>
        ${mirror.usage.until === undefined ? nothing : html`<div><dt>${msg('Kept until')}</dt><dd><span>${formatTime(mirror.usage.until)}</span></dd></div>`}`}
      ${link.state !== 'linked' ? nothing : html`
        <div><dt>${msg('Line to it')}</dt><dd>
          <span><span id="line">${link.by === 'websocket' ? msg('WebSocket') : msg('Direct connection (WebRTC)')}</span>${link.lastDown === undefined ? nothing : wasDown(link.lastDown)}</span>
        </dd></div>`}
      ${mirror.handle === undefined ? nothing : html`<div><dt>${msg('Your name there')}</dt><dd><span class="mono">@${mirror.handle}</span></dd></div>`}
      <div><dt>${msg('Address')}</dt><dd><span class="mono">${mirror.url}</span></dd></div>
      <div><dt>${msg('Its identity')}</dt><dd><span class="mono">${mirror.mirrorDid}</span></dd></div>
      <div><dt>${msg('Your identity')}</dt><dd><span>${identity(mirror, actions.namedAt)}</span></dd></div>
      <div><dt>${msg('Paired')}</dt><dd><span>${formatTime(mirror.pairedAt)}</span></dd></div>
      ${Math.abs(clockAheadMs) < CLOCK_TOLERANCE ? nothing : html`
        <div><dt>${msg('Clock')}</dt><dd><span>${clockAheadMs > 0
          ? msg(str`This device is ${formatDuration(clockAheadMs)} ahead of the mirror. Set its clock right.`)
          : msg(str`This device is ${formatDuration(-clockAheadMs)} behind the mirror. Look whether its clock is right.`)}</span></dd></div>`}
    </dl>`;
}

function receipt({ acked }: Mirror, { head }: Account): TemplateResult | string {
  if (acked === undefined) return msg('None yet');
  return html`${hasRev(acked, head.rev) ? msg('For all that is here') : msg('For an earlier state')}, ${formatAgo(acked.time)}<br />
    <span class="small soft numbers">${msg('rev')} <span class="mono" title=${acked.rev}>${tailOf(acked.rev)}</span>, ${msg('event')} <span class="mono">${acked.seq}</span></span>`;
}

function wasDown({ from, to }: Down): TemplateResult {
  return html`<br /><span id="was-down" class="small soft">${msg(str`The link was down from ${formatTime(from)} to ${formatTime(to)}.`)}</span>`;
}

function waiting({ waiting, waitingBytes }: Mirror): string {
  if (waiting === 0) return msg('Nothing');
  return waiting === 1 ? msg(str`1 change, ${formatBytes(waitingBytes)}`) : msg(str`${formatNumber(waiting)} changes, ${formatBytes(waitingBytes)}`);
}

function identity({ alarm, state, url }: Mirror, namedAt: string | undefined): string {
  if (alarm?.code === 'moved') return msg('It names another server.');
  if (state === 'pairing') return msg('It does not name the mirror yet.');
  return namedAt === undefined
    ? msg(str`It has named ${hostOf(url)} since you paired. “Look now” asks the directory again.`)
    : msg(str`It names ${hostOf(url)}: the directory was asked ${formatAgo(namedAt)}.`);
}
