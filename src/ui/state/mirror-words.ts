import { formatAgo, formatBytes, formatNumber, formatTime, msg, str } from '../i18n.ts';
import { ICONS } from '../icons.ts';
import type { TemplateResult } from 'lit';
import type { Down } from './link-log.ts';
import type { Mirror, Sending } from './mirror-store.ts';

/** What the pages know of the conversation with the mirror. */
export type Link =
  /** Nothing is known: no bridge runs in this browser, or it has just begun. */
  | { readonly state: 'unknown' }
  | { readonly state: 'linked'; readonly by: 'websocket' | 'webrtc'; readonly lastDown?: Down | undefined }
  /** The mirror does not answer; it is tried again. `since` is an ISO datetime. */
  | { readonly state: 'away'; readonly since: string };

/** How the account stands to its mirror, in one word and one sentence. */
export interface Standing {
  readonly id: 'none' | 'mirrored' | 'mirroring' | 'offline' | 'paused' | 'needs-you';
  readonly word: string;
  readonly text: string;
  readonly tone: 'good' | 'amber' | 'bad' | 'plain';
  readonly icon: TemplateResult;
}

/** Whether the mirror has confirmed the rev, or a later one. */
export const hasRev = (confirmed: { readonly rev?: string | undefined } | undefined, rev: string): boolean =>
  confirmed?.rev !== undefined && confirmed.rev >= rev;

/** Where the account stands. Every “has” of it rests on a receipt; `rev` is the one that the house is at. */
export function standingOf(mirror: Mirror | undefined, rev: string, link: Link, isOnline: boolean, sending?: Sending): Standing {
  if (mirror === undefined) {
    return {
      id: 'none', word: msg('Not mirrored'), tone: 'plain', icon: ICONS.house,
      text: msg('Your records are in this browser and nowhere else.'),
    };
  }
  const host = hostOf(mirror.url);
  if (mirror.alarm !== undefined) {
    return { id: 'needs-you', word: msg('Needs you'), tone: 'bad', icon: ICONS.warning, text: msg('Your data is safe here. Nothing more is sent until you have decided.') };
  }
  if (mirror.state === 'pairing') {
    return { id: 'needs-you', word: msg('Needs you'), tone: 'amber', icon: ICONS.warning, text: msg(str`Pairing with ${host} was begun and is not finished.`) };
  }
  if (mirror.state === 'paused') {
    return { id: 'paused', word: msg('Paused'), tone: 'amber', icon: ICONS.pause, text: msg(str`You have paused the mirror. ${waitingWords(mirror.waiting)}`) };
  }
  if (!isOnline || link.state === 'away') {
    return { id: 'offline', word: msg('Offline'), tone: 'plain', icon: ICONS.offline, text: offlineWords(mirror, host, link, isOnline) };
  }
  if (mirror.waiting === 0 && hasRev(mirror.acked, rev)) {
    return { id: 'mirrored', word: msg('Mirrored'), tone: 'good', icon: ICONS.mirror, text: msg(str`${host} has confirmed everything that is here.`) };
  }
  return {
    id: 'mirroring', tone: 'plain', icon: ICONS.running,
    word: mirror.waiting === 0 ? msg('Mirroring') : msg(str`Mirroring ${formatNumber(mirror.waiting)}`),
    text: [msg(str`Your data is safe here. ${waitingWords(mirror.waiting)}`), ...(sending === undefined ? [] : [sendingWords(sending)])].join(' '),
  };
}

/** How far large blobs have come, in a sentence. */
export const sendingWords = ({ done, total }: Sending): string =>
  msg(str`Of pictures and films, ${formatBytes(done)} of ${formatBytes(total)} are there; what is there is not sent again.`);

function offlineWords(mirror: Mirror, host: string, link: Link, isOnline: boolean): string {
  const others = mirror.acked === undefined ? '' : msg(str`Others see the state of ${formatTime(mirror.acked.time)}.`);
  const first = isOnline && link.state === 'away'
    ? msg(str`${host} has not answered since ${formatTime(link.since)}. Your data is safe here.`)
    : msg('You are offline. Everything works, and your data is safe here.');
  return [first, mirror.waiting === 0 ? '' : waitingWords(mirror.waiting), others].filter((text) => text !== '').join(' ');
}

/** What waits for a receipt, in a sentence. */
export function waitingWords(waiting: number): string {
  if (waiting === 0) return msg('Nothing waits to be sent.');
  return waiting === 1 ? msg('1 change waits to be sent.') : msg(str`${formatNumber(waiting)} changes wait to be sent.`);
}

/** The host of an address, as people read it. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? url;

/** The end of a rev: enough to compare two by eye. */
export const tailOf = (rev: string): string => `…${rev.slice(-5)}`;

/** What the independent reader had, in a sentence; `rev` is the one that the house is at. */
export function readerWords({ relay }: Mirror, rev: string): string {
  if (relay === undefined) return msg('Nobody has been asked yet whether your changes are out on the street.');
  const host = hostOf(relay.url);
  const ago = relay.time === undefined ? '' : formatAgo(relay.time);
  if (relay.rev === undefined) return msg(str`${host} does not have your account yet (asked ${ago}).`);
  return hasRev(relay, rev) ? msg(str`${host} has everything that is here (asked ${ago}).`) : msg(str`${host} has an earlier state (asked ${ago}).`);
}

/** The first line of an alarm. */
export function alarmTitle(code: string): string {
  switch (code) {
    case 'rollback':
      return msg('The mirror shows an older state than it has confirmed.');
    case 'fork':
      return msg('The mirror holds a change that was not made in this browser.');
    case 'mirror-key':
      return msg('The mirror signs with another key than when you paired.');
    case 'receipt':
      return msg('The mirror confirmed a change that was never made here.');
    case 'moved':
      return msg('Your identity names another server than this mirror.');
    case 'clock':
      return msg('The clock of this device was far ahead.');
    case 'refused':
      return msg('The mirror refuses a change of yours.');
    case 'unreachable-directory':
      return msg('The directory of identities does not answer.');
    default:
      return msg('The mirror needs a decision of yours.');
  }
}

/** The first line of a notice, which stops nothing. */
export const noticeTitle = (code: string): string =>
  code === 'conflict' ? msg('The same was changed in two houses of yours.') : msg('The street does not have your last changes yet.');

/** What to do about an alarm. */
export function alarmAdvice(code: string): string {
  switch (code) {
    case 'rollback':
      return msg('The mirror may have been restored from an old backup. Send everything again to bring it up to date, or leave it.');
    case 'fork':
      return msg('Does the account also live in another browser? Then write in one of them only. If not, somebody else may hold your key: leave this mirror and use your recovery kit.');
    case 'mirror-key':
      return msg('Ask its operator whether that was meant. If nobody can tell you, leave it: what it says cannot be trusted.');
    case 'receipt':
      return msg('Nothing was lost: it counts for nothing here. Ask its operator whether something is broken. If nobody can tell you, leave it: what it says cannot be trusted.');
    case 'moved':
      return msg('If you moved the account yourself, leave this mirror. If you did not, use your recovery kit within 72 hours to take it back.');
    case 'clock':
      return msg('Set the clock right, then send everything again: it is signed anew with the right time.');
    case 'refused':
      return msg('Send everything again; often that settles it. If it does not, ask the operator of the mirror.');
    case 'unreachable-directory':
      return msg('Try again later. If it stays so, look whether this device is online.');
    default:
      return msg('Read what happened. Then go on, send everything again, or leave the mirror.');
  }
}
