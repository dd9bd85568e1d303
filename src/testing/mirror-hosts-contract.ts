import type { MirrorStore } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { same } from './contract-checks.ts';
import type { MirrorUnderTest } from './mirror-store-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';
import { createOf } from './test-account.ts';

const ALL = { limit: 1_000, bytes: 1e9 };

/** What every adapter of `MirrorStore` promises of the host names that accounts live under. */
export const mirrorHostsContract: readonly ContractCase<MirrorUnderTest>[] = [
  {
    name: 'has what lived under no host name live under the first, with what was told of it',
    async run({ store }) {
      const { did } = await MirroredAccount.kept(store, 1, 2);
      same([await hostOf(store, did), await store.read(0, { ...ALL, host: 'a.test' })], [undefined, []], 'before');
      await store.firstHost('a.test');
      await store.firstHost('b.test');
      const all = await store.read(0, ALL);
      same(await hostOf(store, did), 'a.test', 'the first, once for ever');
      same([all.length > 0, all.every(({ host }) => host === 'a.test')], [true, true], 'what was told');
      same(await store.read(0, { ...ALL, host: 'a.test' }), all, 'read under the name');
      const { did: next } = await MirroredAccount.kept(store, 2);
      same(await hostOf(store, next), 'a.test', 'who comes without a name');
    },
  },
  {
    name: 'gives accounts and events of one host name in the same order and bytes, by number and by size',
    async run({ store }) {
      await store.firstHost('a.test');
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.make(store, 2)];
      await store.enroll({ did: b.did, host: 'b.test' });
      await b.handOver(store, { expected: undefined });
      for (let index = 0; index < 6; index++) await (index % 2 === 0 ? a : b).write(store, [createOf(index, 'x'.repeat(500))]);
      const all = await store.read(0, ALL);
      const ofB = all.filter(({ did }) => did === b.did);
      same(ofB.every(({ host }) => host === 'b.test'), true, 'each says its name');
      same([await store.read(0, { ...ALL, host: 'a.test' }), await store.read(0, { ...ALL, host: 'b.test' })], [all.filter(({ did }) => did === a.did), ofB], 'each its own');
      same(await store.read(ofB[0]!.seq, { limit: 2, bytes: 1e9, host: 'b.test' }), ofB.slice(1, 3), 'by number');
      same(await store.read(ofB[0]!.seq, { limit: 9, bytes: 1, host: 'b.test' }), ofB.slice(1, 2), 'by size, one at least');
      same(await store.read(0, { ...ALL, host: 'c.test' }), [], 'of a name that nobody has');
      const two = ofB[0]!.frame.length + ofB[1]!.frame.length;
      for (const most of [ALL, { ...ALL, limit: 3 }, { limit: 9, bytes: two }, { limit: 9, bytes: two - 1 }, { limit: 9, bytes: 1 }]) {
        for (const host of [{}, { host: 'b.test' }]) {
          same(await store.frames(0, { ...most, ...host }), (await store.read(0, { ...most, ...host })).map(({ seq, frame }) => ({ seq, frame })), 'frames alone');
        }
      }
      const under = async (host: string, after = {}) => (await store.accounts({ limit: 9, host, ...after })).map(({ did }) => did);
      same([await under('a.test'), await under('b.test'), await under('c.test')], [[a.did], [b.did], []], 'accounts');
      same(await under('b.test', { after: b.did }), [], 'accounts after one');
    },
  },
  {
    name: 'keeps the host name of an account that leaves and comes back, until it is given another',
    async run({ store }) {
      await store.firstHost('a.test');
      const account = await MirroredAccount.make(store, 1);
      const { did } = account;
      await store.enroll({ did, host: 'b.test' });
      await account.handOver(store, { expected: undefined });
      await account.write(store, [createOf(1, 'a')]);
      same(await hostOf(store, did), 'b.test', 'after a commit');
      await store.update(did, { status: 'deactivated' });
      await store.remove(did);
      await store.enroll({ did });
      same(await hostOf(store, did), 'b.test', 'come back');
      const before = await store.read(0, { ...ALL, host: 'b.test' });
      const event = { type: '#identity', did, body: { did } } as const;
      const [told] = await store.update(did, { host: 'c.test' }, [event]);
      same([await hostOf(store, did), told!.host], ['c.test', 'c.test'], 'another');
      same(await store.read(0, { ...ALL, host: 'b.test' }), before, 'what was told before stays');
      await store.remove(did);
      await store.enroll({ did, host: 'a.test' });
      same(await hostOf(store, did), 'a.test', 'come back under another');
    },
  },
];

async function hostOf(store: MirrorStore, did: MirroredAccount['did']): Promise<string | undefined> {
  return (await store.account(did))?.host;
}
