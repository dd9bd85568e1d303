import type { Did } from '../../protocol/index.ts';
import { operationOf, readDidDocument, signOperation } from '../../identity/index.ts';
import type { PlcData } from '../../identity/index.ts';
import { noteUse, pairingAlone, recoverySigner, rememberSigned } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import { openableKit } from '../kit-opening.ts';
import type { IdentityAsk } from '../messages.ts';
import { NOTHING } from './changeable.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';
import { submitSigned } from './submit.ts';

/**
 * Undoes what somebody else did to the identity: the kit is opened here, and its key signs that what held before holds again,
 * without the keys that did it. Whose key is this house's stays.
 * @throws JobRefusal IdentityMoved, UndoImpossible, UndoLate; XrpcError KitPassphrase, KitDamaged, KitOfAnother; as `knownIdentity`
 */
export async function undoForeign(ask: IdentityAsk & { readonly what: 'undo' }, did: Did, context: IdentityContext): Promise<void> {
  const { cids } = ask;
  const { now } = context;
  const { file, passphrase } = await openableKit(ask, did, context.vault);
  await pairingAlone(context, did, async () => {
    const known = await knownIdentity(did, context);
    const { account, compared: { foreign, undo } } = known;
    refuseOthers(known, cids);
    const place = undo?.data.rotationKeys.indexOf(account.rotationKeys[0] ?? '') ?? -1;
    if (undo === undefined || place === -1 || place >= undo.above) {
      throw new JobRefusal('UndoImpossible', `${NOTHING} The key of your kit does not stand above the one that did it.`);
    }
    if (now() > undo.until) throw new JobRefusal('UndoLate', `${NOTHING} The 72 hours in which the kit can undo it are over.`);
    const signer = await recoverySigner(file, passphrase, account);
    await noteUse(context, did, { what: 'kit-opened', key: 'kit', subject: 'undo', audience: '' });
    const culprits = new Set(foreign.map(({ operation, signer: by }) => signerKey(known, operation.prev, by)));
    const rotationKeys = undo.data.rotationKeys.filter((key) => !culprits.has(key) || known.named(key).holder !== 'other');
    const operation = await signOperation(signer, operationOf({ ...undo.data, rotationKeys }, undo.prev));
    await submitSigned(known, operation, 'recovery', context);
    await adopt(known, { ...undo.data, rotationKeys }, context);
  });
}

/**
 * Takes operations for the owner's own: of another house of theirs, say. What they made of the keys and the name holds here too.
 * @throws JobRefusal IdentityMoved; as `knownIdentity`
 */
export async function acceptForeign({ cids }: IdentityAsk & { readonly what: 'accept' }, did: Did, context: IdentityContext): Promise<void> {
  await pairingAlone(context, did, async () => {
    const known = await knownIdentity(did, context);
    refuseOthers(known, cids);
    await rememberSigned(context, known.account, known.log, cids);
    if (known.log?.data !== undefined) await adopt(known, known.log.data, context);
  });
}

/** What the owner has not seen, they have not decided about. */
function refuseOthers({ compared: { foreign } }: KnownIdentity, cids: readonly string[]): void {
  if (foreign.map(({ cid }) => cid.toString()).join(' ') === cids.join(' ')) return;
  throw new JobRefusal('IdentityMoved', `${NOTHING} Something more has happened to this identity meanwhile: look at it first.`);
}

function signerKey({ log }: KnownIdentity, prev: string | null, place: number): string | undefined {
  const before = log?.entries.find(({ cid }) => cid.toString() === prev)?.operation;
  return before?.type === 'plc_operation' ? before.rotationKeys[place] : undefined;
}

/** The house goes by what the DID says now, unless its keys were changed here meanwhile. */
export async function adopt({ account, houseKey }: KnownIdentity, data: PlcData, { store, tell }: IdentityContext): Promise<void> {
  const { did } = account;
  const { handle } = readDidDocument({ id: did, alsoKnownAs: data.alsoKnownAs }, did);
  await store.exclusive(did, async () => {
    const now = await store.account(did);
    if (now === undefined || now.operations.length > 0 || now.rotationKeys.join(' ') !== account.rotationKeys.join(' ')) return;
    if (houseKey === undefined || !data.rotationKeys.includes(houseKey)) return;
    await store.update(did, { rotationKeys: data.rotationKeys, ...(handle !== undefined && { handle }) });
  });
  tell();
}
