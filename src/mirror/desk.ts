import { identityEvent, isStandby, MirrorRefusal } from '../mirroring/index.ts';
import type { MirrorDesk } from '../mirroring/index.ts';
import { datetimeFromMs, ServiceAuthError } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';
import { toldHandle } from './identity/told-handle.ts';
import { unclaimedIn } from './identity/watcher.ts';
import { keptAccount } from './standing.ts';
import { verifyCaller } from './verify-caller.ts';

const METHOD = 'app.holdfast.mirror.converse';

/** What the conversation asks of this mirror. */
export function makeDesk(host: MirrorHost): MirrorDesk {
  const { copies, ingest, identities, names, watcher, limits, followers, switchboard } = host;
  return {
    async hello({ did, token, version }) {
      if (await speaker(host, token) !== did) throw new MirrorRefusal('InvalidToken', 'The token is of another account than the one that speaks.');
      const account = await keptAccount(host, did);
      if (isStandby(account)) throw new MirrorRefusal('AccountInactive', 'This mirror is a standby of the account, which another one serves.', { did });
      if (account.status === 'active') await checkServer(host, did, names.of(account)?.origin);
      const { head, told } = account;
      const watched = await copies.watched(did);
      watcher.soon(did, watched);
      const unclaimed = unclaimedIn(watched).length;
      host.log(`${did} is here, with version ${JSON.stringify(version)}`);
      return {
        type: '#welcome', time: datetimeFromMs(host.now()), limits,
        ...(head !== undefined && { head }), ...(told !== undefined && { seq: told.seq }), ...(unclaimed > 0 && { unclaimed }),
      };
    },
    commit: (did, message) => ingest.commit(did, message),
    missing: (did, blobs) => ingest.missing(did, blobs),
    calls: switchboard,
    follow: (did, told) => followers.follow(did, told),
    async identity(did) {
      const document = await identities.of(did, 0);
      await ingest.inTurn(did, async () => {
        const account = await copies.account(did);
        if (account?.status !== 'active') return;
        host.announce(await copies.update(did, {}, [identityEvent(did, toldHandle(account, document))]));
        watcher.told(did);
      });
    },
  };
}

/**
 * Where another house of the owner has had another mirror take the place of this one, that one takes what is written: as the document said
 * a minute ago.
 * @param origin of the name that the account lives under; left out, any of the mirror's is as good: for what comes after the greeting, and for one whose
 *   name the mirror has no more
 * @throws MirrorRefusal AccountInactive, IdentityUnknown
 */
export async function checkServer({ identities, names }: Pick<MirrorHost, 'identities' | 'names'>, did: Did, origin?: string): Promise<void> {
  const { pds } = await identities.of(did);
  if (pds === undefined || (origin === undefined ? names.at(pds) !== undefined : pds === origin)) return;
  throw new MirrorRefusal('AccountInactive', `The DID document names ${pds} as the server of the account, and not ${origin ?? 'this mirror'}. Nothing was changed.`, { did });
}

async function speaker(host: MirrorHost, token: string): Promise<Did> {
  try {
    return await verifyCaller(host, token, METHOD);
  } catch (error) {
    if (!(error instanceof ServiceAuthError)) throw error;
    throw new MirrorRefusal('InvalidToken', `${error.message}.`, { reason: error.code }, undefined, error);
  }
}
