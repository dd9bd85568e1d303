import { formatDidKey } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { checkWebDocument, DidDocumentError, NetworkError, webAddress, webIdentity } from '../../identity/index.ts';
import type { AtprotoIdentity, WebFinding } from '../../identity/index.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';

type Parts = Pick<House, 'fetch'>;

/** Whether no directory keeps the DID, but a document on a domain of the owner. */
export const isOnDomain = (did: Did): boolean => did.startsWith('did:web:');

const FAULTS: Readonly<Record<WebFinding['fault'], string>> = {
  unreachable: 'nobody answers there',
  unreadable: 'this browser may not read it: it lacks the header Access-Control-Allow-Origin, or leads elsewhere',
  status: 'the server answers with an error', 'too-large': 'it is too large', 'no-json': 'it is no JSON', form: 'it has not the form of a DID document',
  'other-did': 'it is of another DID', 'content-type': 'it does not come as application/json',
  'no-key': 'it names no key', 'bad-key': 'its key cannot be read', 'other-key': 'it names another key than this house signs with',
  'no-server': 'it names no mirror', 'bad-server': 'its mirror cannot be read', 'other-server': 'it names another mirror',
  'no-handle': 'it names no handle', 'other-handle': 'it names another handle',
  'handle-unproven': 'its handle does not lead to this account',
};

/** What is no matter until the account is served by that mirror. */
const LATER: readonly WebFinding['fault'][] = ['no-server', 'other-server', 'no-handle', 'other-handle'];

/**
 * Sees to it that the document on the domain says what it must: the key that signs here; and, where a mirror is given, that mirror and the
 * present handle. Only its owner can change it.
 * @throws XrpcError DocumentUnready
 */
export async function requireDocument({ fetch }: Parts, { did, signingKey, handle }: Account, pds?: string): Promise<void> {
  const findings = await checkWebDocument(fetch, did, { signingKey, pds, handle });
  const [first] = findings.filter(({ fault }) => fault !== 'content-type' && (pds !== undefined || !LATER.includes(fault)));
  if (first === undefined) return;
  throw new XrpcError(400, 'DocumentUnready', `Your data here is safe. The document at ${webAddress(did)} is not as it must be: ${FAULTS[first.fault]}. Publish it as it is shown here, then go on.`);
}

/**
 * What the document says.
 * @throws XrpcError DocumentUnready
 */
export async function documentOf({ fetch }: Parts, { did }: Pick<Account, 'did'>): Promise<AtprotoIdentity> {
  return webIdentity(fetch, did).catch((cause: unknown) => {
    throw new XrpcError(400, 'DocumentUnready', `Your data here is safe. The document at ${webAddress(did)} cannot be read.`, cause);
  });
}

/** Whether it names the key that signs here; undefined where it cannot be read now. */
export async function documentNamesOurKey(parts: Parts, account: Account): Promise<boolean | undefined> {
  const found = await documentOf(parts, account).catch(() => undefined);
  return found && found.signingKey !== undefined && formatDidKey(found.signingKey) === account.signingKey;
}

/**
 * Sees to it that no account is made over another one: a document that is there is somebody's, most likely the owner's own.
 * @throws XrpcError AccountExists, DidInUse
 */
export async function requireFree({ store, fetch }: Pick<House, 'store' | 'fetch'>, did: Did): Promise<void> {
  if (await store.account(did) !== undefined) throw new XrpcError(400, 'AccountExists', 'The account of this domain is in this house already. Nothing was changed.');
  const found = await webIdentity(fetch, did).catch((error: unknown) => (isThere(error) ? {} as Partial<AtprotoIdentity> : undefined));
  if (found === undefined) return;
  const where = found.pds === undefined ? '' : `, which names the server ${found.pds}`;
  throw new XrpcError(400, 'DidInUse', `Nothing was changed. This domain serves a DID document already${where}. If it is yours, bring it back with its kit. To begin anew, take the document away first: what that account has is lost then.`);
}

/** Whether a document of the DID is there that we cannot make sense of: it is somebody's all the same. */
function isThere(error: unknown): boolean {
  if (error instanceof NetworkError) return error.code === 'AnswerTooLarge';
  return error instanceof DidDocumentError && ['SigningKey', 'PdsEndpoint', 'DocumentTooLarge'].includes(error.code);
}
