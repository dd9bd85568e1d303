import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspectMirrorStore, isServed, openMirrorStore, raiseSeq } from '../../storage/sqlite/index.ts';
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

/**
 * Puts a backup where a mirror runs. It is copied aside, verified there, and given its name at the end; events go on above every
 * number that the mirror before it has given, as far as that one can be read, and above the clock.
 * @throws SafekeepingError, MirrorStoreError; the mirror that was there is as it was
 */
export async function restoreBackup({ from, to, replace = false, takeDamaged = false, onProgress = () => undefined }: RestoreOptions): Promise<Restored> {
  if (isServed(to)) throw new SafekeepingError(`Nothing was changed: a mirror runs in ${to}. Stop it first.`);
  const isThere = existsSync(join(to, 'mirror.db'));
  if (isThere && !replace) {
    throw new SafekeepingError(`Nothing was changed: there is a mirror in ${to}. With --replace the backup takes its place, and it is kept beside.`);
  }
  const wrong = await checkNote(from);
  if (wrong !== undefined && !takeDamaged) throw damaged([{ message: wrong }]);
  const aside = `${to}.unfinished`;
  await rm(aside, { recursive: true, force: true });
  try {
    await copyAll(from, aside, onProgress);
    const verified = await verifyMirror(aside, onProgress);
    if (verified.faults.length > 0 && !takeDamaged) throw damaged(verified.faults);
    if (isThere) raiseSeq(aside, lastSeqOf(to));
    await flushFolder(aside);
    const before = existsSync(to) ? `${to}-before-${new Date().toISOString().replace(/[:.]/g, '-')}` : undefined;
    if (before !== undefined) await rename(to, before);
    await rename(aside, to);
    await flush(dirname(to));
    return { ...verified, ...(before !== undefined && { before }) };
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

async function copyAll(from: string, aside: string, onProgress: OnProgress): Promise<void> {
  await mkdir(join(aside, 'blobs'), { recursive: true, mode: 0o700 });
  await copyDurably(join(from, 'mirror.db'), join(aside, 'mirror.db'));
  let done = 0;
  for await (const cid of blobsIn(from)) {
    await giveBlob(from, aside, cid);
    onProgress({ what: 'blobs', done: ++done });
  }
  // Brings an old one to the present version.
  await (await openMirrorStore(aside)).close();
}

/** 0 where it cannot be read. */
function lastSeqOf(folder: string): number {
  try {
    const inspection = inspectMirrorStore(folder);
    try {
      return inspection.seqs().last;
    } finally {
      inspection.close();
    }
  } catch {
    return 0;
  }
}

function damaged(faults: readonly Fault[]): SafekeepingError {
  const lines = faults.map(({ did, message }) => `  ${did === undefined ? '' : `${did}: `}${message}`);
  return new SafekeepingError(`Nothing was changed: the backup is damaged. With --damaged it is taken all the same.\n${lines.join('\n')}`);
}
