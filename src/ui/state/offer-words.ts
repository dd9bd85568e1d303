import { formatBytes, formatDay, formatNumber, formatTime, msg, str } from '../i18n.ts';
import type { MirrorPreview } from './mirror-pairing.ts';

type Offer = MirrorPreview['terms'];

const DAY_MS = 24 * 3_600_000;

/** Why nobody can pair on these terms; undefined where one can. `invite` is what was shown. */
export function inviteProblem({ mirror, terms: { invitation, usableUntil } }: MirrorPreview, invite: string): string | undefined {
  if (invitation === 'over') {
    return usableUntil === undefined ? msg('This invitation is over. Ask the operator for another.')
      : msg(str`This invitation is over: it could be used until ${formatTime(usableUntil)}. Ask the operator for another.`);
  }
  return mirror.inviteRequired && invite.trim() === '' ? msg('This mirror takes accounts by invitation only. Write down the one that you were given, and look again.') : undefined;
}

/** What became of the invitation that was shown. */
export function invitationWords({ invitation, usableUntil }: Offer): string {
  if (invitation === undefined) return msg('Not needed.');
  if (invitation === 'used') return msg('It was used already. Only the account that used it can go on with it.');
  return usableUntil === undefined ? msg('It is good, for one account.') : msg(str`It is good, for one account, until ${formatTime(usableUntil)}.`);
}

/** How long an account is kept that pairs now. */
export function keptWords({ days, invitation }: Offer, now = Date.now()): string {
  if (days === undefined) return msg('Without an end.');
  const span = daysWords(days);
  return invitation === 'used' ? msg(str`For ${span} from its first use on.`) : msg(str`For ${span} from pairing on: until ${formatDay(new Date(now + days * DAY_MS).toISOString())} if you pair today.`);
}

/** How many changes it takes. */
export function changesWords({ writesPerHour }: Offer): string {
  return writesPerHour === undefined ? msg('As many as you like.') : msg(str`${formatNumber(writesPerHour)} in an hour. What is more waits here, and goes on by itself.`);
}

/** What happens near a limit and at the end; each is a sentence or more. */
export function limitWords({ warnPercent, mostRepoBytes, mostAllBlobBytes, noticeDays, graceDays, days }: Offer): readonly string[] {
  const [notice, grace] = [daysWords(noticeDays), daysWords(graceDays)];
  return [
    msg(str`When ${formatNumber(warnPercent)} % of the room is used up, this page warns you.`),
    msg(str`The mirror takes up to ${formatBytes(mostRepoBytes)} of records and ${formatBytes(mostAllBlobBytes)} of pictures. What goes beyond that stays in this browser and waits until there is room again.`),
    days === undefined
      ? msg(str`Should the operator set an end later, you are warned ${notice} before it, and nothing stops for ${grace} after it.`)
      : msg(str`You are warned ${notice} before the end, and nothing stops for ${grace} after it.`),
    msg('Then the mirror no longer serves the account, and keeps its copy. Your data stays here, and you can move to another mirror at any time.'),
  ];
}

function daysWords(days: number): string {
  return days === 1 ? msg('1 day') : msg(str`${formatNumber(days)} days`);
}
