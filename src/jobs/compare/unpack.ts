import { isDid, parseCid } from '../../protocol/index.ts';
import { backupIn } from '../backup-in.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';

/** What is asked for before records are brought back: blobs of theirs, by CID. */
export interface UnpackRequest {
  readonly did: string;
  readonly car: Blob;
  /** Of an encrypted backup, as it was typed. */
  readonly filePassphrase?: string;
  readonly cids: readonly string[];
}

/** What was put there. */
export interface Unpacked {
  readonly records: 0;
  readonly bytes: number;
}

/**
 * Puts blobs of a backup into the house, where they wait for a record that names them, as after an upload. Each is checked
 * by its CID; one that is not in it, or damaged there, is left out.
 * @throws JobRefusal AccountMissing; BackupError, StoreError; the reason of the signal
 */
export async function unpack({ did, car, cids, filePassphrase }: UnpackRequest, { store, blobs, signal, progress }: JobContext): Promise<Unpacked> {
  if (!isDid(did) || await store.account(did) === undefined) throw new JobRefusal('AccountMissing', 'There is no such account in this house.');
  const backup = await backupIn(car, filePassphrase);
  let [done, bytes] = [0, 0];
  for (const text of cids) {
    signal.throwIfAborted();
    const cid = parseCid(text);
    const found = await backup?.blob(cid);
    if (found !== undefined) await blobs.put(did, found.bytes, { cid, mimeType: found.mimeType });
    bytes += found?.bytes.length ?? 0;
    progress({ phase: 'unpacking', done: ++done, total: cids.length, unit: 'blobs', records: 0 });
  }
  return { records: 0, bytes };
}
