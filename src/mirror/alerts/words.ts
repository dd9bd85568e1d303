import type { Alarm } from '../../mirroring/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import { GRACE_MS } from '../../mirroring/index.ts';

/** What somebody is told. */
export interface Words {
  readonly subject: string;
  readonly text: string;
}

/** Of whom it is told, and by whom. */
export interface About {
  readonly did: Did;
  readonly handle?: Handle;
  /** The origin of the mirror. */
  readonly mirror: string;
}

/** For so long a change of a DID can be undone by a higher key. */
export const UNDO_MS = 72 * 3_600_000;
const HOUR_MS = 3_600_000;
const CAUTION = 'Nobody needs your recovery kit or its passphrase to help you: give them to nobody, and type them nowhere but into your own Holdfast.';

const STANDBY_ADVICE = 'Everything that was confirmed is here as well, and all that you have written is in your house. Open Holdfast and go to Mirror: it says how your mirror stands, and one press there puts a standby in its place.';

/** What an alarm says: what happened, what to do, and how long there is. */
export function alarmWords({ kind, about, at }: Alarm, account: About, now: number): Words {
  const name = nameOf(account);
  switch (kind) {
    case 'operation':
      return said(account, `Somebody has changed the identity of ${name}`, [
        `The directory shows a change of the identity of ${name} that none of your houses has told this mirror of: operation ${about}, of ${day(at)}.`,
        'Was it you, on another device or with your recovery kit? Then open Holdfast there once, so that the mirror hears of it, and all is well.',
        `Was it not you? Open Holdfast on a device that has your house, go to Identity, and undo it with your recovery kit. ${undoWords(at, now)} What the key of the kit itself has signed cannot be undone.`,
        CAUTION,
      ]);
    case 'suspended':
    case 'takendown':
      return said(account, `This mirror does not serve ${name} any more`, [
        `The operator of this mirror has the account ${name} ${kind === 'suspended' ? 'suspended, or the time is over for which it was kept here' : 'taken down'}. Apps do not find it there any more.`,
        'Everything is still in your house. Open Holdfast, go to Mirror, and move to another mirror; or ask the operator.',
      ]);
    case 'time':
      return said(account, `The time of ${name} at this mirror is nearly over`, [
        `This mirror keeps the account ${name} until ${day(at)}. After ${day(at + GRACE_MS)} it serves it no more.`,
        'Everything is in your house. Ask the operator for more time; or open Holdfast, go to Mirror, and move to another mirror.',
      ]);
    case 'primarySilent':
      return said(account, `The mirror ${hostOf(about)} does not answer its standby`, [
        `This standby of ${name} gets no answer that makes sense from the mirror ${hostOf(about)} any more, since ${day(at)}. Perhaps nobody else does.`, STANDBY_ADVICE,
      ]);
    case 'primaryBehind':
      return said(account, `The mirror ${hostOf(about)} has lost something`, [
        `The mirror ${hostOf(about)} shows an older state of ${name} than it had confirmed to this standby; that was first seen on ${day(at)}. It may have been brought back from an old backup, or keep something back.`, STANDBY_ADVICE,
      ]);
    case 'primaryFalse':
      return said(account, `The mirror ${hostOf(about)} cannot be relied on`, [
        `The mirror ${hostOf(about)} shows this standby of ${name} what it cannot have confirmed: signed by another key than its own, changed, or another state of the same moment; that was first seen on ${day(at)}. Nothing of it was taken.`, STANDBY_ADVICE,
      ]);
    case 'primaryWell':
      return said(account, `The mirror ${hostOf(about)} is well again`, [
        `The mirror ${hostOf(about)}, of which this standby of ${name} had told you something, gives all that it has confirmed, since ${day(at)}. There is nothing to do.`,
      ]);
  }
}

/** Sent at once when a way is added, and when its owner asks for it. */
export function testWords(account: About): Words {
  return said(account, 'A test: this is how you are told', [
    `This is a test. In this way you are told when something happens to ${nameOf(account)} while no page of Holdfast is open. There is nothing to do.`,
  ]);
}

/** The only thing that is sent to an address before it is confirmed. */
export function codeWords(code: string, account: About): Words {
  return said(account, `${code} is your code for Holdfast`, [
    `Somebody wants to be told at this address when something happens to ${nameOf(account)}. If that is you, give this code in Holdfast, on the page Mirror: ${code}`,
    'It is good for an hour. If it is not you, do nothing: nothing else is sent here without the code.',
  ]);
}

function said({ mirror }: About, subject: string, paragraphs: readonly string[]): Words {
  return { subject, text: [...paragraphs, `This was sent by the mirror ${mirror}, by itself. It holds no links, so that nobody can pass theirs off as one of it.`].join('\n\n') };
}

function undoWords(at: number, now: number): string {
  const left = at + UNDO_MS - now;
  if (left <= 0) return `The 72 hours in which that was possible are over since ${day(at + UNDO_MS)}; look there all the same at what can still be done.`;
  const hours = Math.floor(left / HOUR_MS);
  const words = hours === 0 ? 'less than an hour is left' : hours === 1 ? '1 hour is left' : `${hours} hours are left`;
  return `That is possible until ${day(at + UNDO_MS)}: ${words}.`;
}

function nameOf({ did, handle }: About): string {
  return handle === undefined ? did : `@${handle} (${did})`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}

function day(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
