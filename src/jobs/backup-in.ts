import { BackupError } from './backup/backup-error.ts';
import type { OpenBackup } from './backup/open-backup.ts';

/** How every zip begins that has a file in it: no CAR does. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** How an encrypted file begins; the second form is text, which no backup of ours is. */
const SEALED = new TextEncoder().encode('age-encryption.org/v1\n');
const ARMORED = new TextEncoder().encode('-----BEGIN AGE');

/**
 * The backup that a file is, encrypted or not; undefined where it is none, and may be a CAR.
 * @param passphrase of an encrypted one, as it was typed
 * @throws BackupError
 */
export async function backupIn(file: Blob, passphrase?: string): Promise<OpenBackup | undefined> {
  const start = new Uint8Array(await file.slice(0, SEALED.length).arrayBuffer());
  const begins = (head: Iterable<number>): boolean => [...head].every((byte, index) => start[index] === byte);
  if (begins(ARMORED)) throw new BackupError('BackupForm', 'This is an encrypted file in the form of a text, as a recovery kit may be, and no backup.');
  const isSealed = begins(SEALED);
  if (!isSealed && !begins(ZIP)) return undefined;
  if (isSealed && (passphrase === undefined || passphrase === '')) {
    throw new BackupError('BackupSealed', 'This backup is encrypted. Type its passphrase.');
  }
  // What reads zips is seldom needed, and what decrypts them more seldom.
  const { openBackup } = await import('./backup/open-backup.ts');
  return openBackup(isSealed ? await (await import('./backup/sealed-file.ts')).openSealed(file, passphrase!) : file);
}
