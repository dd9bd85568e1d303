import { formatAgo, formatBytes, msg, str } from '../i18n.ts';
import { isBackupDue } from './backup-due.ts';
import { isKitCheckDue, kitOpened } from './kit-proof.ts';
import { roomOf } from './room.ts';
import type { Account } from './account-store.ts';
import type { Backup } from './backups.ts';
import type { Standing } from './mirror-words.ts';

/** How one of the four things stands on which an account's safety rests, in words, with one thing to do. */
export interface Health {
  readonly id: 'keys' | 'backup' | 'mirror' | 'storage';
  readonly name: string;
  /** `later`: it is not there yet, or nobody knows. */
  readonly state: 'good' | 'amber' | 'later';
  readonly word: string;
  readonly text: string;
  readonly action?: { readonly words: string; readonly href: string };
}

/** What the browser says of its storage. */
export interface StorageFacts {
  /** Undefined where the browser does not say. */
  readonly persisted: boolean | undefined;
  readonly usage: number;
  readonly quota: number;
}

/** The four, in their order. */
export function healthOf(account: Account, backup: Backup | undefined, storage: StorageFacts | undefined, standing: Standing | undefined): Health[] {
  return [keys(account), saved(account, backup, standing), mirror(standing), kept(storage)];
}

function keys({ did, kit }: Account): Health {
  const base = { id: 'keys' as const, name: msg('Keys') };
  const action = { words: msg('Check my copy'), href: `/kit/${did}` };
  if (kit !== 'proven') {
    return { ...base, state: 'amber', word: msg('Kit not kept yet'), text: msg('Without the recovery kit, losing this browser means losing the account.'), action: { ...action, words: msg('Keep the kit') } };
  }
  const opened = kitOpened(did);
  return isKitCheckDue(opened)
    ? { ...base, state: 'amber', word: msg('Worth a look'), text: msg(str`You opened your kit ${formatAgo(opened)}. Files and notes get lost: open it once more.`), action }
    : { ...base, state: 'good', word: msg('In your hand'), text: msg('You hold the recovery kit.'), action };
}

function saved(account: Account, backup: Backup | undefined, standing: Standing | undefined): Health {
  const base = { id: 'backup' as const, name: msg('Backup'), action: { words: msg('Save a backup'), href: '/backups' } };
  if (backup === undefined) {
    return { ...base, state: 'amber', word: msg('None yet'), text: standing === undefined || standing.id === 'none' ? msg('Your records are in this browser only.') : msg('You have no file of your own yet.') };
  }
  const ago = formatAgo(backup.time);
  if (isBackupDue(backup, account.head.rev)) {
    return { ...base, state: 'amber', word: msg('Old'), text: msg(str`Saved ${ago}, and something has changed since. It is time for a new one.`) };
  }
  return backup.rev === account.head.rev
    ? { ...base, state: 'good', word: msg('Up to date'), text: msg(str`Saved ${ago}. Nothing has changed since.`) }
    : { ...base, state: 'amber', word: msg('Behind'), text: msg(str`Saved ${ago}. Something has changed since.`) };
}

function mirror(standing: Standing | undefined): Health {
  const base = { id: 'mirror' as const, name: msg('Mirror') };
  const action = { words: msg('Look at the mirror'), href: '/mirror' };
  if (standing === undefined) return { ...base, state: 'later', word: msg('Asking'), text: msg('The house has not answered yet.'), action };
  const { id, word, text } = standing;
  if (id === 'none') {
    return {
      ...base, state: 'later', word, action: { words: msg('Choose a mirror'), href: '/mirror' },
      text: msg('With an always-on copy, others can reach your account.'),
    };
  }
  const words = id === 'offline' ? msg('Your data is safe here. What you write is sent when the two meet again.') : text;
  const isGood = id === 'mirrored' || id === 'mirroring';
  return { ...base, state: isGood ? 'good' : 'amber', word, text: words, action: id === 'needs-you' ? { ...action, words: msg('Decide') } : action };
}

function kept(storage: StorageFacts | undefined): Health {
  const base = { id: 'storage' as const, name: msg('Storage'), action: { words: msg('Look at storage'), href: '/storage' } };
  if (storage === undefined) return { ...base, state: 'later', word: msg('Asking'), text: msg('The browser has not answered yet.') };
  const used = msg(str`${formatBytes(storage.usage)} used of ${formatBytes(storage.quota)}.`);
  const room = roomOf(storage);
  if (room !== 'enough') {
    const words = room === 'full' ? msg('Soon nothing more can be written.') : msg('There is room for a while yet.');
    return { ...base, state: 'amber', word: room === 'full' ? msg('Almost full') : msg('Getting full'), text: `${used} ${words}`, action: { ...base.action, words: msg('Make room') } };
  }
  return storage.persisted === true
    ? { ...base, state: 'good', word: msg('Kept'), text: used }
    : { ...base, state: 'amber', word: msg('May be cleared'), text: `${used} ${msg('The browser may clear it when the disk is full.')}` };
}
