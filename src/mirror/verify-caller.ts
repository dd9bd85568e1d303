import { MirrorRefusal } from '../mirroring/index.ts';
import { parseDidKey, ServiceAuthError, verifyServiceAuth } from '../protocol/index.ts';
import type { Did, PublicKey, ServiceAuth } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';

/** A key that was read longer ago than this is read again before a signature is called wrong, in milliseconds. */
const FRESH_ENOUGH_MS = 1_000;
/** So many keys of before are tried, the newest first. */
const MOST_FORMER = 10;

type Parts = Pick<MirrorHost, 'names' | 'copies' | 'identities' | 'now'>;

/**
 * Finds out whose service-auth token this is, and that it is for this mirror by one of its names, this method, now and once.
 * @param lxm the NSID of the method
 * @throws ServiceAuthError; MirrorRefusal IdentityUnknown
 */
export async function verifyCaller(host: Parts, token: string, lxm: string): Promise<Did> {
  return (await verifyCall(host, token, lxm)).iss;
}

/** As `verifyCaller`, with all that the token says. */
export async function verifyCall(host: Parts, token: string, lxm: string): Promise<ServiceAuth> {
  const verify = (mostMs?: number): Promise<ServiceAuth> => verified(host, token, lxm, async (did) => {
    const { signingKey } = await host.identities.of(did, mostMs);
    if (signingKey === undefined) throw new MirrorRefusal('IdentityUnknown', 'The DID document names no key that signs for the account.', { did });
    return signingKey;
  });
  try {
    return await verify();
  } catch (error) {
    // The key may be another since the document was read.
    if (error instanceof ServiceAuthError && error.code === 'BadJwtSignature') return verify(FRESH_ENOUGH_MS);
    throw error;
  }
}

/**
 * As `verifyCaller`, where the token may also be signed by a key that the DID named before, as this mirror has seen: whoever took
 * the account over has replaced the key of its rightful house.
 * @throws as `verifyCaller`
 */
export async function verifyFormerCaller(host: Parts, token: string, lxm: string): Promise<{ readonly did: Did; readonly isFormer: boolean }> {
  try {
    return { did: await verifyCaller(host, token, lxm), isFormer: false };
  } catch (error) {
    const isOther = error instanceof ServiceAuthError && error.code === 'BadJwtSignature';
    if (!isOther && !(error instanceof MirrorRefusal && error.code === 'IdentityUnknown')) throw error;
    for (let place = 0; place < MOST_FORMER; place++) {
      const did = await verified(host, token, lxm, async (iss) => {
        const key = (await formerKeys(host, iss))[place];
        if (key === undefined) throw error;
        return key;
      }).then(({ iss }) => iss).catch((failure: unknown) => {
        if (failure instanceof ServiceAuthError && failure.code === 'BadJwtSignature' && failure !== error) return undefined;
        throw failure;
      });
      if (did !== undefined) return { did, isFormer: true };
    }
    throw error;
  }
}

async function verified({ names, copies, now }: Parts, token: string, lxm: string, keyOf: (did: Did) => Promise<PublicKey>): Promise<ServiceAuth> {
  return verifyServiceAuth(token, { audiences: names.all.map(({ did }) => did), lxm, now: now(), keyOf, once: (...use) => copies.once(...use) });
}

async function formerKeys({ copies }: Parts, did: Did): Promise<readonly PublicKey[]> {
  const { operations } = await copies.watched(did);
  const named = operations.map(({ body }) => {
    const { verificationMethods, signingKey } = JSON.parse(new TextDecoder().decode(body)) as { verificationMethods?: Record<string, string>; signingKey?: string };
    return verificationMethods?.['atproto'] ?? signingKey;
  });
  return [...new Set(named.reverse())].flatMap((text) => {
    try {
      return text === undefined ? [] : [parseDidKey(text)];
    } catch {
      return [];
    }
  });
}
