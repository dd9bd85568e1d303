import { createP256Signer, HoldfastError, parseNsid, signServiceAuth } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import type { Fetch } from '../identity/index.ts';
import { noteUse } from '../pds/index.ts';
import type { PairedMirror, TakenKit } from '../pds/index.ts';
import { JobRefusal } from './errors.ts';
import type { CarSource } from './file-contents.ts';
import type { JobContext } from './job-context.ts';
import { presentServer } from './restore-source.ts';
import { namedMirror } from './restored-mirror.ts';

/** What a server has of an account. */
export interface ServedCopy {
  readonly source: CarSource;
  /** The origin of the server, and who asks it for the rest. */
  readonly url: string;
  readonly fetch: Fetch;
  /** The mirror that gave it by tokens of the account; left out where it is there for everybody. */
  readonly shownTo?: Did;
}

type Addressed = Pick<PairedMirror, 'url' | 'mirrorDid' | 'clockAheadMs'>;

/** A mirror that sends nothing for so many milliseconds is not waited for. */
const SILENCE_MS = 30_000;
const XRPC = '/xrpc/';
const REPO = `${XRPC}com.atproto.sync.getRepo`;
const OWN: ReadonlySet<string> = new Set([REPO, `${XRPC}com.atproto.sync.getBlob`]);

/**
 * The repository as the mirror gives it that the DID names: as everybody gets it; or where that serves it to nobody, because its operator has
 * suspended the account, say, to its owner. Or as a standby gives it, which serves nobody else.
 * @throws as `presentServer`; JobRefusal MirrorUnreachable
 */
export async function servedCopy(kit: TakenKit, standby: Addressed | undefined, context: JobContext): Promise<ServedCopy> {
  const url = standby?.url ?? presentServer(kit);
  const found = standby === undefined ? await asked(kit, url, context) : undefined;
  if (typeof found === 'object') return { source: found, url, fetch: context.fetch };
  const mirror = standby ?? await namedMirror(kit, context);
  if (mirror === undefined) throw unreachable(url, undefined, found);
  const fetch = await ownFetch(kit, mirror, context);
  const own = await asked(kit, url, { ...context, fetch });
  if (typeof own === 'number') throw unreachable(url, undefined, own);
  return { source: own, url, fetch, shownTo: mirror.mirrorDid };
}

/** Fetches repository and blobs as the account itself: each request bears a token of its key. */
async function ownFetch({ did, keys }: TakenKit, { url, mirrorDid, clockAheadMs = 0 }: Addressed, context: JobContext): Promise<Fetch> {
  // That of a browser is nobody's method.
  const { fetch, now } = context;
  const signer = await createP256Signer(keys.signing);
  return async (input, init) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
    if (origin !== url || !OWN.has(pathname)) return fetch(input, init);
    const lxm = parseNsid(pathname.slice(XRPC.length));
    const token = await signServiceAuth(signer, { iss: did, aud: mirrorDid, lxm }, now() - clockAheadMs);
    // Of the repository nothing can be noted yet: the account comes with it.
    if (pathname !== REPO) await noteUse(context, did, { what: 'token', key: 'signing', subject: lxm, audience: mirrorDid });
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
}

/** The repository, or the status with which it is not given. @throws JobRefusal MirrorUnreachable; the reason of the signal */
async function asked({ did }: TakenKit, url: string, { fetch, signal }: JobContext): Promise<CarSource | number> {
  const ended = new AbortController();
  const patient = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const timer = setTimeout(() => ended.abort(), SILENCE_MS);
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof HoldfastError ? error : unreachable(url, error);
    } finally {
      clearTimeout(timer);
    }
  };
  const { status, body, headers } = await patient(() => fetch(`${url}${REPO}?did=${encodeURIComponent(did)}`, {
    redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: AbortSignal.any([signal, ended.signal]),
  }));
  if (status !== 200 || body === null) {
    await body?.cancel().catch(() => undefined);
    return status;
  }
  return {
    size: Number(headers.get('content-length') ?? 0),
    async *chunks() {
      const reader = body.getReader();
      try {
        for (;;) {
          const { done, value } = await patient(() => reader.read());
          if (done) return;
          yield value;
        }
      } finally {
        await reader.cancel().catch(() => undefined);
      }
    },
  };
}

function unreachable(url: string, cause: unknown, status?: number): JobRefusal {
  const what = status === undefined ? 'did not answer, or broke off. Please try again' : `has no copy of this account, or does not give it out (${status})`;
  return new JobRefusal('MirrorUnreachable', `Nothing in this house was changed. The mirror at ${url} ${what}.`, {}, cause);
}
