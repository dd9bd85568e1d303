import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MirrorStoreError } from '../../mirroring/index.ts';
import { storeFault } from './store-fault.ts';

/** The file in a directory that holds nothing: its lock says who works there. It stays where it is. */
export const LOCK_FILE = 'lock.db';
const BUSY = 5;
/** Nothing is ever written, so nothing lies beside. */
const NO_FILE = 'PRAGMA journal_mode = MEMORY';
/** Who only asks whether anybody is there is soon gone. */
const WAIT_MS = 1_000;

/** A share of a directory, taken before anything else in it is opened; the end of the process, however it comes, gives it back. */
export interface Share {
  /** Nobody else was there who began something: only this one may take what is unfinished for left behind. */
  readonly isFirst: boolean;
  release(): void;
}

/** Takes a share of a directory that is served. @throws MirrorStoreError StoreInUse where one has it alone */
export function shareDirectory(directory: string): Share {
  const lock = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
  const release = (): void => lock.close();
  try {
    // Many may read it, and one of them may be about to write.
    lock.exec(`${NO_FILE}; BEGIN IMMEDIATE`);
    return { isFirst: true, release };
  } catch {
    // Another is first, or has it alone: that shows below.
  }
  try {
    lock.exec(`PRAGMA busy_timeout = ${WAIT_MS}; BEGIN; SELECT 1 FROM sqlite_schema`);
    return { isFirst: false, release };
  } catch (error) {
    lock.close();
    if ((error as { readonly errcode?: number }).errcode !== BUSY) throw storeFault(error);
    throw new MirrorStoreError('StoreInUse', `A backup is being put back in ${directory}, or an older version of Holdfast serves it; nothing was changed`, {}, error);
  }
}

/**
 * Takes a directory that is there for oneself alone.
 * @returns what lets it go; undefined where somebody has it, or a share of it
 */
export function takeDirectory(directory: string): (() => void) | undefined {
  const lock = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec(`${NO_FILE}; BEGIN EXCLUSIVE`);
    return () => lock.close();
  } catch (error) {
    lock.close();
    if ((error as { readonly errcode?: number }).errcode === BUSY) return undefined;
    throw storeFault(error);
  }
}
