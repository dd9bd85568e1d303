import { formatDidKey } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import { PlcDirectory, webAddress, webIdentity } from '../identity/index.ts';
import type { AtprotoIdentity, PlcLog } from '../identity/index.ts';
import { StoreError, XrpcError } from '../pds/index.ts';
import type { TakenKit } from '../pds/index.ts';
import { JobRefusal } from './errors.ts';
import type { JobContext } from './job-context.ts';

/** Without a network a restore from a file goes on after so many milliseconds. */
const PATIENCE_MS = 5_000;

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
export function presentServer(kit: Pick<TakenKit, 'key' | 'identity'>): string {
  const { pds } = kit.identity ?? {};
  if (pds === undefined) {
    throw new JobRefusal('NoMirror', 'Nothing in this house was changed. The DID of this account names no mirror. Restore it from a file.');
  }
  requirePresentKey(kit);
  return pds;
}

/** @throws XrpcError KitOfAnother where the DID names another key than the kit has */
export function requirePresentKey({ key, identity }: Pick<TakenKit, 'key' | 'identity'>): void {
  const { signingKey } = identity ?? {};
  if (signingKey !== undefined && formatDidKey(signingKey) === formatDidKey(key)) return;
  throw new XrpcError(400, 'KitOfAnother', 'This kit is of this account, but holds keys that it no longer has. Nothing was changed.');
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
