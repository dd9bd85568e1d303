import { isDid, isHandle, normalizeHandle } from '../../protocol/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import { documentOf, handleByDns, handleByFile, readDidDocument } from '../../identity/index.ts';
import { decodePasskeyCopy } from '../../keys/index.ts';
import { isRefusal, kitsAt } from '../../pds/index.ts';
import type { KitAtMirror } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';
import type { FindKitAsk } from '../messages.ts';
import { documentFor, logFor, refuseKnown } from '../restore-source.ts';

/** Sealed kits of an account, at the mirror that its DID names, or at a standby. */
export interface FoundKits {
  readonly did: string;
  readonly handle?: string;
  /** Address of the mirror. */
  readonly mirror: string;
  readonly copies: readonly FoundKit[];
}

/** One of them: a file that a passphrase opens, or a copy that a passkey opens. */
export interface FoundKit {
  readonly kind: 'passphrase' | 'passkey';
  readonly file: Uint8Array<ArrayBuffer>;
  /** When it came there, as the mirror says: an ISO datetime. */
  readonly storedAt: string;
  /** Of the passkey that is to be asked. */
  readonly id?: Uint8Array<ArrayBuffer>;
}

const NOTHING = 'Nothing in this house was changed.';
const AGE = 'age-encryption.org/v1\n';

/**
 * Looks for sealed kits at the mirror of an account, or at a standby. The name is only a way to the DID, whose log is verified; nothing else is believed:
 * what is found is the owner's kit if it opens.
 * @throws JobRefusal HandleInvalid, HandleUnproven, AccountExists, NoMirror, MirrorOld, NoKitThere; XrpcError MirrorUnreachable;
 *   DirectoryError; PlcError where what the directory told does not hold
 */
export async function findKit(ask: FindKitAsk, context: Pick<JobContext, 'store' | 'fetch' | 'settings' | 'signal'>): Promise<FoundKits> {
  const { fetch, signal } = context;
  const did = await didOf(ask, context);
  await refuseKnown(context, did);
  const log = await logFor(did, true, context);
  const { pds: named, handle } = log?.data === undefined ? await documentFor(did, true, context) ?? {} : readDidDocument(documentOf(log.data, did), did);
  const mirror = ask.standby ?? named;
  if (mirror === undefined) throw new JobRefusal('NoMirror', `${NOTHING} The identity of this account names no mirror.`);
  const kits = await kitsAt(fetch, mirror, did, signal).catch((error: unknown) => {
    throw isRefusal(error, 'MethodNotImplemented') ? new JobRefusal('MirrorOld', `${NOTHING} The server at ${mirror} keeps no copies of kits.`) : error;
  });
  const copies = kits.flatMap(readable);
  if (copies.length === 0) throw new JobRefusal('NoKitThere', `${NOTHING} The mirror at ${mirror} has no copy of the kit of this account that could be opened.`);
  return { did, mirror, copies, ...(handle !== undefined && { handle }) };
}

/** @throws JobRefusal HandleInvalid, HandleUnproven */
async function didOf({ name, resolver }: FindKitAsk, { fetch, signal }: Pick<JobContext, 'fetch' | 'signal'>): Promise<Did> {
  if (isDid(name)) return name;
  if (!isHandle(name)) throw new JobRefusal('HandleInvalid', `${NOTHING} This is no name that an account can have.`);
  const handle: Handle = normalizeHandle(name);
  const proofs = await Promise.all([handleByDns(fetch, resolver, handle, signal), handleByFile(fetch, handle, signal)]);
  const dids = new Set(proofs.flatMap((proof) => (proof.says === 'did' ? [proof.did] : [])));
  const [did] = dids;
  if (did !== undefined && dids.size === 1 && !proofs.some(({ says }) => says === 'several')) return did;
  throw new JobRefusal('HandleUnproven', `${NOTHING} The name ${handle} does not lead to one account from here. The DID of the account, which begins with did:, does.`);
}

/** What has the shape of a sealed kit. */
function readable({ kind, file, storedAt }: KitAtMirror): readonly FoundKit[] {
  const bytes = file.slice();
  if (kind === 'passphrase') return new TextDecoder().decode(bytes.subarray(0, AGE.length)) === AGE ? [{ kind, file: bytes, storedAt }] : [];
  try {
    return [{ kind, file: bytes, storedAt, id: decodePasskeyCopy(bytes).id.slice() }];
  } catch {
    return [];
  }
}
