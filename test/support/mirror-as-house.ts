import type { Cid, Nsid } from '../../src/protocol/index.ts';
import type { MirrorStore } from '../../src/mirroring/index.ts';
import type { Account } from '../../src/pds/index.ts';
import type { NamingStore } from '../../src/testing/index.ts';

/** A mirror's store for suites that know only the house's: what a house commits is what it is given. */
export function mirrorAsHouse(store: MirrorStore): NamingStore {
  return {
    reader: (did) => store.reader(did),
    async create(account, _keys, blocks) {
      await store.enroll({ did: account.did });
      const writer = await store.copy(account.did);
      await writer.add(blocks);
      await writer.adopt(adoption(account));
    },
    async commit({ did, expected, head, newBlocks, deadBlocks, blobs }) {
      await store.commit({ did, expected, head, newBlocks, deadBlocks, blobs, signingKey: 'did:key:z', grown: new Map(), events: [] });
    },
    async packs(did) {
      await store.enroll({ did });
      const writer = await store.copy(did);
      return { ...bound(writer), adopt: async (account) => void await writer.adopt(adoption(account)) };
    },
    remove: async (did) => void await store.remove(did),
  };
}

function bound(writer: Awaited<ReturnType<MirrorStore['copy']>>): Pick<typeof writer, 'add' | 'discard'> {
  return { add: (blocks, blobs) => writer.add(blocks, blobs), discard: () => writer.discard() };
}

function adoption({ head, signingKey }: Account): {
  readonly expected: Cid | undefined; readonly head: Account['head']; readonly signingKey: string;
  readonly collections: ReadonlyMap<Nsid, number>; readonly events: readonly [];
} {
  return { expected: undefined, head, signingKey, collections: new Map(), events: [] };
}
