import { encodeCbor, lexicons, normalizeHandle, parseDid, parseHandle, sha256 } from '../../../../protocol/index.ts';
import type { Did, Handle } from '../../../../protocol/index.ts';
import { webDid } from '../../../../identity/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { checkKit, ourPassphrase } from '../../../accounts/kit-check.ts';
import { makeAccount } from '../../../accounts/make-account.ts';
import { noteUse } from '../../../accounts/note-use.ts';
import { requireFree } from '../../../mirroring/web-identity.ts';
import type { House } from '../../../house.ts';
import type { Account } from '../../../ports/account.ts';
import type { JournalEntry, JournalKey } from '../../../ports/house-store.ts';
import { stepTeller } from '../../../step-teller.ts';
import { accountView } from '../../../views.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { invalidRequest } from '../../../xrpc/xrpc-error.ts';

const schema = lexicons.AppHoldfastAccountCreate.mainSchema;

export const createAccount = defineMethod(schema, async ({ house, caller, requestId, input }) => {
  if (requestId === undefined) throw invalidRequest('Making an account takes a request id, so that a repeat makes no second one.');
  const passphrase = ourPassphrase(input.passphrase);
  const did = input.domain === undefined ? undefined : ownDid(input.domain);
  const name = input.domain ?? input.handle;
  const handle = name === undefined ? undefined : normalizeHandle(parseHandle(name));
  const key: JournalKey = { caller: caller.kind, request: requestId };
  const body = bodyHash(handle, did);
  // A house makes one account at a time, so that a repeat finds what the first one made.
  const account = await house.store.exclusive(house.did, async () => {
    const before = await house.store.journal(key);
    if (before !== undefined) return repeated(house, before, body, passphrase);
    if (did !== undefined) await requireFree(house, did);
    return made(house, key, body, { passphrase, handle, did });
  });
  return { account: accountView(account) };
});

async function made(
  house: House, { caller, request }: JournalKey, body: Uint8Array, options: Pick<Parameters<typeof makeAccount>[0], 'passphrase' | 'handle' | 'did'>,
): Promise<Account> {
  const step = stepTeller(house.feed, request);
  const { account, keys, blocks, genesisCid } = await makeAccount({ ...options, now: house.now, step });
  const journal: JournalEntry = { caller, request, body, status: 200, answer: JSON.stringify({ did: account.did }) };
  await step('store', () => house.store.create(account, keys, blocks, journal));
  if (genesisCid !== undefined) await noteUse(house, account.did, { what: 'operation', key: 'house', subject: genesisCid, audience: 'directory' });
  await noteUse(house, account.did, { what: 'kit-made', key: 'kit', subject: 'new-account', audience: '' });
  house.feed.announce({ type: 'accounts' });
  return account;
}

/** The account that the first call made. Where its kit is kept still, it has to open with this passphrase. */
async function repeated(house: House, { body, answer }: JournalEntry, expected: Uint8Array, passphrase: string): Promise<Account> {
  if (body.length !== expected.length || body.some((byte, index) => byte !== expected[index])) {
    throw invalidRequest('This request id was used for something else. Nothing was changed.');
  }
  const { did } = JSON.parse(answer) as { readonly did: string };
  const account = await accountToDescribe(house.store, parseDid(did));
  if (account.kit !== undefined) await checkKit(account.kit.file, passphrase, account);
  return account;
}

/** What was asked for, without the passphrase: a hash of that is faster to guess at than the kit. */
function bodyHash(handle: Handle | undefined, did: Did | undefined): Uint8Array {
  return sha256(encodeCbor({ method: schema.nsid, handle: handle ?? null, ...(did !== undefined && { did }) }));
}

/** The did:web of a domain. @throws XrpcError InvalidRequest */
function ownDid(domain: string): Did {
  const did = webDid(domain.toLowerCase());
  if (did === undefined) throw invalidRequest('This is no name of a domain. Nothing was changed.');
  return did;
}
