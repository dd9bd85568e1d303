import { formatBytes, formatDay, formatNumber, formatTime, msg, str } from '../i18n.ts';
import type { MirrorPreview } from './mirror-pairing.ts';

type Offer = MirrorPreview['terms'];

const DAY_MS = 24 * 3_600_000;

/** Why nobody can pair on these terms; undefined where one can. `invite` is what was shown. */
export function inviteProblem({ mirror, terms: { invitation, usableUntil } }: MirrorPreview, invite: string): string | undefined {
  if (invitation === 'over') {
    return usableUntil === undefined ? msg('This invitation is over. Ask the operator for another.')
      : msg(str`This invitation has been over since ${formatTime(usableUntil)}. Ask the operator for another.`);
  }
  return mirror.inviteRequired && invite.trim() === '' ? msg('This mirror takes accounts by invitation only. Enter yours and look again, or ask the operator for one.') : undefined;
}

/** What becomes of the invitation that was shown. */
export function invitationWords({ invitation, usableUntil }: Offer): string {
  if (invitation === undefined) return msg('Not needed.');
  if (invitation !== 'open') return msg('Ask the operator whether it is good.');
  return usableUntil === undefined ? msg('Good for one account.') : msg(str`Good for one account, until ${formatTime(usableUntil)}.`);
}

/** How long an account is kept that pairs now. */
export function keptWords({ days }: Offer, now = Date.now()): string {
  if (days === undefined) return msg('No end is set.');
  const end = new Date(now + days * DAY_MS);
  const span = daysWords(days);
  return Number.isNaN(end.getTime()) ? msg(str`For ${span}.`) : msg(str`For ${span}: until ${formatDay(end.toISOString())}, if you begin today.`);
}

/** How many changes it takes. */
export function changesWords({ writesPerHour }: Offer): string {
  return writesPerHour === undefined ? msg('Not limited.') : msg(str`${formatNumber(writesPerHour)} an hour. Any more wait here, and follow by themselves.`);
}

/** What happens near a limit and at the end; each is a sentence or more. */
export function limitWords({ warnPercent, mostRepoBytes, mostAllBlobBytes, noticeDays, graceDays, days }: Offer): readonly string[] {
  const [notice, grace] = [daysWords(noticeDays), daysWords(graceDays)];
  return [
    msg('Your data stays in this browser whatever happens there, and you can move to another mirror at any time.'),
    msg(str`Once ${formatNumber(warnPercent)} % of the room is used, this page warns you.`),
    msg(str`Above ${formatBytes(mostRepoBytes)} of records or ${formatBytes(mostAllBlobBytes)} of pictures, new ones wait in this browser until there is room.`),
    days === undefined
      ? msg(str`Should the operator set an end later, you are warned ${notice} before it, and for ${grace} after it nothing stops. Then the mirror keeps its copy and shows it to nobody.`)
      : msg(str`You are warned ${notice} before the end, and for ${grace} after it nothing stops. Then the mirror keeps its copy and shows it to nobody.`),
  ];
}

/** As `limitWords`, of a standby: what it does not get stays here, and with the mirror. */
export function standbyLimitWords({ warnPercent, mostRepoBytes, mostAllBlobBytes, noticeDays, graceDays, days }: Offer): readonly string[] {
  const [notice, grace] = [daysWords(noticeDays), daysWords(graceDays)];
  return [
    msg('Your data stays in this browser and with your mirror whatever happens there, and you can add another standby at any time.'),
    msg(str`Once ${formatNumber(warnPercent)} % of the room is used, this page warns you.`),
    msg(str`Above ${formatBytes(mostRepoBytes)} of records or ${formatBytes(mostAllBlobBytes)} of pictures, it gets no new ones until there is room.`),
    days === undefined
      ? msg(str`Should the operator set an end later, you are warned ${notice} before it, and for ${grace} after it nothing stops. Then it keeps its copy, and gets nothing new.`)
      : msg(str`You are warned ${notice} before the end, and for ${grace} after it nothing stops. Then it keeps its copy, and gets nothing new.`),
  ];
}

function daysWords(days: number): string {
  return days === 1 ? msg('1 day') : msg(str`${formatNumber(days)} days`);
}
