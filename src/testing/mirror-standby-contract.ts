import type { CopyDetails, StoredEvent } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { same } from './contract-checks.ts';
import type { MirrorUnderTest } from './mirror-store-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';
import { createOf } from './test-account.ts';

const ALL = { limit: 1_000, bytes: 1e9, among: 100 };

/** What every adapter of `MirrorStore` promises of standbys, and to those that follow it. */
export const mirrorStandbyContract: readonly ContractCase<MirrorUnderTest>[] = [
  {
    name: 'keeps whom a standby follows, until it follows nobody or begins anew',
    async run({ store }) {
      const { did } = await MirroredAccount.kept(store, 1);
      const primary = { url: 'https://first.test', key: 'did:key:z1' };
      const primaryNow = async () => (await store.account(did))?.primary;
      same(await primaryNow(), undefined, 'before');
      await store.update(did, { primary });
      await store.update(did, { status: 'pairing' });
      same(await primaryNow(), primary, 'primary');
      await store.update(did, { primary: undefined });
      same(await primaryNow(), undefined, 'no primary any more');
      await store.update(did, { primary });
      await store.remove(did);
      await store.enroll({ did });
      same(await primaryNow(), undefined, 'anew');
    },
  },
  {
    name: 'keeps the head of one that is gone where the network had heard of it, and of no other',
    async run({ store }) {
      const primary = { url: 'https://first.test', key: 'did:key:z1' };
      const ways: readonly (readonly [isKept: boolean, more: readonly Partial<CopyDetails>[]])[] = [
        [true, []], [true, [{ status: 'takendown' }]], [true, [{ status: 'suspended' }, { status: 'active' }]], [false, [{ status: 'pairing' }]],
        [false, [{ primary, status: 'pairing' }, { status: 'suspended' }]], [false, [{ primary, status: 'pairing' }, { primary: undefined }, { status: 'suspended' }]],
        [true, [{ primary, status: 'pairing' }, { primary: undefined, status: 'active' }]],
      ];
      for (const [index, [isKept, more]] of ways.entries()) {
        const { did } = await MirroredAccount.kept(store, index + 1);
        for (const details of more) await store.update(did, details);
        await store.remove(did);
        const { head, signingKey } = (await store.account(did))!;
        same([head !== undefined, signingKey !== undefined], [isKept, isKept], `way ${index}`);
      }
    },
  },
  {
    name: 'gives the events of one account in order, by number and by size, among so many of all',
    async run({ store }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.kept(store, 2)];
      const told: StoredEvent[] = [];
      const from = await store.lastSeq();
      for (let index = 0; index < 6; index++) told.push(...(await (index % 2 === 0 ? a : b).write(store, [createOf(index, 'x'.repeat(500))])).events);
      const [ofA, ofB] = [told.filter(({ did }) => did === a.did), told.filter(({ did }) => did === b.did)];
      const readOf = (account: MirroredAccount, more: object = {}) => store.readOf(account.did, from, { ...ALL, ...more });
      same([await readOf(a), await readOf(b)], [ofA, ofB], 'of one account');
      same([await readOf(a, { among: 3 }), await readOf(b, { among: 1 }), await readOf(a, { among: 1 })], [ofA.slice(0, 2), [], ofA.slice(0, 1)], 'among the next');
      same(await readOf(a, { limit: 2 }), ofA.slice(0, 2), 'by number');
      same([await readOf(a, { bytes: ofA[0]!.frame.length + ofA[1]!.frame.length }), await readOf(a, { bytes: 1 })], [ofA.slice(0, 2), ofA.slice(0, 1)], 'by size, one at least');
    },
  },
];
