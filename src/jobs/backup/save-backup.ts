import { isDid, parseDidKey } from '../../protocol/index.ts';
import { parsePassphrase } from '../../keys/index.ts';
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
  /** The generated passphrase under which the file is encrypted, as it was typed; without one it is not. */
  readonly seal?: string;
}

/**
 * Writes all that an account has into one zip (docs/backup-format.md), then reads the file back and verifies all of it. It is
 * never in memory whole; of its blobs, one at a time.
 * @throws as `save`, and BackupError where what was written is not what was read
 */
export async function saveBackup({ did, kit, seal }: SaveBackupRequest, place: SavePlace, context: JobContext): Promise<SaveResult> {
  const { store } = context;
  const known = isDid(did) ? await store.account(did) : undefined;
  if (known === undefined) throw new JobRefusal('AccountMissing', 'There is no such account in this house.');
  try {
    const sealing = seal === undefined ? undefined : await sealingUnder(seal);
    const sealed = kit === undefined ? undefined : await kitBytes(kit);
    const preferences = await store.preferences(known.did);
    const account = await store.reading(known.did, async (current, reader) => {
      const [commit] = await reader.read([current.head.cid]);
      const block: Block = { cid: current.head.cid, bytes: commit ?? new Uint8Array(0) };
      const blocks = repositoryBlocks(reader, block, current.head.data, context.signal);
      const car = carStream(block.cid, counted(blocks, current, context));
      const records = [...current.collections.values()].reduce((sum, collection) => sum + collection.records, 0);
      const parts = backupParts({ account: current, car: chunksOf(car), records, kit: sealed ?? current.kit?.file, preferences }, context);
      const zip = zipStream(parts);
      await writeTo(place, sealing === undefined ? zip : await sealing.sealStream(zip, sealing.passphrase), context.signal);
      return current;
    });
    const file = await place.finish();
    const backup = await openBackup(sealing === undefined ? file : await sealing.openSealed(file, sealing.passphrase));
    const tally = new Tally();
    const found = await readCopy(backup.car, { key: parseDidKey(account.signingKey), did: account.did, tally, phase: 'checking' }, context);
    backup.checkCommit(found.commit);
    if (!found.commit.cid.equals(account.head.cid)) {
      throw new JobRefusal('SavedDiffers', 'The file that was written is not the one that was to be saved.');
    }
    const fileName = place.name ?? saveFileName(account, context.now(), sealing === undefined ? 'zip' : 'zip.age');
    return {
      ...contentsOf(found, tally), bytes: file.size, backup: await backup.verifyRest(tally, context), fileName,
      ...(place.name === undefined && { file }),
    };
  } catch (error) {
    await place.remove().catch(() => undefined);
    throw error;
  }
}

/** What encrypts is seldom needed. @throws JobRefusal PassphraseWeak where it is none of ours: then nobody knows how strong it is */
async function sealingUnder(typed: string) {
  const sealing = await import('./sealed-file.ts');
  try {
    return { ...sealing, passphrase: parsePassphrase(typed) };
  } catch {
    throw new JobRefusal('PassphraseWeak', 'Your data in this house is as it was, and no file was kept. A backup is encrypted under a passphrase that Holdfast has made, and this is none, or has a slip of the pen.');
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
