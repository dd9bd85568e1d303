// Bugs that are known, planted to see that the simulation finds them. The production modules stay as they are.
import type { CommitChange, HouseStore } from '../../src/pds/index.ts';
import type { WrapStore } from './house.ts';
import { CidMap } from '../../src/protocol/index.ts';
import type { Origin } from './origin.ts';

export const PLANTS = ['early-reply', 'head-ahead', 'no-swap'] as const;
export type Plant = (typeof PLANTS)[number];

/** `complete` is told, and so the write acknowledged, before anything is durable. */
export function plantIn(origin: Origin, plant: Plant | undefined): void {
  origin.databases.faults.isCompleteEarly = plant === 'early-reply';
}

export function wrapFor(plant: Plant | undefined): WrapStore {
  if (plant === 'head-ahead') return headAhead;
  return plant === 'no-swap' ? withoutSwap : (store) => store;
}

/** A store whose methods are these where there are any. */
function instead(store: HouseStore, methods: Partial<HouseStore>): HouseStore {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof method === 'function' ? method.bind(target) as unknown : method;
    },
  });
}

type Changes = Parameters<HouseStore['commit']>;

/** What is compared with the head is the head. */
async function onPresentHead(store: HouseStore, changes: Changes): Promise<Changes> {
  const { head } = (await store.account(changes[0].did))!;
  const [first, ...others] = changes;
  return [{ ...first, expected: head.cid }, ...others];
}

/** The compare-and-swap is left out: whoever comes last is right. */
function withoutSwap(store: HouseStore): HouseStore {
  return instead(store, {
    async commit(...changes: Changes) {
      return store.commit(...await onPresentHead(store, changes));
    },
  });
}

/** The head in memory is moved before the one in the store, and stays there where the store fails. */
function headAhead(store: HouseStore): HouseStore {
  let ahead: CommitChange | undefined;
  const blocks = new CidMap<Uint8Array>();
  return instead(store, {
    async commit(...changes: Changes) {
      ahead = changes.at(-1);
      for (const { newBlocks } of changes) for (const { cid, bytes } of newBlocks) blocks.set(cid, bytes);
      return store.commit(...await onPresentHead(store, changes));
    },
    async account(did) {
      const account = await store.account(did);
      return account === undefined || ahead === undefined ? account : { ...account, head: ahead.head, collections: new Map([...account.collections, ...ahead.collections]) };
    },
    remembered: () => undefined,
    reader(did) {
      const reader = store.reader(did);
      return {
        async read(cids) {
          const found = await reader.read(cids);
          return found.map((bytes, index) => bytes ?? blocks.get(cids[index]!));
        },
      };
    },
  });
}
