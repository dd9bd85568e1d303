import { isHandle, isUri, normalizeHandle } from '../../protocol/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import { PLC_LIMITS, plcNames, withFurtherNames } from '../../identity/index.ts';
import { pairingAlone, requireConfirmed } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import { changeableLog, limit, NOTHING } from './changeable.ts';
import { handleProofs } from './handle-proofs.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';
import type { FurtherName, NamesCheck } from './report.ts';
import { nextOperation, signNext } from './sign-next.ts';
import type { NextOperation } from './sign-next.ts';

type NamesAsk = IdentityAsk & { readonly what: 'check-names' | 'change-names' };

const AT = 'at://';
const HTTPS = 'https://';

/**
 * Looks what one operation would change that gives an account these further names and no others, and whether the new ones among
 * them that are handles lead to it. Web addresses are their owner's word.
 * @throws JobRefusal NameInvalid, HandleMissing, NotRegistered, IdentityMoved, IdentityLimit; as `knownIdentity`
 */
export async function checkNames(ask: NamesAsk, did: Did, context: IdentityContext): Promise<NamesCheck> {
  return (await checked(ask, did, context)).check;
}

/**
 * Gives the account these further names and no others, by one operation of the house's own key.
 * @throws as `checkNames`; JobRefusal HandleUnproven, NotAllowed; XrpcError ConfirmationNeeded; DirectoryError
 */
export async function changeNames(ask: NamesAsk, did: Did, context: IdentityContext): Promise<void> {
  await pairingAlone(context, did, async () => {
    const { known, check, operation } = await checked(ask, did, context);
    const unproven = check.names.find(({ proofs }) => proofs?.isProven === false);
    if (unproven !== undefined) throw new JobRefusal('HandleUnproven', `${NOTHING} The name ${unproven.name} does not lead to this account yet.`);
    requireConfirmed(known.account, context.now());
    await signNext(known, operation, context);
  });
  context.tell();
}

async function checked({ names: wanted, resolver }: NamesAsk, did: Did, context: IdentityContext): Promise<{
  readonly known: KnownIdentity; readonly check: NamesCheck; readonly operation: NextOperation;
}> {
  if (wanted.length > PLC_LIMITS.alsoKnownAs) throw limit(`The directory takes ${PLC_LIMITS.alsoKnownAs} names at most, the first among them.`);
  const known = await knownIdentity(did, context);
  const log = changeableLog(known, context);
  const { handle, further } = plcNames(log.data);
  // What the identity says already stays as it is written, whoever wrote it.
  const names = [...new Set(wanted.map((name) => (further.includes(name) ? name : written(name))))].filter((name) => name !== `${AT}${handle}`);
  if (handle === undefined && names.some((name) => name.startsWith(AT))) {
    throw new JobRefusal('HandleMissing', `${NOTHING} This account has no name yet, and the first domain that is added would become it: give it one as its name.`);
  }
  const operation = nextOperation(log, withFurtherNames(log.data, names));
  const told = await Promise.all(names.map(async (name): Promise<FurtherName> => {
    const isNew = !further.includes(name);
    if (!isNew || !name.startsWith(AT)) return { name, isNew };
    return { name, isNew, proofs: await handleProofs(name.slice(AT.length) as Handle, resolver, did, context) };
  }));
  const { changes, bytes } = operation;
  return { known, operation, check: { names: told, isProven: told.every(({ proofs }) => proofs?.isProven !== false), changes, bytes } };
}

/** A name in its one form: `at://` and a handle, or a plain address of the web. @throws JobRefusal NameInvalid */
function written(name: string): string {
  const handle = name.startsWith(AT) ? name.slice(AT.length) : '';
  if (isHandle(handle)) return `${AT}${normalizeHandle(handle)}`;
  const url = name.startsWith(HTTPS) && name.length <= PLC_LIMITS.alias && isUri(name) ? URL.parse(name) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '' || !url.hostname.includes('.')) {
    throw new JobRefusal('NameInvalid', `${NOTHING} A further name is a domain that leads to this account, or a plain address that begins with https://.`);
  }
  // As it was typed, but for what a browser writes in another way.
  return url.pathname === '/' && url.search === '' ? url.origin : url.href;
}
