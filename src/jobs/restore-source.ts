import { HoldfastError, formatDidKey } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import { PlcDirectory, webAddress, webIdentity } from '../identity/index.ts';
import type { AtprotoIdentity, PlcLog } from '../identity/index.ts';
import { StoreError, XrpcError } from '../pds/index.ts';
import type { TakenKit } from '../pds/index.ts';
import { JobRefusal } from './errors.ts';
import type { CarSource } from './file-contents.ts';
import type { JobContext } from './job-context.ts';

/** Without a network a restore from a file goes on after so many milliseconds. */
const PATIENCE_MS = 5_000;
/** A mirror that sends nothing for so many milliseconds is not waited for. */
const SILENCE_MS = 30_000;

/**
 * The log of the DID, which says where its mirror is, and what the operation follows that gives this house a key; undefined of a DID that
 * no directory keeps.
 * @param isNeeded whether there is no restoring without it
 * @throws DirectoryError, PlcError, JobRefusal NoMirror where it is needed; the reason of the signal
 */
export async function logFor(did: Did, isNeeded: boolean, { fetch, settings, signal }: Pick<JobContext, 'fetch' | 'settings' | 'signal'>): Promise<PlcLog | undefined> {
  if (!did.startsWith('did:plc:')) return undefined;
  const patience = isNeeded ? signal : AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const log = await new PlcDirectory(fetch, (await settings()).directory).log(did, patience);
    if (log !== undefined || !isNeeded) return log;
  } catch (error) {
    signal.throwIfAborted();
    if (isNeeded) throw error;
    return undefined;
  }
  if (!isNeeded) return undefined;
  throw new JobRefusal('NoMirror', 'Nothing in this house was changed. The directory does not know this account, so no mirror has it. Restore it from a file.');
}

/**
 * What the document of a did:web says, for the same; undefined of other DIDs.
 * @throws JobRefusal NoMirror where it is needed; the reason of the signal
 */
export async function documentFor(did: Did, isNeeded: boolean, { fetch, signal }: Pick<JobContext, 'fetch' | 'signal'>): Promise<AtprotoIdentity | undefined> {
  if (!did.startsWith('did:web:')) return undefined;
  try {
    return await webIdentity(fetch, did, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (!isNeeded) return undefined;
    throw new JobRefusal('NoMirror', `Nothing in this house was changed. The document at ${webAddress(did)} cannot be read, so nobody says where the mirror is. Restore it from a file.`, {}, cause);
  }
}

/**
 * The server that the DID names. Whoever serves the account, or lets another house in, goes by the key that the DID has now.
 * @throws JobRefusal NoMirror; XrpcError KitOfAnother
 */
export function presentServer({ key, identity }: Pick<TakenKit, 'key' | 'identity'>): string {
  const { pds, signingKey } = identity ?? {};
  if (pds === undefined) {
    throw new JobRefusal('NoMirror', 'Nothing in this house was changed. The DID of this account names no mirror. Restore it from a file.');
  }
  if (signingKey === undefined || formatDidKey(signingKey) !== formatDidKey(key)) {
    throw new XrpcError(400, 'KitOfAnother', 'This kit is of this account, but holds keys that it no longer has. Nothing was changed.');
  }
  return pds;
}

/**
 * The repository as the mirror serves it that the DID names.
 * @throws as `presentServer`; JobRefusal MirrorUnreachable
 */
export async function servedCopy(kit: TakenKit, context: JobContext): Promise<CarSource> {
  const { did } = kit;
  const pds = presentServer(kit);
  const ended = new AbortController();
  const { fetch, signal } = context;
  const patient = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const timer = setTimeout(() => ended.abort(), SILENCE_MS);
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof HoldfastError ? error : unreachable(pds, error);
    } finally {
      clearTimeout(timer);
    }
  };
  const response = await patient(async () => {
    const answer = await fetch(`${pds}/xrpc/com.atproto.sync.getRepo?did=${encodeURIComponent(did)}`, {
      redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: AbortSignal.any([signal, ended.signal]),
    });
    if (answer.status !== 200 || answer.body === null) throw unreachable(pds, undefined, answer.status);
    return answer;
  });
  return {
    size: Number(response.headers.get('content-length') ?? 0),
    async *chunks() {
      const reader = response.body!.getReader();
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

function unreachable(pds: string, cause: unknown, status?: number): JobRefusal {
  const what = status === undefined ? 'did not answer, or broke off' : `does not give the repository out (${status})`;
  return new JobRefusal('MirrorUnreachable', `Nothing in this house was changed. The mirror at ${pds} ${what}. Please try again.`, {}, cause);
}

/** An account whose row cannot be read is restored over it. @throws JobRefusal AccountExists; StoreError */
export async function refuseKnown({ store }: Pick<JobContext, 'store'>, did: Did): Promise<void> {
  const known = await store.account(did).catch((error: unknown) => {
    if (error instanceof StoreError && error.code === 'StoreDamaged') return undefined;
    throw error;
  });
  if (known === undefined) return;
  throw new JobRefusal('AccountExists', 'This account is in this house already, and nothing was changed. To see whether the file is good, test it.');
}
