import { randomInt } from 'node:crypto';
import type { MirrorStore } from '../mirroring/index.ts';
import type { MirrorSettings } from './settings.ts';

/** What those of the settings are noted as. */
const OF_SETTINGS = 'HOLDFAST_INVITES';
/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;

/** Whether nobody is taken without one. */
export function needsInvitation({ invites, inviteOnly }: Pick<MirrorSettings, 'invites' | 'inviteOnly'>): boolean {
  return inviteOnly || invites.length > 0;
}

/** Keeps the invitations of the settings; those that stand there no more, and that nobody has used, are of no use any longer. */
export async function keepInvitations(copies: MirrorStore, { invites }: Pick<MirrorSettings, 'invites'>): Promise<void> {
  const old: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await copies.invitations({ limit: 500, ...(after !== undefined && { after }) });
    old.push(...page.filter(({ code, note }) => note === OF_SETTINGS && !invites.includes(code)).map(({ code }) => code));
    after = page.at(-1)?.code;
    if (after === undefined) break;
  }
  for (const code of old) await copies.withdraw(code);
  for (const code of invites) await copies.invite({ code, note: OF_SETTINGS, terms: {} });
}

/** A code that nobody guesses: four groups of five of 31 letters and digits, 99 bits. */
export function newCode(): string {
  const group = (): string => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
