import { MirrorStoreError } from '../mirroring/index.ts';
import type { SeenOperation } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, same } from './contract-checks.ts';
import type { MirrorUnderTest } from './mirror-store-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';

const seen = (cid: string, createdAt: number, nullified = false): SeenOperation => (
  { cid, body: new TextEncoder().encode(`{"of":"${cid}"}`), createdAt, nullified });

/** What every adapter of `MirrorStore` promises of the logs of DIDs. */
export const mirrorWatchContract: readonly ContractCase<MirrorUnderTest>[] = [
  {
    name: 'remembers what a directory has shown, since when, and what it shows no more',
    async run({ store, clock }) {
      const { did } = await MirroredAccount.kept(store, 1);
      same(await store.watched(did), { operations: [], claimed: [] }, 'before');
      const first = clock.ms;
      await store.see(did, [seen('b', 2), seen('a', 1)]);
      clock.ms += 5;
      await store.see(did, [seen('a', 1), seen('b', 2, true), seen('c', 3)]);
      const known = (isShown: boolean): readonly object[] => [
        { ...seen('a', 1), seenAt: first, isShown: true }, { ...seen('b', 2, true), seenAt: first, isShown }, { ...seen('c', 3), seenAt: first + 5, isShown },
      ];
      same(await store.watched(did), { lookedAt: first + 5, claimed: [], operations: known(true) }, 'all of it');
      clock.ms += 5;
      await store.see(did, [seen('a', 1)]);
      same(await store.watched(did), { lookedAt: first + 10, claimed: [], operations: known(false) }, 'what is held back');
    },
  },
  {
    name: 'remembers what houses have claimed, seen or not, of this account alone, until the account goes',
    async run({ store, clock }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.kept(store, 2)];
      await store.claim(a.did, ['z', 'a']);
      await store.see(a.did, [seen('a', 1), seen('m', 2)]);
      await store.claim(a.did, ['m', 'a']);
      const { claimed, operations } = await store.watched(a.did);
      same([claimed, operations.map(({ cid }) => cid)], [['a', 'm', 'z'], ['a', 'm']], 'claims');
      same(await store.watched(b.did), { operations: [], claimed: [] }, 'the other account');
      await store.remove(a.did);
      same(await store.watched(a.did), { operations: [], claimed: [] }, 'of the account that is gone');
      const stranger = await MirroredAccount.make(store, 3);
      for (const work of [() => store.see(a.did, []), () => store.claim(stranger.did, ['a'])]) {
        const outcome = await work().then(() => 'nothing', (error: unknown) => (error instanceof MirrorStoreError ? error.code : String(error)));
        check(outcome === 'AccountMissing', `expected AccountMissing, got ${outcome}`);
      }
      clock.ms += 1;
      await store.enroll({ did: a.did });
      same(await store.watched(a.did), { operations: [], claimed: [] }, 'of the account that came back');
    },
  },
];
