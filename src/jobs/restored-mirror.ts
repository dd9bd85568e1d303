import { datetimeFromMs } from '../protocol/index.ts';
import type { Cid, Did, Tid } from '../protocol/index.ts';
import { describeMirror, fetchBlobs, latestCommit, MAX_BLOB_BYTES } from '../pds/index.ts';
import type { PairedMirror, TakenKit } from '../pds/index.ts';
import type { Tally } from '../repo/index.ts';
import type { JobContext } from './job-context.ts';

/** How many blobs are fetched at a time. */
const AT_ONCE = 3;
const PAGE = 100;

/**
 * The mirror that the DID names, as one with which pairing has begun: what is written from now on waits for it. Undefined
 * where there is none, or none that answers.
 */
export async function namedMirror({ identity }: Pick<TakenKit, 'identity'>, { fetch, now, signal }: Pick<JobContext, 'fetch' | 'now' | 'signal'>): Promise<PairedMirror | undefined> {
  const { pds: url, handle } = identity ?? {};
  if (url === undefined) return undefined;
  const described = await describeMirror(fetch, url, now, signal).catch(() => undefined);
  signal.throwIfAborted();
  if (described === undefined) return undefined;
  const { did: mirrorDid, key, clockAheadMs } = described;
  return {
    url, mirrorDid, key, clockAheadMs, state: 'pairing', isPaused: false, pairedAt: datetimeFromMs(now()),
    ...(handle !== undefined && { handle }),
  };
}

/** The rev of what the server has that the DID names, if it says so. */
export async function servedRev({ did, identity }: TakenKit, { fetch }: JobContext): Promise<Tid | undefined> {
  const { pds } = identity ?? {};
  return pds === undefined ? undefined : (await latestCommit(fetch, pds, did).catch(() => undefined))?.rev;
}

/**
 * Fetches the blobs that records of the account name and that are not here, until the signal; how many are missing then. Never
 * rejects: the account is here by now, and complete but for them.
 */
export async function restoreBlobs(did: Did, pds: string | undefined, tally: Tally, { blobs, fetch, signal, progress }: JobContext): Promise<number> {
  const { blobs: { size: total }, records } = tally;
  if (total === 0) return 0;
  const untilThen: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.any([signal, ...init?.signal ? [init.signal] : []]) });
  let done = 0;
  let here = 0;
  const say = (): void => progress({ phase: 'blobs', done, total, unit: 'blobs', records });
  const take = async (cid: Cid): Promise<void> => {
    if (pds !== undefined) await fetchBlobs({ blobs, fetch: untilThen, maxBlobBytes: MAX_BLOB_BYTES }, did, pds, [cid]);
    if (await blobs.info(did, cid) !== undefined) here++;
    done++;
    say();
  };
  try {
    for (let after: string | undefined; !signal.aborted;) {
      const some = await blobs.list(did, { limit: PAGE, ...(after !== undefined && { after }) });
      if (some.length === 0) break;
      after = some.at(-1)!.toString();
      const queue = [...some];
      const work = async (): Promise<void> => {
        for (let cid = queue.shift(); cid !== undefined && !signal.aborted; cid = queue.shift()) await take(cid);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    }
  } catch {
    // What has not come is missing.
  }
  return total - here;
}
