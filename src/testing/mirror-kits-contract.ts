import { MirrorStoreError } from '../mirroring/index.ts';
import type { SealedKit } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, same } from './contract-checks.ts';
import type { MirrorUnderTest } from './mirror-store-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';
import { createOf } from './test-account.ts';

const file = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);
const kinds = (kits: readonly SealedKit[]): readonly string[] => kits.map(({ kind }) => kind);

/** What every adapter of `MirrorStore` promises of sealed kits. */
export const mirrorKitsContract: readonly ContractCase<MirrorUnderTest>[] = [
  {
    name: 'keeps one sealed kit of each kind, of each account by itself, until it is taken back or the account goes',
    async run({ store, clock }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.kept(store, 2)];
      const { signingKey } = a;
      same(await store.kits(a.did), [], 'before');
      const first = clock.ms;
      const given = file(1, 2);
      same(await store.putKit(a.did, { kind: 'passphrase', file: given, signingKey }), first, 'the time');
      given.fill(9);
      clock.ms += 5;
      await store.putKit(a.did, { kind: 'passkey', file: file(3), signingKey });
      same(await store.kits(a.did), [
        { kind: 'passkey', file: file(3), storedAt: first + 5 }, { kind: 'passphrase', file: file(1, 2), storedAt: first },
      ], 'both');
      clock.ms += 5;
      await store.putKit(a.did, { kind: 'passphrase', file: file(7), signingKey });
      same((await store.kits(a.did))[1], { kind: 'passphrase', file: file(7), storedAt: first + 10 }, 'in the place of the first');
      same(await store.kits(b.did), [], 'of the other account');
      for (let times = 0; times < 2; times++) await store.removeKit(a.did, 'passkey');
      same(kinds(await store.kits(a.did)), ['passphrase'], 'after one was taken back');

      await store.remove(a.did);
      same(await store.kits(a.did), [], 'of the account that is gone');
      const stranger = await MirroredAccount.make(store, 3);
      for (const { did } of [a, stranger]) {
        for (const work of [() => store.putKit(did, { kind: 'passkey', file: file(1), signingKey }), () => store.removeKit(did, 'passkey')]) {
          const outcome = await work().then(() => 'nothing', (error: unknown) => (error instanceof MirrorStoreError ? error.code : String(error)));
          check(outcome === 'AccountMissing', `expected AccountMissing, got ${outcome}`);
        }
      }
      await store.enroll({ did: a.did });
      same(await store.kits(a.did), [], 'of the account that came back');
    },
  },
  {
    name: 'tells which primary has given a sealed kit, until its owner puts another or this is no standby any more',
    async run({ store, clock }) {
      const { did, signingKey } = await MirroredAccount.kept(store);
      const [cameFrom, storedAt] = ['did:key:zFirst', clock.ms];
      const given = { kind: 'passkey', file: file(1), storedAt } as const;
      await store.putKit(did, { kind: 'passkey', file: file(1), signingKey, cameFrom });
      await store.putKit(did, { kind: 'passphrase', file: file(2), signingKey, cameFrom });
      await store.putKit(did, { kind: 'passphrase', file: file(2), signingKey });
      const all = [{ ...given, cameFrom }, { kind: 'passphrase', file: file(2), storedAt }];
      same(await store.kits(did), all, 'given, and put');
      await store.update(did, { primary: { url: 'https://second.test', key: 'did:key:zSecond' } });
      same(await store.kits(did), all, 'as a standby of another');
      await store.update(did, { status: 'active', primary: undefined });
      same(await store.kits(did), [given, all[1]], 'as the primary');
    },
  },
  {
    name: 'lets sealed kits go when another key signs the head, and keeps those that came under that key already',
    async run({ store }) {
      const account = await MirroredAccount.kept(store);
      const { did, signingKey } = account;
      await store.putKit(did, { kind: 'passphrase', file: file(1), signingKey });
      await store.putKit(did, { kind: 'passkey', file: file(2), signingKey: 'did:key:zNew' });
      await account.write(store, [createOf(1, 'a')]);
      same(kinds(await store.kits(did)), ['passphrase'], 'after a commit of the same key');
      await store.putKit(did, { kind: 'passkey', file: file(2), signingKey: 'did:key:zNew' });
      await account.write(store, [createOf(2, 'b')], { signingKey: 'did:key:zNew' });
      same(kinds(await store.kits(did)), ['passkey'], 'after a commit of another key');

      const writer = await store.copy(did);
      await writer.add(account.test.first.newBlocks);
      await writer.adopt({
        expected: account.repository.commit.cid, head: account.repository.commit, signingKey: 'did:key:zNewer', collections: new Map(), events: [],
      });
      same(await store.kits(did), [], 'after a whole repository under another key');
    },
  },
];
