import type { OpenBackup } from './backup/open-backup.ts';

/** How every zip begins that has a file in it: no CAR does. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/**
 * The backup that a file is; undefined where it is none, and may be a CAR.
 * @throws BackupError
 */
export async function backupIn(file: Blob): Promise<OpenBackup | undefined> {
  const start = new Uint8Array(await file.slice(0, ZIP.length).arrayBuffer());
  if (ZIP.some((byte, index) => start[index] !== byte)) return undefined;
  // What reads zips is seldom needed.
  return (await import('./backup/open-backup.ts')).openBackup(file);
}
