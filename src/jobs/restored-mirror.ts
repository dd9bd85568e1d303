import { datetimeFromMs, parseDid } from '../protocol/index.ts';
import type { Cid, Did, Handle, Tid } from '../protocol/index.ts';
import { handleByDns, handleByFile } from '../identity/index.ts';
import { describeMirror, fetchBlobs, latestCommit, MAX_BLOB_BYTES, mirrorDids } from '../pds/index.ts';
import type { MirrorDescription, PairedMirror, TakenKit } from '../pds/index.ts';
import type { Tally } from '../repo/index.ts';
import { JobRefusal } from './errors.ts';
import type { JobContext } from './job-context.ts';

/** How many blobs are fetched at a time. */
const AT_ONCE = 3;
const PAGE = 100;

type Context = Pick<JobContext, 'fetch' | 'now' | 'signal'>;

/**
 * The mirror that the DID names, as one with which pairing has begun: what is written from now on waits for it. Undefined
 * where there is none, or none that answers.
 */
export async function namedMirror({ identity }: Pick<TakenKit, 'identity'>, context: Context): Promise<PairedMirror | undefined> {
  const { pds: url, handle } = identity ?? {};
  if (url === undefined) return undefined;
  const described = await describedAt(url, context);
  return described && { ...begunWith(url, described, context), ...(handle !== undefined && { handle }) };
}

/**
 * A standby as one with which pairing has begun, by which it takes the place of the mirror that the DID names: that is its standby then,
 * should it come back. A name that is of that mirror does not stay; one that leads to the account by itself does.
 * @param standby its origin, and who answers DNS over HTTPS
 * @throws JobRefusal MirrorUnreachable; the reason of the signal
 */
export async function standbyMirror({ did, identity }: Pick<TakenKit, 'did' | 'identity'>, { url, resolver }: { readonly url: string; readonly resolver: string }, context: Context): Promise<PairedMirror> {
  const { pds, handle } = identity ?? {};
  const [described, lost] = await Promise.all([describedAt(url, context), pds === undefined ? undefined : describedAt(pds, context)]);
  if (described === undefined) {
    throw new JobRefusal('MirrorUnreachable', `Nothing in this house was changed. There is no mirror of Holdfast at ${url}, or it does not answer. Please try again.`);
  }
  const keepsName = handle !== undefined && (lost === undefined ? await leadsTo(did, handle, resolver, context) : !lost.handleDomains.some((domain) => handle.endsWith(domain)));
  const before = pds && {
    url: pds, mirrorDid: lost?.did ?? parseDid(mirrorDids(pds)[0]!), clockAheadMs: lost?.clockAheadMs ?? 0, addedAt: datetimeFromMs(context.now()),
  };
  return { ...begunWith(url, described, context), ...(keepsName && { keepsName }), ...(before && { standbys: [before] }) };
}

async function describedAt(url: string, { fetch, now, signal }: Context): Promise<MirrorDescription | undefined> {
  const described = await describeMirror(fetch, url, now, signal).catch(() => undefined);
  signal.throwIfAborted();
  return described;
}

function begunWith(url: string, { did: mirrorDid, key, clockAheadMs }: MirrorDescription, { now }: Context): PairedMirror {
  return { url, mirrorDid, key, clockAheadMs, state: 'pairing', isPaused: false, pairedAt: datetimeFromMs(now()) };
}

async function leadsTo(did: Did, handle: Handle, resolver: string, { fetch, signal }: Context): Promise<boolean> {
  const proofs = await Promise.all([handleByDns(fetch, resolver, handle, signal), handleByFile(fetch, handle, signal)]);
  return proofs.some((proof) => proof.says === 'did' && proof.did === did);
}

/** The rev of what the server has that the DID names, if it says so to everybody. */
export async function servedRev({ did, identity }: TakenKit, { fetch, signal }: JobContext): Promise<Tid | undefined> {
  const { pds } = identity ?? {};
  return pds === undefined ? undefined : (await latestCommit(fetch, pds, did, signal).catch(() => undefined))?.rev;
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
