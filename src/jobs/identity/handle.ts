import { isHandle, normalizeHandle } from '../../protocol/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import { withHandle } from '../../identity/index.ts';
import { pairingAlone, requireConfirmed } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import { changeableLog, NOTHING } from './changeable.ts';
import { handleProofs } from './handle-proofs.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';
import type { HandleCheck } from './report.ts';
import { nextOperation, signNext } from './sign-next.ts';
import type { NextOperation } from './sign-next.ts';

type HandleAsk = IdentityAsk & { readonly what: 'check-handle' | 'change-handle' };

/**
 * Looks whether a handle leads to the account, and says what one operation would change. Further names stay.
 * @throws JobRefusal HandleInvalid, NotRegistered, IdentityMoved, IdentityLimit; as `knownIdentity`
 */
export async function checkHandle(ask: HandleAsk, did: Did, context: IdentityContext): Promise<HandleCheck> {
  return (await checked(ask, did, context)).check;
}

/**
 * Gives the account another handle, by one operation of the house's own key. The handle must lead to the account by now.
 * @throws as `checkHandle`; JobRefusal HandleUnproven; DirectoryError
 */
export async function changeHandle(ask: HandleAsk, did: Did, context: IdentityContext): Promise<void> {
  await pairingAlone(context, did, async () => {
    const { known, check: { handle, isProven }, operation } = await checked(ask, did, context);
    if (!isProven) throw new JobRefusal('HandleUnproven', `${NOTHING} The name ${handle} does not lead to this account yet.`);
    requireConfirmed(known.account, context.now());
    await signNext(known, operation, context);
    await context.store.update(did, { handle });
  });
  context.tell();
}

async function checked(ask: HandleAsk, did: Did, context: IdentityContext): Promise<{
  readonly known: KnownIdentity; readonly check: HandleCheck & { readonly handle: Handle }; readonly operation: NextOperation;
}> {
  const handle = handleOf(ask);
  const [known, proofs] = await Promise.all([knownIdentity(did, context), handleProofs(handle, ask.resolver, did, context)]);
  const log = changeableLog(known, context);
  const operation = nextOperation(log, withHandle(log.data, handle));
  const { changes, bytes } = operation;
  return { known, operation, check: { handle, ...proofs, changes, bytes } };
}

/** @throws JobRefusal HandleInvalid */
function handleOf({ handle }: HandleAsk): Handle {
  if (!isHandle(handle)) throw new JobRefusal('HandleInvalid', `${NOTHING} This is no name that an account can have.`);
  return normalizeHandle(handle);
}
