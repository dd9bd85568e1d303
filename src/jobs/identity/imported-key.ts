import { formatDidKey } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { operationOf, PLC_LIMITS, signOperation } from '../../identity/index.ts';
import type { PlcData } from '../../identity/index.ts';
import { IMPORTED_KEY, importedPublicKey, withImportedKey, wrapImportedKey } from '../../keys/index.ts';
import { pairingAlone, requireConfirmed } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import { changeableLog, NOTHING } from './changeable.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext } from './known-identity.ts';
import type { IdentityReport, ImportedKey } from './report.ts';
import { submitSigned } from './submit.ts';
import { adopt } from './undo.ts';

/** More than a written key has. */
const MAX_BYTES = 200;

/**
 * Brings in a K-256 key that may change the DID: a rotation key that another server handed out. It is kept wrapped.
 * @throws KeysError KeyInvalid; JobRefusal KeyUseless where it may not change this DID; as `knownIdentity`; StoreError
 */
export async function importKey({ key: written }: IdentityAsk & { readonly what: 'import-key' }, did: Did, context: IdentityContext): Promise<void> {
  const wrapped = await wrapImportedKey(await written.slice(0, MAX_BYTES).text());
  const { log } = await knownIdentity(did, context);
  if (log?.data?.rotationKeys.includes(wrapped.publicKey) !== true) {
    throw new JobRefusal('KeyUseless', `${NOTHING} This is a key, but none of those that may change ${did}.`);
  }
  await context.vault.put(did, IMPORTED_KEY, { bytes: wrapped.bytes, key: wrapped.key });
}

/**
 * Has the key that was brought in give this house's key the right to change the DID, above all others: from then on the house does
 * by itself what the key was brought in for.
 * @throws JobRefusal KeyUseless, NotRegistered, IdentityMoved, IdentityLimit; XrpcError ConfirmationNeeded; KeysError; as `knownIdentity`
 */
export async function useImportedKey(did: Did, context: IdentityContext): Promise<void> {
  await pairingAlone(context, did, async () => {
    const entry = await context.vault.get(did, IMPORTED_KEY);
    const known = await knownIdentity(did, context);
    requireConfirmed(known.account, context.now());
    const { data, head } = changeableLog(known, context);
    const next = known.houseKey === undefined ? undefined : dataWithHouse(data, known.houseKey);
    if (entry === undefined || next === undefined) throw new JobRefusal('KeyUseless', `${NOTHING} There is no key here, or nothing that it is needed for.`);
    const operation = await withImportedKey(entry, async (signer) => {
      if (!data.rotationKeys.includes(formatDidKey(signer.publicKey))) throw new JobRefusal('KeyUseless', `${NOTHING} The key may not change ${did} any more.`);
      return signOperation(signer, operationOf(next, head));
    });
    await submitSigned(known, operation, 'imported', context);
    await adopt(known, next, context);
  });
}

/** Forgets the key. */
export async function forgetImportedKey(did: Did, { vault }: IdentityContext): Promise<void> {
  await vault.remove(did, IMPORTED_KEY);
}

/** What the key that was brought in can do; undefined where there is none. */
export async function importedReport({ did, state }: IdentityReport, { vault }: IdentityContext): Promise<ImportedKey | undefined> {
  const entry = await vault.get(did as Did, IMPORTED_KEY);
  const key = entry && importedPublicKey(entry);
  if (key === undefined) return undefined;
  const keys = state?.rotationKeys ?? [];
  const place = keys.findIndex((each) => each.key === key);
  return { key, place, isNeeded: place !== -1 && !keys.some(({ holder }) => holder === 'house') };
}

/** None where the house may change the DID already. */
function dataWithHouse(data: PlcData, houseKey: string): PlcData | undefined {
  if (data.rotationKeys.includes(houseKey)) return undefined;
  return { ...data, rotationKeys: [houseKey, ...data.rotationKeys].slice(0, PLC_LIMITS.rotationKeys) };
}
