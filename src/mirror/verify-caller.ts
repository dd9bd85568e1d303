import { MirrorRefusal } from '../mirroring/index.ts';
import { ServiceAuthError, verifyServiceAuth } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';

/** A key that was read longer ago than this is read again before a signature is called wrong, in milliseconds. */
const FRESH_ENOUGH_MS = 1_000;

/**
 * Finds out whose service-auth token this is, and that it is for this mirror, this method, now and once.
 * @param lxm the NSID of the method
 * @throws ServiceAuthError; MirrorRefusal IdentityUnknown
 */
export async function verifyCaller(host: Pick<MirrorHost, 'did' | 'copies' | 'identities' | 'now'>, token: string, lxm: string): Promise<Did> {
  const verify = (mostMs?: number): Promise<Did> => verifyServiceAuth(token, {
    audiences: [host.did], lxm, now: host.now(),
    async keyOf(did) {
      const { signingKey } = await host.identities.of(did, mostMs);
      if (signingKey === undefined) throw new MirrorRefusal('IdentityUnknown', 'The DID document names no key that signs for the account.', { did });
      return signingKey;
    },
    once: (iss, jti, exp) => host.copies.once(iss, jti, exp),
  }).then(({ iss }) => iss);
  try {
    return await verify();
  } catch (error) {
    // The key may be another since the document was read.
    if (error instanceof ServiceAuthError && error.code === 'BadJwtSignature') return verify(FRESH_ENOUGH_MS);
    throw error;
  }
}
