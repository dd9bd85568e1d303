import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MirrorStoreError } from '../../mirroring/index.ts';
import { bringUpToDate, lastSeqOf, LOCK_FILE, raiseSeq, takeDirectory } from '../../storage/sqlite/index.ts';
import { reasonOf } from '../log.ts';
import { checkNote } from './backup.ts';
import type { Fault, OnProgress } from './faults.ts';
import { blobsIn, copyDurably, flush, flushFolder, giveBlob, SafekeepingError } from './folder.ts';
import { verifyMirror } from './verify.ts';
import type { Verified } from './verify.ts';

export interface RestoreOptions {
  /** The folder of a backup. */
  readonly from: string;
  /** The folder of the mirror, which does not run. */
  readonly to: string;
  /** Whether a mirror that is there may give way; it stays beside. */
  readonly replace?: boolean;
  /** Whether a backup with something wrong in it is taken all the same. */
  readonly takeDamaged?: boolean;
  readonly onProgress?: OnProgress;
}

export interface Restored extends Verified {
  /** Where the mirror is that was there before. */
  readonly before?: string;
}

/** What the backup is put back with, and where. */
interface Work extends Required<RestoreOptions> {
  /** Where it is made ready. */
  readonly aside: string;
}

/**
 * Puts a backup where a mirror runs. It is copied aside, verified there, and changes places at the end; events go on above every
 * number that the mirror before it has given, as far as that one can be read, and above the clock. No mirror starts there meanwhile.
 * @throws SafekeepingError, which says what is where
 */
export async function restoreBackup({ from, to, replace = false, takeDamaged = false, onProgress = () => undefined }: RestoreOptions): Promise<Restored> {
  const wasThere = existsSync(to);
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    const release = takeDirectory(to);
    if (release === undefined) throw new SafekeepingError(`Nothing was changed: a mirror runs in ${to}, or another backup is being put back there. Stop it first.`);
    try {
      return await restoreAlone({ from, to, replace, takeDamaged, onProgress, aside: `${to}.unfinished` });
    } finally {
      if (!wasThere && (await namesIn(to)).length === 0) await rm(to, { recursive: true });
      release();
    }
  } catch (error) {
    throw error instanceof SafekeepingError ? error : new SafekeepingError(`Nothing was changed: ${reasonOf(error)}`, { cause: error });
  }
}

async function restoreAlone(work: Work): Promise<Restored> {
  const { from, to, aside, replace, takeDamaged } = work;
  if (existsSync(join(to, 'mirror.db')) && !replace) {
    throw new SafekeepingError(`Nothing was changed: there is a mirror in ${to}. With --replace the backup takes its place, and it is kept beside.`);
  }
  const wrong = await checkNote(from);
  if (wrong !== undefined && !takeDamaged) throw damaged([{ message: wrong }]);
  await rm(aside, { recursive: true, force: true });
  let verified: Verified;
  try {
    verified = await makeReady(work);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error instanceof MirrorStoreError && error.code === 'StoreDamaged'
      ? new SafekeepingError('Nothing was changed: the backup is damaged, and its database cannot be read.', { cause: error }) : error;
  }
  const before = await changePlaces(aside, to);
  return { ...verified, ...(before !== undefined && { before }) };
}

async function makeReady({ from, to, aside, takeDamaged, onProgress }: Work): Promise<Verified> {
  await copyAll(from, aside, onProgress);
  const verified = await verifyMirror(aside, onProgress);
  if (verified.faults.length > 0 && !takeDamaged) throw damaged(verified.faults);
  raiseSeq(aside, lastSeqOf(to));
  await flushFolder(aside);
  return verified;
}

async function copyAll(from: string, aside: string, onProgress: OnProgress): Promise<void> {
  await mkdir(join(aside, 'blobs'), { recursive: true, mode: 0o700 });
  await copyDurably(join(from, 'mirror.db'), join(aside, 'mirror.db'));
  let done = 0;
  for await (const cid of blobsIn(from)) {
    await giveBlob(from, aside, cid);
    onProgress({ what: 'blobs', done: ++done });
  }
  bringUpToDate(aside);
}

/** What is ready takes the place of what is there. @returns where that is now, if there was anything */
async function changePlaces(aside: string, to: string): Promise<string | undefined> {
  const before = `${to}-before-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  const moved: (readonly [source: string, target: string])[] = [];
  const move = async (name: string, source: string, target: string): Promise<void> => {
    await rename(join(source, name), join(target, name));
    moved.push([join(source, name), join(target, name)]);
  };
  try {
    const old = await namesIn(to);
    if (old.length > 0) await mkdir(before, { mode: 0o700 });
    for (const name of old) await move(name, to, before);
    // Where the database is, the rest is.
    for (const name of (await namesIn(aside)).sort((a, b) => Number(a === 'mirror.db') - Number(b === 'mirror.db'))) await move(name, aside, to);
    for (const folder of old.length > 0 ? [before, to, dirname(to)] : [to, dirname(to)]) await flush(folder);
    await rm(aside, { recursive: true }).catch(() => undefined);
    return old.length > 0 ? before : undefined;
  } catch (error) {
    await putBack(moved, error);
    // Where it is the one that was made for this, nothing is in it now.
    await rmdir(before).catch(() => undefined);
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

async function putBack(moved: readonly (readonly [source: string, target: string])[], reason: unknown): Promise<void> {
  const left = [...moved];
  for (const [source, target] of moved.toReversed()) {
    await rename(target, source).catch((error: unknown) => {
      const places = left.map(([was, is]) => `  ${was} is now ${is}`);
      throw new SafekeepingError(`The backup was not put back (${reasonOf(reason)}), and neither was all that was there before (${reasonOf(error)}). Nothing was deleted:\n${places.join('\n')}`, { cause: error });
    });
    left.pop();
  }
}

/** All but the lock. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith(LOCK_FILE));
}

function damaged(faults: readonly Fault[]): SafekeepingError {
  const lines = faults.map(({ did, message }) => `  ${did === undefined ? '' : `${did}: `}${message}`);
  return new SafekeepingError(`Nothing was changed: the backup is damaged. With --damaged it is taken all the same.\n${lines.join('\n')}`);
}
