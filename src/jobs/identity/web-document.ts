import { isHandle, normalizeHandle, parseDidKey } from '../../protocol/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import { checkWebDocument, documentOf, plcDataOf, webAddress, webDid } from '../../identity/index.ts';
import type { WebFinding } from '../../identity/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import { handleProofs } from './handle-proofs.ts';
import type { IdentityContext } from './known-identity.ts';
import type { WebCheck } from './report.ts';

type WebAsk = IdentityAsk & { readonly what: 'web-document' };

/**
 * Says what the document of a did:web on a domain of the owner is to say, with the key, the mirror and the name of an account; and,
 * if asked to, what is wrong with the one that the domain serves. Nothing is changed.
 * @throws JobRefusal AccountMissing, HandleInvalid; StoreError; the reason of the signal
 */
export async function webDocument(ask: WebAsk, of: Did, context: IdentityContext): Promise<WebCheck> {
  const { store, fetch, signal } = context;
  const account = await store.account(of);
  if (account === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  const did = webDid(ask.domain);
  if (did === undefined || !isHandle(ask.domain)) throw new JobRefusal('HandleInvalid', 'This is no name of a domain.');
  const { signingKey, mirror } = account;
  // An account whose DID is on that domain has its name already; else the domain itself is the name at hand.
  const handle = (of === did ? account.handle : undefined) ?? normalizeHandle(ask.domain);
  const pds = ask.pds ?? mirror?.url;
  const document = documentOf(plcDataOf({ signingKey: parseDidKey(signingKey), handle, ...(pds !== undefined && { pds }) }, []), did);
  return {
    did, address: webAddress(did), document: `${JSON.stringify(document, null, 2)}\n`, hasServer: pds !== undefined,
    ...(ask.isLive && { findings: (await Promise.all([checkWebDocument(fetch, did, { signingKey, handle, pds }, signal), of === did ? unproven(ask, did, handle, context) : []])).flat() }),
  };
}

/** What the handle lacks, beside the document. */
async function unproven(ask: WebAsk, did: Did, handle: Handle, context: IdentityContext): Promise<readonly WebFinding[]> {
  const { isProven } = await handleProofs(handle, ask.resolver, did, context);
  return isProven ? [] : [{ fault: 'handle-unproven' }];
}
