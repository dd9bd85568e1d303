import type { AtprotoIdentity } from '../../identity/index.ts';
import type { CopyAccount } from '../../mirroring/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';

/**
 * The handle that the network may be told of: the one that an account has here, where its document names that. Only of such a one was it seen that it leads
 * back to the DID; an owner may have put a domain of their own in its place.
 */
export function toldHandle({ handle }: Pick<CopyAccount, 'handle'>, document: Pick<AtprotoIdentity, 'handle'> | undefined): Handle | undefined {
  return document?.handle === handle ? handle : undefined;
}

/** As `toldHandle`, of what the document says now. Where that cannot be found out none is told. */
export async function handleToTell(identities: { of(did: Did, mostMs: number): Promise<AtprotoIdentity> }, account: Pick<CopyAccount, 'did' | 'handle'>): Promise<Handle | undefined> {
  return account.handle && toldHandle(account, await identities.of(account.did, 0).catch(() => undefined));
}
