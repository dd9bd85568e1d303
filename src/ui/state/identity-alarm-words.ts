import { formatTime, msg, str } from '../i18n.ts';
import { hostOf } from './mirror-words.ts';
import { whomWords } from './identity-words.ts';
import type { IdentityAlarm, IdentityChange } from '../jobs/identity.ts';

/** What the owner can do about a foreign change: `undo` it, not any more, or not with the kit. */
export type AlarmStage = 'undo' | 'late' | 'kit';

/** Where an alarm stands at a moment, in milliseconds since 1970. */
export function stageOf({ until }: IdentityAlarm, now = Date.now()): AlarmStage {
  if (until === undefined) return 'kit';
  return now <= Date.parse(until) ? 'undo' : 'late';
}

/** How much of the 72 hours is left, in a sentence. */
export function timeLeft({ until }: IdentityAlarm, now = Date.now()): string {
  const minutes = Math.max(0, Math.floor((Date.parse(until ?? '') - now) / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours > 0 ? msg(str`${hours} hours and ${rest} minutes are left.`) : msg(str`${rest} minutes are left.`);
}

/** What can be done, in a sentence or two. */
export function stageWords(alarm: IdentityAlarm, now = Date.now()): string {
  switch (stageOf(alarm, now)) {
    case 'undo':
      return msg(str`If it was not you, your recovery kit undoes it until ${formatTime(alarm.until ?? '')}. ${timeLeft(alarm, now)}`);
    case 'late':
      return msg('The 72 hours in which your kit could undo it are over. If it was not you, ask whoever runs your mirror for help, and save a backup.');
    case 'kit':
      return msg('It was signed with the key in your kit, or one that stands above it, so the kit cannot undo it. If it was not you, somebody else holds your kit: make a new one at once.');
  }
}

/** What the mirror, which watches too, has to say about it; undefined where it says nothing. */
export function witnessWords({ seenAt, isMirrorOnly }: IdentityAlarm): string | undefined {
  if (seenAt === undefined) return undefined;
  const time = formatTime(seenAt);
  return isMirrorOnly === true
    ? msg(str`Your mirror saw it on ${time} and shows it, with a signature that was verified here. The directory that was asked does not show it: one of the two holds something back.`)
    : msg(str`Your mirror, which watches too, saw it on ${time}.`);
}

/** What follows from whose key did it, where that is worth a word. */
export function culpritWords({ signer }: IdentityAlarm): string | undefined {
  if (signer === 'house') {
    return msg('The key of this house signed it, but this house did not: somebody has a copy of this browser’s storage. Undo it, then bring the account back in another browser from your kit, and remove it here.');
  }
  return signer === 'other' ? msg('A key signed it that this house does not know. When it is undone, that key loses its right.') : undefined;
}

/** What is different once a foreign change is undone. */
export function undoWords(change: IdentityChange): string {
  switch (change.what) {
    case 'made':
    case 'ended':
      return msg('The identity holds again.');
    case 'handle':
      return change.after === undefined ? msg('The account has no name again.') : msg(str`The name is ${change.after} again.`);
    case 'server':
      return change.after === undefined ? msg('No mirror is named any more.') : msg(str`The mirror is ${hostOf(change.after)} again.`);
    case 'signing-key':
      return msg('The key that signs your records is the one of before.');
    case 'rotation-key':
      return change.change === 'added'
        ? msg(str`The right to change this identity is given back to ${whomWords(change.holder)}.`)
        : msg(str`The right to change this identity is taken from ${whomWords(change.holder)}.`);
    case 'rotation-order':
      return msg('The keys have their rank of before.');
    case 'name':
    case 'method':
    case 'service':
      return msg(str`“${change.id}” is as it was.`);
  }
}
