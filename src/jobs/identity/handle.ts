import { createP256Signer, isHandle, normalizeHandle } from '../../protocol/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import {
  handleByDns, handleByFile, MAX_SIGNED_BYTES, operationOf, plcChanges, PlcError, signedBytes, signOperation,
} from '../../identity/index.ts';
import type { HandleProof, PlcData, PlcLog } from '../../identity/index.ts';
import { pairingAlone, requireConfirmed } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import { changeableLog, limit, NOTHING } from './changeable.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';
import type { HandleCheck } from './report.ts';
import { submitSigned } from './submit.ts';

const AT = 'at://';
const NO_SIGNATURE = 'A'.repeat(86);

type HandleAsk = IdentityAsk & { readonly what: 'check-handle' | 'change-handle' };

/**
 * Looks whether a handle leads to the account, and says what one operation would change.
 * @throws JobRefusal HandleInvalid, NotRegistered, IdentityMoved, IdentityLimit; as `knownIdentity`
 */
export async function checkHandle(ask: HandleAsk, did: Did, context: IdentityContext): Promise<HandleCheck> {
  const handle = handleOf(ask);
  const [known, dns, file] = await Promise.all([knownIdentity(did, context), ...proofs(ask, handle, context)]);
  const { log, next } = changeOf(known, handle, context);
  const bytes = signedBytes({ ...operationOf(next, log.head), sig: NO_SIGNATURE }).length;
  if (bytes > MAX_SIGNED_BYTES) throw limit(`It would have ${bytes} bytes, and the directory takes ${MAX_SIGNED_BYTES}.`);
  return { handle, dns, file, isProven: isProven(did, dns, file), changes: plcChanges(log.data, next), bytes };
}

/**
 * Gives the account another handle, by one operation of the house's own key. The handle must lead to the account by now.
 * @throws as `checkHandle`; JobRefusal HandleUnproven; DirectoryError
 */
export async function changeHandle(ask: HandleAsk, did: Did, context: IdentityContext): Promise<void> {
  const { store, tell } = context;
  await pairingAlone(context, did, async () => {
    const handle = handleOf(ask);
    const { isProven: leadsHere, changes } = await checkHandle(ask, did, context);
    if (!leadsHere) throw new JobRefusal('HandleUnproven', `${NOTHING} The name ${handle} does not lead to this account yet.`);
    const known = await knownIdentity(did, context);
    requireConfirmed(known.account, context.now());
    const { log, next } = changeOf(known, handle, context);
    const keys = await store.keys(did);
    if (keys === undefined || known.houseKey === undefined || !next.rotationKeys.includes(known.houseKey)) {
      throw new JobRefusal('NotAllowed', `${NOTHING} This house may not change the identity: its key is none of the DID's.`);
    }
    if (changes.length > 0) {
      const operation = await signOperation(await createP256Signer(keys.rotation), operationOf(next, log.head)).catch((error: unknown) => {
        throw error instanceof PlcError ? limit(`${error.message}.`) : error;
      });
      await submitSigned(known, operation, 'house', context);
    }
    await store.update(did, { handle });
  });
  tell();
}

/** @throws JobRefusal HandleInvalid */
function handleOf({ handle }: HandleAsk): Handle {
  if (!isHandle(handle)) throw new JobRefusal('HandleInvalid', `${NOTHING} This is no name that an account can have.`);
  return normalizeHandle(handle);
}

/** What DNS and the server of the domain say of a handle. */
export function proofs({ resolver }: { readonly resolver: string }, handle: Handle, { fetch, signal }: Pick<IdentityContext, 'fetch' | 'signal'>): readonly [Promise<HandleProof>, Promise<HandleProof>] {
  return [handleByDns(fetch, resolver, handle, signal), handleByFile(fetch, handle, signal)];
}

/** One way is enough, if the other does not lead elsewhere. */
export function isProven(did: Did, ...found: readonly HandleProof[]): boolean {
  const leadsHere = (proof: HandleProof): boolean => proof.says === 'did' && proof.did === did;
  return found.some(leadsHere) && found.every((proof) => leadsHere(proof) || proof.says === 'nothing' || proof.says === 'unreachable');
}

/** @throws as `changeableLog` */
function changeOf(known: KnownIdentity, handle: Handle, context: IdentityContext): { readonly log: PlcLog; readonly next: PlcData } {
  const log = changeableLog(known, context);
  const names = log.data.alsoKnownAs;
  const old = names.find((name) => name.startsWith(AT));
  const next = { ...log.data, alsoKnownAs: [`${AT}${handle}`, ...names.filter((name) => name !== old && name !== `${AT}${handle}`)] };
  return { log, next };
}
