import type { Did } from '../../protocol/index.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import { noteUse, pairingAlone, recoverySigner } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import { openableKit } from '../kit-opening.ts';
import type { IdentityAsk } from '../messages.ts';
import { changeableLog, NOTHING } from './changeable.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext } from './known-identity.ts';
import { submitSigned } from './submit.ts';
import { adopt } from './undo.ts';

/**
 * Takes the right to change the identity from keys, of a house that was lost say. The key of the kit signs it, whose word none of
 * them can undo.
 * @throws JobRefusal NotRegistered, IdentityMoved, IdentityLimit; XrpcError KitPassphrase, KitDamaged, KitOfAnother; as `knownIdentity`
 */
export async function lockOut(ask: IdentityAsk & { readonly what: 'lock-out' }, did: Did, context: IdentityContext): Promise<void> {
  const { keys } = ask;
  const { file, passphrase } = await openableKit(ask, did, context.vault);
  await pairingAlone(context, did, async () => {
    const known = await knownIdentity(did, context);
    const { data, head } = changeableLog(known, context);
    const isLocked = (key: string): boolean => keys.includes(key) && data.rotationKeys.includes(key);
    if (keys.length === 0 || !keys.every(isLocked) || keys.some((key) => ['kit', 'house'].includes(known.named(key).holder))) {
      throw new JobRefusal('IdentityMoved', `${NOTHING} The keys of this identity are others by now: look at it first.`);
    }
    const signer = await recoverySigner(file, passphrase, known.account);
    await noteUse(context, did, { what: 'kit-opened', key: 'kit', subject: 'lock-out', audience: '' });
    const next = { ...data, rotationKeys: data.rotationKeys.filter((key) => !isLocked(key)) };
    const operation = await signOperation(signer, operationOf(next, head));
    await submitSigned(known, operation, 'recovery', context);
    await adopt(known, next, context);
  });
}
