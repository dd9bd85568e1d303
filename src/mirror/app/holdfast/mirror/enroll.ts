import { isStandby } from '../../../../mirroring/index.ts';
import type { CopyAccount, Primary } from '../../../../mirroring/index.ts';
import { XrpcError } from '../../../../pds/index.ts';
import { isDidKey, lexicons } from '../../../../protocol/index.ts';
import type { Did, Handle } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { allowedHandle } from '../../../handle-rules.ts';
import { needsInvitation } from '../../../invitations.ts';
import { headView } from '../../../views.ts';
import type { MirrorHost } from '../../../mirror-host.ts';
import { isBarred, setPrimary } from '../../../standing.ts';

export const enroll = defineAccountMethod(lexicons.AppHoldfastMirrorEnroll.mainSchema, async ({ host, did, input }) => {
  const known = await host.copies.account(did);
  if (known !== undefined && isBarred(known, host.now())) {
    throw new XrpcError(400, 'AccountTakedown', 'The operator of this mirror does not serve this account. Nothing was changed.');
  }
  const account = await setPrimary(host, (await enrolled(host, did, known, input)).did, primaryOf(input.primary));
  const { handle, head, status } = account;
  return { status: isStandby(account) ? 'standby' : status === 'pairing' ? status : 'active', ...(handle !== undefined && { handle }), ...(head !== undefined && { head: headView(head) }) };
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
): Promise<CopyAccount> {
  if (known !== undefined && known.status !== 'pairing' && known.status !== 'deleted') return known;
  const handle = wish.handle === undefined ? undefined : allowedHandle(wish.handle, host.settings);
  if (known?.status === 'pairing') {
    if (handle === undefined || handle === known.handle) return known;
    await host.copies.update(did, { handle });
    return { ...known, handle };
  }
  await checkFree(host, did, handle);
  const { invite } = wish;
  if (invite === undefined && needsInvitation(host.settings)) {
    throw new XrpcError(400, 'InvalidInviteCode', 'This mirror takes accounts by invitation only. Nothing was changed.');
  }
  const invitation = invite === undefined ? undefined : (await host.codes.find(invite)).code;
  const account = await host.copies.enroll({ did, ...(handle !== undefined && { handle }), ...(invitation !== undefined && { invitation }) });
  host.log(`${did} begins to pair as ${handle ?? 'an account without a handle of ours'}`);
  return account;
}

/** So that no invitation is used up for a handle that somebody has. */
async function checkFree({ copies }: MirrorHost, did: Did, handle: Handle | undefined): Promise<void> {
  const other = handle && await copies.accountNamed(handle);
  if (other && other.did !== did) {
    throw new XrpcError(400, 'HandleNotAvailable', 'Another account of this mirror has that handle. Please choose another; nothing was changed.');
  }
}
