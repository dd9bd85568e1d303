import { house } from '../house/client.ts';
import { JobFailure, startUnpack } from '../jobs/index.ts';
import { FileValues } from './file-values.ts';
import { takeRecords } from './take-records.ts';
import { undo } from './undoing.ts';
import type { CompareResult, FoundChange, JobProgress, RunningJob, TakeResult } from '../jobs/index.ts';
import type { Account } from './account-store.ts';

/** What is brought back: records of a file that was compared, with the blobs that they name. */
export interface TakeGiven {
  readonly car: Blob;
  /** Of an encrypted file. */
  readonly filePassphrase: string | undefined;
  readonly compared: CompareResult;
  readonly changes: readonly FoundChange[];
  /** CIDs of blobs of the file that the house has not. */
  readonly blobs: readonly string[];
}

// The lexicons of com.atproto reach the pages as answers only.
const call = house as unknown as { post(method: string, input: object): Promise<{ readonly commit?: { readonly cid: string; readonly rev: string } }> };

/** Brings records back, first their blobs, by the methods that any write goes through. It runs in this page. */
export function startTake({ car, filePassphrase, compared, changes, blobs }: TakeGiven): RunningJob<TakeResult> {
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const { did, houseHead, values } = compared;
  let tell: ((progress: JobProgress) => void) | undefined;

  const work = async (): Promise<TakeResult> => {
    if (blobs.length > 0) {
      const job = startUnpack({ did, car, cids: blobs, ...(filePassphrase !== undefined && { filePassphrase }) });
      job.follow((progress) => tell?.(progress));
      signal.addEventListener('abort', () => job.cancel(), { once: true });
      await job.done;
    }
    const read = new FileValues(values);
    return takeRecords({ did, head: houseHead, changes, valueOf: (change) => read.read(change) }, {
      signal,
      apply: async (input) => (await call.post('com.atproto.repo.applyWrites', input)).commit,
      progress: (done) => tell?.({ phase: 'storing', done, total: changes.length, unit: 'records', records: done }),
    });
  };
  return {
    id: crypto.randomUUID(),
    follow: (listener) => (tell = listener),
    cancel: () => cancelling.abort(),
    done: work().catch((error: unknown) => {
      throw signal.aborted ? new JobFailure('Cancelled', 'Cancelled. Nothing in this house was changed.') : error;
    }),
  };
}

/**
 * Takes back what was brought, commit by commit, the last first.
 * @returns how many records were changed; where some of them were changed again since, `message` says which, and it ends there
 * @throws HouseError
 */
export async function undoTake(did: Account['did'], revs: readonly string[]): Promise<{ readonly records: number; readonly message?: string }> {
  let records = 0;
  for (const rev of revs.toReversed()) {
    const undone = await undo(did, { rev });
    if (undone.kind === 'changed') return { records, message: undone.message };
    records += undone.records;
  }
  return { records };
}
