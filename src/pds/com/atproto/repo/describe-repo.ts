import { mainSchema } from '@atcute/atproto/types/repo/describeRepo';
import { documentOf, plcDataOf } from '../../../../identity/index.ts';
import { parseDidKey } from '../../../../protocol/index.ts';
import { accountToRead } from '../../../accounts/find-account.ts';
import { defineRead } from '../../../xrpc/method.ts';

/** What a handle reads that cannot be relied on. */
const NO_HANDLE = 'handle.invalid';

export const describeRepo = defineRead(mainSchema, async ({ host, params }) => {
  const { did, handle, signingKey, collections } = await accountToRead(host.store, params.repo);
  const identity = await host.identityOf?.(did);
  // Where nobody was asked, what the DID says as far as this server knows.
  const data = plcDataOf(identity ?? { signingKey: parseDidKey(signingKey), ...(handle !== undefined && { handle }) }, []);
  return {
    did,
    handle: (identity === undefined ? handle : identity.handle) ?? NO_HANDLE,
    didDoc: { ...documentOf(data, did) },
    // Where this server gave the handle, it leads to the DID; whether another does was not asked.
    handleIsCorrect: identity !== undefined && handle !== undefined && identity.handle === handle,
    collections: [...collections.keys()].sort(),
  };
});
