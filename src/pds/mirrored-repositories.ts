import type { Did, Handle, Tid } from '../protocol/index.ts';
import type { Block } from '../repo/index.ts';
import { isKnown } from '../mirroring/index.ts';
import type { CopyAccount, MirrorStore } from '../mirroring/index.ts';
import type { RepositoryStore, ServedAccount } from './ports/repository-store.ts';
import { StoreError } from './ports/store-error.ts';

/**
 * The copies of a mirror as the methods that read see them. An account is known once its DID document names the mirror, and as long as it does not stand
 * by for another; a deleted one with the head that it had. The mirror keeps what dies for an hour, and so long may a read take.
 * @param host the name that accounts are asked for by: those that live under another are not there. All are, where it is left out
 */
export function repositoriesOf(store: MirrorStore, host?: string): RepositoryStore {
  return repositoriesAs(store, (account) => servedOf(host === undefined || account?.host === host ? account : undefined));
}

/** As `repositoriesOf`, for their owners: every account of which anything is kept, as if it were served. */
export function keptRepositoriesOf(store: MirrorStore): RepositoryStore {
  return repositoriesAs(store, (account) => (account === undefined || account.status === 'deleted' ? undefined : servedOf({ ...account, status: 'active' })));
}

function repositoriesAs(store: MirrorStore, seen: typeof servedOf): RepositoryStore {
  const account = async (did: Did): Promise<ServedAccount | undefined> => seen(await store.account(did));
  return {
    account,
    accountNamed: async (handle: Handle) => seen(await store.accountNamed(handle)),
    reader: (did) => store.reader(did),
    async reading(did, work) {
      const found = await account(did);
      if (found === undefined) throw new StoreError('AccountMissing', 'This mirror has no such account', { did });
      return work(found, store.reader(did));
    },
    async* blocksSince(did: Did, since: Tid): AsyncGenerator<readonly Block[]> {
      const head = (await account(did))?.head;
      for await (const blocks of store.blocksSince(did, since)) yield blocks.filter(({ cid }) => head === undefined || !cid.equals(head.cid));
    },
  };
}

function servedOf(account: CopyAccount | undefined): ServedAccount | undefined {
  if (account === undefined || !isKnown(account)) return undefined;
  const { did, handle, status, head, collections, signingKey } = account;
  if (head === undefined || signingKey === undefined) return undefined;
  return { did, status, head, collections, signingKey, ...(handle !== undefined && { handle }) };
}
