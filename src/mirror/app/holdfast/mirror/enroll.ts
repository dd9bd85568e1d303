import { isStandby, isStopped } from '../../../../mirroring/index.ts';
import type { CopyAccount, Primary } from '../../../../mirroring/index.ts';
import { XrpcError } from '../../../../pds/index.ts';
import { isDidKey, lexicons } from '../../../../protocol/index.ts';
import type { Did, Handle } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { allowedHandle } from '../../../handle-rules.ts';
import { needsInvitation } from '../../../invitations.ts';
import { headView } from '../../../views.ts';
import type { HostName } from '../../../host-names.ts';
import type { MirrorHost } from '../../../mirror-host.ts';
import { isBarred, setPrimary } from '../../../standing.ts';

export const enroll = defineAccountMethod(lexicons.AppHoldfastMirrorEnroll.mainSchema, async ({ host, did, input }) => {
  const known = await host.copies.account(did);
  if (known !== undefined && isBarred(known, host.now())) {
    const what = isStopped(known) ? `has the account ${known.status}` : 'does not serve this account';
    throw new XrpcError(400, 'AccountTakedown', `The operator of this mirror ${what}. Nothing was changed.`);
  }
  await enrolled(host, did, known, input);
  const account = await setPrimary(host, did, primaryOf(input.primary));
  const { handle, head, status } = account;
  // One whose name the mirror has no more is moved when it is activated: until its document says so, that name may be put back.
  const { origin } = (await nameFor(host, account, did))();
  const isServed = status !== 'pairing' && host.names.of(account) !== undefined;
  return { url: origin as `${string}:${string}`, status: isStandby(account) ? 'standby' : isServed ? 'active' : 'pairing', ...(handle !== undefined && { handle }), ...(head !== undefined && { head: headView(head) }) };
});

/** @throws XrpcError InvalidRequest */
function primaryOf(primary: { readonly url: string; readonly key: string } | undefined): Primary | undefined {
  if (primary === undefined) return undefined;
  const { url, key } = primary;
  if (!URL.canParse(url) || new URL(url).origin !== url || !isDidKey(key)) throw new XrpcError(400, 'InvalidRequest', 'A primary has an origin and a did:key. Nothing was changed.');
  return { url, key };
}

async function enrolled(
  host: MirrorHost, did: Did, known: CopyAccount | undefined, wish: { readonly handle?: string | undefined; readonly invite?: string | undefined },
): Promise<void> {
  if (known !== undefined && known.status !== 'deleted' && wish.invite !== undefined) await checkUsed(host, did, wish.invite);
  if (known !== undefined && known.status !== 'pairing' && known.status !== 'deleted') return;
  const handle = wish.handle === undefined ? undefined : allowedHandle(wish.handle, host.settings);
  if (known?.status === 'pairing') {
    if (handle !== undefined && handle !== known.handle) await host.copies.update(did, { handle });
    return;
  }
  await checkFree(host, did, handle);
  const { invite } = wish;
  if (invite === undefined && needsInvitation(host.settings)) {
    throw new XrpcError(400, 'InvalidInviteCode', 'This mirror takes accounts by invitation only. Nothing was changed.');
  }
  const invitation = invite === undefined ? undefined : (await host.codes.find(invite)).code;
  const at = await nameFor(host, known, did);
  await host.copies.enroll({ did, host: at().name, ...(handle !== undefined && { handle }), ...(invitation !== undefined && { invitation }) });
  host.log(`${did} begins to pair as ${handle ?? 'an account without a handle of ours'}`);
}

/**
 * The name for an account, to be taken when it is enrolled: the one that it has, or had, or that its DID document names already, or one that
 * has room.
 */
async function nameFor(host: MirrorHost, known: CopyAccount | undefined, did: Did): Promise<() => HostName> {
  const { names, placing, identities, log } = host;
  const own = (known && names.of(known)) ?? names.at((await identities.of(did)).pds);
  return () => {
    if (own !== undefined) return own;
    const at = placing.choose();
    if (at.isFull) log(`Every host name is full, and ${did} comes under ${at.name}: relays may not take it. Give the mirror another name with HOLDFAST_MORE_HOSTNAMES`);
    return at;
  };
}

/** So that nobody who is here already takes the terms that they were shown for theirs. */
async function checkUsed({ codes }: MirrorHost, did: Did, invite: string): Promise<void> {
  if ((await codes.find(invite)).used?.by === did) return;
  throw new XrpcError(400, 'InvalidInviteCode', 'This account came here on other terms already. To use another invitation, give up or leave first. Nothing was changed.');
}

/** So that no invitation is used up for a handle that somebody has. */
async function checkFree({ copies }: MirrorHost, did: Did, handle: Handle | undefined): Promise<void> {
  const other = handle && await copies.accountNamed(handle);
  if (other && other.did !== did) {
    throw new XrpcError(400, 'HandleNotAvailable', 'Another account of this mirror has that handle. Please choose another; nothing was changed.');
  }
}
