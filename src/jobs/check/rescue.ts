import { createP256Signer } from '../../protocol/index.ts';
import type { Did, PublicKey } from '../../protocol/index.ts';
import { carStream, lostBlocks, repositoryBlocks, Tally } from '../../repo/index.ts';
import type { Commit } from '../../repo/index.ts';
import { JobRefusal } from '../errors.ts';
import { contentsOf, fileSource, readCopy } from '../file-contents.ts';
import type { SavePlace } from '../save-place.ts';
import { saveFileName, writeTo } from '../save.ts';
import type { SaveResult } from '../save.ts';
import type { CheckContext } from './examine.ts';
import type { Scan } from './inspection.ts';

/**
 * Saves the newest state of an account that can be read whole from what is stored, though the row that says which it is
 * cannot be read. The file is read back and verified, with the key of the account where the house still has it.
 * @throws JobRefusal NothingWhole; what `save` throws
 */
export async function rescue(did: string, place: SavePlace, context: CheckContext): Promise<SaveResult> {
  const { inspection, signal, progress, store, now } = context;
  let bytes = 0;
  const reads = async (count: number): Promise<void> => {
    signal.throwIfAborted();
    progress({ phase: 'rows', done: (bytes += count), total: 0, unit: 'bytes', records: 0 });
  };
  try {
    const head = await inspection.scanning(did, reads, async (scan) => {
      const commit = await newestWhole(scan, signal);
      await writeTo(place, carStream(commit.cid, repositoryBlocks(scan.blocks, commit, commit.data, signal)), signal);
      return commit;
    });
    const file = await place.finish();
    const tally = new Tally();
    const key = await store.keys(did as Did).then(async (keys): Promise<PublicKey | undefined> => (
      keys && (await createP256Signer(keys.signing)).publicKey
    )).catch(() => undefined);
    const found = await readCopy(fileSource(file), { key: async () => key, did: head.did, tally, phase: 'checking' }, context);
    return { ...contentsOf(found, tally), fileName: saveFileName({ did: head.did, head }, now()), file };
  } catch (error) {
    await place.remove().catch(() => undefined);
    throw error;
  }
}

async function newestWhole({ commits, blocks }: Scan, signal: AbortSignal): Promise<Commit> {
  for (const commit of commits) {
    const { done } = await lostBlocks(blocks, commit, signal).next();
    if (done === true) return commit;
  }
  throw new JobRefusal('NothingWhole', 'Nothing in this house was changed. No state of this account can be read whole any more. Bring it back from your mirror or a backup.');
}
