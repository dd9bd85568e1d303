import type { Did } from '../../protocol/index.ts';
import type { JobContext } from '../job-context.ts';
import type { OpenBackup } from './open-backup.ts';

const PAGE = 500;

/**
 * Gives an account that is here by now the blobs and preferences of its backup, until the signal. Never rejects: a blob that is
 * not in it, or damaged there, is missing as it was.
 */
export async function bringBack(did: Did, backup: OpenBackup, { store, blobs, signal, progress }: JobContext): Promise<void> {
  const total = backup.manifest.blobs;
  let done = 0;
  try {
    const preferences = await backup.preferences();
    if (preferences !== undefined) await store.setPreferences(did, preferences);
    for (let after: string | undefined; !signal.aborted;) {
      const some = await blobs.list(did, { limit: PAGE, ...(after !== undefined && { after }) });
      if (some.length === 0) return;
      after = some.at(-1)!.toString();
      for (const cid of some) {
        if (signal.aborted) return;
        const found = await backup.blob(cid);
        if (found !== undefined) await blobs.put(did, found.bytes, { cid, mimeType: found.mimeType });
        progress({ phase: 'unpacking', done: Math.min(++done, total), total, unit: 'blobs', records: backup.manifest.records });
      }
    }
  } catch {
    // What has not come is missing.
  }
}
