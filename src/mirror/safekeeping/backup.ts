import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath, inspectMirrorStore, LOCK_FILE, takeDirectory } from '../../storage/sqlite/index.ts';
import type { MirrorInspection } from '../../storage/sqlite/index.ts';
import type { OnProgress } from './faults.ts';
import { blobsIn, flush, flushFolder, giveBlob, hashOf, SafekeepingError } from './folder.ts';
import { verifyMirror } from './verify.ts';
import type { Verified } from './verify.ts';

/** What lies in a backup beside `mirror.db` and `blobs/`: what it is, and the hash by which a turned bit is found. */
interface Note {
  readonly format: 1;
  readonly version: string;
  /** When it was made. */
  readonly time: string;
  readonly lastSeq: number;
  /** SHA-256 of `mirror.db`, as hex. */
  readonly database: string;
}

export interface BackupOptions {
  /** The folder of the mirror, which may run. */
  readonly from: string;
  /** The folder that is made; it is not there yet. */
  readonly to: string;
  readonly version: string;
  readonly onProgress?: OnProgress;
}

const NOTE = 'backup.json';
const UNFINISHED = '.unfinished';
/** Blobs may go while the database is copied. */
const TRIES = 5;

/**
 * Copies a mirror into a new folder, beside whoever writes to it: the database as it is at one moment, by SQLite's own means, and
 * the blobs that it tells of. It has its name when all of it is durable and was read back; what the mirror itself has wrong is
 * copied as it is, and told.
 * @throws SafekeepingError, MirrorStoreError; nothing is left then
 */
export async function makeBackup({ from, to, version, onProgress = () => undefined }: BackupOptions): Promise<Verified> {
  if (existsSync(to)) throw new SafekeepingError(`The mirror is as it was, and no backup was made: ${to} is there already. Give another folder.`);
  const aside = `${to}${UNFINISHED}`;
  if (!await removeLeft(aside)) throw new SafekeepingError(`The mirror is as it was, and no backup was made: another is being made in ${to}.`);
  await mkdir(join(aside, 'blobs'), { recursive: true, mode: 0o700 });
  const release = takeDirectory(aside);
  try {
    await copyAll(from, aside, onProgress);
    const verified = await verifyMirror(aside, onProgress);
    for (const left of ['mirror.db-wal', 'mirror.db-shm']) await rm(join(aside, left), { force: true });
    const note: Note = { format: 1, version, time: new Date().toISOString(), lastSeq: verified.lastSeq, database: await hashOf(join(aside, 'mirror.db')) };
    await writeFile(join(aside, NOTE), `${JSON.stringify(note, undefined, 2)}\n`, { flush: true });
    await flushFolder(aside);
    await rename(aside, to);
    await rm(join(to, LOCK_FILE), { force: true });
    await flush(to);
    await flush(dirname(to));
    return verified;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  } finally {
    release?.();
  }
}

/** Removes what a process that was killed left of a backup in a folder of backups; what is being made stays. */
export async function removeUnfinished(backups: string): Promise<void> {
  const names = await readdir(backups).catch(() => []);
  for (const name of names) if (name.endsWith(UNFINISHED)) await removeLeft(join(backups, name));
}

/** Whether nothing is there now: false where somebody is at work there. */
async function removeLeft(aside: string): Promise<boolean> {
  if (!existsSync(aside)) return true;
  const release = takeDirectory(aside);
  if (release === undefined) return false;
  await rm(aside, { recursive: true, force: true });
  release();
  return true;
}

/** What is known to be wrong with a backup without reading all of it. @throws SafekeepingError where it is none */
export async function checkNote(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, NOTE), 'utf8').catch(() => undefined);
  if (text === undefined || !existsSync(join(folder, 'mirror.db'))) {
    throw new SafekeepingError(`Nothing was changed: ${folder} holds no backup of a mirror, which has ${NOTE} and mirror.db in it.`);
  }
  let note: Partial<Note> | null;
  try {
    note = JSON.parse(text) as Partial<Note> | null;
  } catch {
    return `${NOTE} cannot be read`;
  }
  if (note?.format !== 1) return `${NOTE} does not say that this is a backup of a kind that is known here`;
  return await hashOf(join(folder, 'mirror.db')) === note.database ? undefined : 'mirror.db is not as it was when the backup was made';
}

/** Blobs before the database and after it, so that none that it tells of is missing, unless it went in between: then all again. */
async function copyAll(from: string, aside: string, onProgress: OnProgress): Promise<void> {
  let done = 0;
  const give = async (cid: string): Promise<boolean> => {
    const isThere = await giveBlob(from, aside, cid);
    onProgress({ what: 'blobs', done: ++done });
    return isThere;
  };
  const live = inspectMirrorStore(from);
  try {
    for await (const cid of blobsIn(from)) await give(cid);
    for (let tries = 1; ; tries++) {
      await rm(join(aside, 'mirror.db'), { force: true });
      await live.atOneMoment(() => live.copyTo(join(aside, 'mirror.db'), (left, of) => onProgress({ what: 'pages of the database', done: of - left, of })));
      if (await completeBlobs(live, aside, give) || tries === TRIES) return;
    }
  } finally {
    live.close();
  }
}

/** @returns false where one has gone that the copy of the database still tells of */
async function completeBlobs(live: MirrorInspection, aside: string, give: (cid: string) => Promise<boolean>): Promise<boolean> {
  const copy = inspectMirrorStore(aside);
  try {
    for (const cid of namesOf(copy)) {
      if (!existsSync(blobPath(join(aside, 'blobs'), cid)) && !await give(cid) && !live.isKept(cid)) return false;
    }
    for await (const cid of blobsIn(aside)) if (!copy.isKept(cid)) await rm(blobPath(join(aside, 'blobs'), cid));
    return true;
  } finally {
    copy.close();
  }
}

function* namesOf(copy: MirrorInspection): Generator<string> {
  for (const { did } of copy.accounts()) for (const { cid } of copy.blobs(did)) yield cid.toString();
}
