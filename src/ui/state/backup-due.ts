import type { Backup } from './backups.ts';

/** How long a backup may be behind before the owner is reminded, in milliseconds: 30 days. */
const DUE_MS = 30 * 24 * 60 * 60 * 1000;

/** Whether something has changed since, and that is so long ago that a new backup is due. `rev` is that of the account's head. */
export const isBackupDue = (backup: Backup, rev: string): boolean => backup.rev !== rev && Date.now() - Date.parse(backup.time) > DUE_MS;
