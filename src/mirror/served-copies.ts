import type { CopyAccount, MirrorStore } from '../mirroring/index.ts';
import { StoreError } from '../pds/index.ts';
import type { RepositoryStore, ServedAccount } from '../pds/index.ts';

/** What of a mirror's copies the methods that read may see: not what is only being paired, and no repository that was deleted. */
export function servedCopies(copies: MirrorStore): RepositoryStore {
  return {
    account: async (did) => served(await copies.account(did)),
    accountNamed: async (handle) => served(await copies.accountNamed(handle)),
    reader: (did) => copies.reader(did),
    async reading(did, work) {
      const account = served(await copies.account(did));
      if (account === undefined) throw new StoreError('AccountMissing', 'This mirror does not serve that account', { did });
      // Blocks that die meanwhile stay for an hour.
      return work(account, copies.reader(did));
    },
    blocksSince: (did, since) => copies.blocksSince(did, since),
  };
}

function served(copy: CopyAccount | undefined): ServedAccount | undefined {
  if (copy === undefined) return undefined;
  const { did, handle, status, head, collections, signingKey } = copy;
  if (status === 'pairing' || head === undefined || signingKey === undefined) return undefined;
  return { did, status, head, collections, signingKey, ...(handle !== undefined && { handle }) };
}
