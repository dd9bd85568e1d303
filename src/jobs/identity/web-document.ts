import { isHandle, normalizeHandle, parseDidKey } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { checkWebDocument, documentOf, plcDataOf, webAddress, webDid } from '../../identity/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import type { IdentityContext } from './known-identity.ts';
import type { WebCheck } from './report.ts';

/**
 * Says what the document of a did:web on a domain of the owner is to say, with the key, the mirror and the name of an account; and,
 * if asked to, what is wrong with the one that the domain serves. Nothing is changed.
 * @throws JobRefusal AccountMissing, HandleInvalid; StoreError; the reason of the signal
 */
export async function webDocument(ask: IdentityAsk & { readonly what: 'web-document' }, of: Did, { store, fetch, signal }: IdentityContext): Promise<WebCheck> {
  const account = await store.account(of);
  if (account === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  const did = webDid(ask.domain);
  if (did === undefined || !isHandle(ask.domain)) throw new JobRefusal('HandleInvalid', 'This is no name of a domain.');
  const { signingKey, mirror } = account;
  // An account whose DID is on that domain has its name already; else the domain itself is the name at hand.
  const handle = (of === did ? account.handle : undefined) ?? normalizeHandle(ask.domain);
  const pds = mirror?.url;
  const document = documentOf(plcDataOf({ signingKey: parseDidKey(signingKey), handle, ...(pds !== undefined && { pds }) }, []), did);
  return {
    did, address: webAddress(did), document: `${JSON.stringify(document, null, 2)}\n`, hasServer: pds !== undefined,
    ...(ask.isLive && { findings: await checkWebDocument(fetch, did, { signingKey, handle, pds }, signal) }),
  };
}
