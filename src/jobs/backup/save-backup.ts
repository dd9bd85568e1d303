import { isDid, parseDidKey } from '../../protocol/index.ts';
import { carStream, repositoryBlocks, Tally } from '../../repo/index.ts';
import type { Block } from '../../repo/index.ts';
import { JobRefusal } from '../errors.ts';
import { contentsOf, readCopy } from '../file-contents.ts';
import type { JobContext } from '../job-context.ts';
import { kitBytes } from '../kit-bytes.ts';
import type { SavePlace } from '../save-place.ts';
import { counted, saveFileName, writeTo } from '../save.ts';
import type { SaveResult } from '../save.ts';
import { backupParts } from './backup-parts.ts';
import { openBackup } from './open-backup.ts';
import { zipStream } from './zip-stream.ts';

/** What is saved, and what the owner adds to it. */
export interface SaveBackupRequest {
  readonly did: string;
  /** The sealed kit, where the house does not keep it any more. */
  readonly kit?: Blob;
}

/**
 * Writes all that an account has into one zip (docs/backup-format.md), then reads the file back and verifies all of it. It is
 * never in memory whole; of its blobs, one at a time.
 * @throws as `save`, and BackupError where what was written is not what was read
 */
export async function saveBackup({ did, kit }: SaveBackupRequest, place: SavePlace, context: JobContext): Promise<SaveResult> {
  const { store } = context;
  const known = isDid(did) ? await store.account(did) : undefined;
  if (known === undefined) throw new JobRefusal('AccountMissing', 'There is no such account in this house.');
  try {
    const sealed = kit === undefined ? undefined : await kitBytes(kit);
    const preferences = await store.preferences(known.did);
    const account = await store.reading(known.did, async (current, reader) => {
      const [commit] = await reader.read([current.head.cid]);
      const block: Block = { cid: current.head.cid, bytes: commit ?? new Uint8Array(0) };
      const blocks = repositoryBlocks(reader, block, current.head.data, context.signal);
      const car = carStream(block.cid, counted(blocks, current, context));
      const records = [...current.collections.values()].reduce((sum, collection) => sum + collection.records, 0);
      const parts = backupParts({ account: current, car: chunksOf(car), records, kit: sealed ?? current.kit?.file, preferences }, context);
      await writeTo(place, zipStream(parts), context.signal);
      return current;
    });
    const file = await place.finish();
    const backup = await openBackup(file);
    const tally = new Tally();
    const found = await readCopy(backup.car, { key: parseDidKey(account.signingKey), did: account.did, tally, phase: 'checking' }, context);
    backup.checkCommit(found.commit);
    if (!found.commit.cid.equals(account.head.cid)) {
      throw new JobRefusal('SavedDiffers', 'The file that was written is not the one that was to be saved.');
    }
    const fileName = place.name ?? saveFileName(account, context.now(), 'zip');
    return {
      ...contentsOf(found, tally), bytes: file.size, backup: await backup.verifyRest(tally, context), fileName,
      ...(place.name === undefined && { file }),
    };
  } catch (error) {
    await place.remove().catch(() => undefined);
    throw error;
  }
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
