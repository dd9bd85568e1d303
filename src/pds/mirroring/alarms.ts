import { datetimeFromMs } from '../../protocol/index.ts';
import type { Datetime, Did, Tid } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { Alarm, AlarmCode, Conflict, PairedMirror } from '../ports/paired-mirror.ts';
import { changeMirror } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { isOnDomain } from './web-identity.ts';

const SAFE = 'Your records are safe here.';

/** What stops a bridge, in words: first whether the data is safe, then what happened, then what can be done. */
export const ALARMS = {
  rollback: (confirmed: Datetime) => `${SAFE} The mirror shows an older state than the one it confirmed with its signature on ${confirmed}: it may have been `
    + 'restored from an old backup. Nothing more is sent until you decide: send everything again, or leave this mirror.',
  fork: () => `${SAFE} The mirror holds a state of this account that this house has not written and cannot bring together with its own. Nothing more is `
    + 'sent until you decide: send everything from here again, which replaces what the mirror holds, or leave this mirror.',
  forged: () => `${SAFE} What the mirror holds of this account is not signed by the key of this house. If you made a new kit on another device, save to `
    + 'a file here what only this house has, remove the account, and restore it from the new kit. If you did not, send everything from here again, which '
    + 'replaces what the mirror holds, or leave this mirror. Nothing more is sent until you decide.',
  unpublished: () => `${SAFE} The document on your domain names another key than the one that this house signs with. If you have made a new kit here, publish the `
    + 'document as Identity shows it, then send everything again. If you made it on another device, restore this account from the new kit. If it was not you, '
    + 'see who can change your domain.',
  'turned-away': () => `${SAFE} The mirror has turned this house away for some time, as if it had the wrong key, and your identity names this very key. It may `
    + 'hold your account to an old key. Ask its operator, or move to another mirror. Nothing more is sent until you decide.',
  'mirror-key': () => `${SAFE} The mirror confirmed a change with another key than the one it had when you paired. Nothing it says can be relied on until `
    + 'you know why: ask its operator, then go on, or leave this mirror.',
  receipt: () => `${SAFE} The mirror has put its name to a change that this house has never written. Nothing it confirms can be relied on until you know `
    + 'why: ask its operator, then go on, or leave this mirror.',
  clock: () => `${SAFE} What was written last is dated ahead of the mirror's clock, so the mirror does not take it. Set the clock of this device, and send everything again.`,
  refused: (words: string) => `${SAFE} The mirror does not take what this house sends. It says: “${words}” Send everything again, or ask the operator of the mirror.`,
  forgotten: () => `${SAFE} The mirror does not know this account any more: it may have lost what it kept, or its operator has removed you. `
    + 'Leave this mirror and pair again, with it or with another; or ask its operator.',
  moved: (server: string | undefined, isDomain: boolean) => `${SAFE} Your identity ${server === undefined ? 'names no server any more' : `names the server ${server}`}, not this mirror. `
    + (isDomain ? 'If you have changed the document yourself, pair with that mirror here. If you have not, see who can change your domain.'
      : 'If you have moved the account yourself, leave this mirror. If you have not, take it back with your recovery kit within 72 hours.'),
} as const;

/** What is worth a word, and stops nothing. */
export const NOTICES = {
  withheld: (minutes: number) => `${SAFE} The mirror confirmed a change ${minutes} minutes ago, and the relay that this house asked does not have it. `
    + 'If that stays so, the mirror may be holding it back, or the relay is behind.',
  /** @param more how many there are beside those */
  conflict: (conflicts: readonly Conflict[], more = 0) => `${SAFE} Another house of yours changed ${conflicts.length + more === 1 ? 'a record' : `${conflicts.length + more} records`} that you changed here too. `
    + `${whichStands(conflicts)}; the other version is kept in the history: ${conflicts.slice(0, 5).map(({ path }) => path).join(', ')}${conflicts.length + more > 5 ? ' and others' : ''}.`,
} as const;

function whichStands(conflicts: readonly Conflict[]): string {
  if (conflicts.every(({ isTheirs }) => isTheirs !== true)) return 'What you wrote here is current';
  return conflicts.every(({ isTheirs }) => isTheirs) ? 'A mirror had confirmed it before that, so what the other house has is current' : 'Each record shows which version is current';
}

/** An alarm or a notice of this moment. */
export function alarmOf<Code extends string>(house: Pick<House, 'now'>, code: Code, message: string, rev?: Tid): Omit<Alarm, 'code'> & { readonly code: Code } {
  return { code, message, time: datetimeFromMs(house.now()), ...(rev !== undefined && { rev }) };
}

/** What an alarm says where the DID names another key than the one that signs here. */
export const otherKey = (did: Did): string => (isOnDomain(did) ? ALARMS.unpublished() : ALARMS.forged());

/** Stops the bridge until its owner has answered. An alarm about a mirror that was left meanwhile is none. */
export async function raise(house: House, { did, mirror: { url } }: PairedAccount, code: AlarmCode, message: string, rev?: Tid): Promise<void> {
  await changeMirror(house, did, (mirror) => (mirror?.url !== url ? undefined : { mirror: { ...mirror, alarm: alarmOf(house, code, message, rev) } }));
}

/** The mirror once its owner has answered an alarm, or ends a pause. */
export function goOn(mirror: PairedMirror): PairedMirror {
  const { alarm, turnedAwaySince: _, ...rest } = mirror;
  // Of a mirror that was set back nothing can be expected but what it is given.
  return { ...rest, isPaused: false, ...(alarm?.code === 'rollback' && { resend: true }) };
}

/** Whether nothing is to be sent just now. */
export function standsStill({ state, alarm, isPaused }: PairedMirror): boolean {
  return state !== 'active' || alarm !== undefined || isPaused;
}
