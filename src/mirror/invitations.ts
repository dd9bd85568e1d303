import { randomInt } from 'node:crypto';
import type { MirrorSettings } from './settings.ts';

/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;

/** Whether nobody is taken without one. */
export function needsInvitation({ invites, inviteOnly }: Pick<MirrorSettings, 'invites' | 'inviteOnly'>): boolean {
  return inviteOnly || invites.length > 0;
}

/** A code that nobody guesses: four groups of five of 31 letters and digits, 99 bits. */
export function newCode(): string {
  const group = (): string => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
