import { isDid, parseDidKey } from '../protocol/index.ts';
import { carStream, repositoryBlocks, Tally } from '../repo/index.ts';
import type { Block } from '../repo/index.ts';
import type { Account } from '../pds/index.ts';
import type { BackupContents } from './backup/open-backup.ts';
import { JobRefusal } from './errors.ts';
import { contentsOf, fileSource, readCopy } from './file-contents.ts';
import type { FileContents } from './file-contents.ts';
import type { JobContext } from './job-context.ts';
import type { SavePlace } from './save-place.ts';

export interface SaveResult extends FileContents {
  readonly fileName: string;
  /** Where the job chose the place. */
  readonly file?: Blob;
  /** What a backup holds beside the repository. */
  readonly backup?: BackupContents;
}

/**
 * Writes a repository as a CAR in the order of a walk, then reads the file back and verifies it with the account's key.
 * What is written meanwhile goes to the next file. Where it fails or is cancelled, no part of the file stays.
 * @throws JobRefusal AccountMissing, SavedDiffers; RepoError where stored blocks are damaged; StoreError; DOMException
 *   where the file cannot be written; the reason of the signal
 */
export async function save(did: string, place: SavePlace, context: JobContext): Promise<SaveResult> {
  const account = isDid(did) ? await context.store.account(did) : undefined;
  if (account === undefined) throw new JobRefusal('AccountMissing', 'There is no such account in this house.');
  try {
    const head = await context.store.reading(account.did, async (current, reader) => {
      const [commit] = await reader.read([current.head.cid]);
      const block: Block = { cid: current.head.cid, bytes: commit ?? new Uint8Array(0) };
      const blocks = repositoryBlocks(reader, block, current.head.data, context.signal);
      await writeTo(place, carStream(block.cid, counted(blocks, current, context)), context.signal);
      return current;
    });
    const file = await place.finish();
    const tally = new Tally();
    const found = await readCopy(fileSource(file), { key: parseDidKey(head.signingKey), did: head.did, tally, phase: 'checking' }, context);
    if (!found.commit.cid.equals(head.head.cid)) throw new JobRefusal('SavedDiffers', 'The file that was written is not the one that was to be saved.');
    const fileName = place.name ?? saveFileName(head, context.now());
    return { ...contentsOf(found, tally), fileName, ...(place.name === undefined && { file }) };
  } catch (error) {
    await place.remove().catch(() => undefined);
    throw error;
  }
}

/** `<handle or DID>-<YYYYMMDD-HHmm>-<rev>.car`, in UTC, with nothing that a file system would not take. */
export function saveFileName({ did, handle, head }: Pick<Account, 'did' | 'handle' | 'head'>, now: number, form: 'car' | 'zip' | 'zip.age' = 'car'): string {
  const name = (handle ?? did).replaceAll(/[^a-zA-Z0-9.-]+/g, '-').slice(0, 100);
  const time = new Date(now).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 13);
  return `${name}-${time}-${head.rev}.${form}`;
}

/** Writes all that comes. @throws what the stream throws; the reason of the signal */
export async function writeTo(place: SavePlace, stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      signal.throwIfAborted();
      await place.write(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** How a node begins in DAG-CBOR: a map of two whose first key is `e`. Good enough to count by. */
const NODE_START = [0xa2, 0x61, 0x65];

/** Passes blocks on, and says how many records went by. */
export async function* counted(
  runs: AsyncIterable<readonly Block[]>, { collections }: Account, { progress }: JobContext,
): AsyncGenerator<readonly Block[]> {
  const total = [...collections.values()].reduce((sum, { records }) => sum + records, 0);
  // The commit comes first, and is no record.
  let done = -1;
  for await (const run of runs) {
    yield run;
    for (const { bytes } of run) if (NODE_START.some((byte, index) => bytes[index] !== byte)) done++;
    progress({ phase: 'writing', done: Math.min(done, total), total, unit: 'records', records: done });
  }
}
