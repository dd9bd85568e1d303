import { MirrorStoreError } from '../mirroring/index.ts';
import type { MirrorStoreFault } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, same } from './contract-checks.ts';
import type { MirrorUnderTest } from './mirror-store-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';

const DAY_MS = 24 * 3_600_000;

async function refused(work: Promise<unknown>, fault: MirrorStoreFault): Promise<void> {
  const outcome = await work.then(() => 'nothing', (error: unknown) => (error instanceof MirrorStoreError ? error.code : String(error)));
  check(outcome === fault, `expected ${fault}, got ${outcome}`);
}

/** What every adapter of `MirrorStore` promises of invitations and terms. */
export const mirrorLettingsContract: readonly ContractCase<MirrorUnderTest>[] = [
  {
    name: 'an invitation is for one account, gives it its terms, and is used up only together with it',
    async run({ store, clock }) {
      const [a, b] = [await MirroredAccount.make(store, 1), await MirroredAccount.make(store, 2)];
      const first = clock.ms;
      same(await store.invite({ code: 'first', note: 'for Ada', terms: { repoBytes: 10, blobBytes: 20, writesPerHour: 30 }, days: 2, expiresAt: first + 1_000 }), true, 'made');
      same(await store.invite({ code: 'first', note: 'again', terms: {} }), false, 'a code that is taken');
      clock.ms += 5;
      await store.invite({ code: 'plain', note: '', terms: {} });
      same((await store.invitations({ limit: 9 })).map(({ code }) => code), ['plain', 'first'], 'newest first');
      same((await store.invitations({ limit: 1 })).map(({ code }) => code), ['plain'], 'the first page');
      await store.invite({ code: 'fi%sh', note: '', terms: {} });
      const from = async (start: string): Promise<string[]> => (await store.invitationsFrom(start)).map(({ code }) => code);
      same([await from('fi'), await from('fir'), await from('fi%'), await from('fi_'), await from('first'), await from('first-one')], [['first', 'fi%sh'], ['first'], ['fi%sh'], [], ['first'], []], 'those that begin so');
      await store.withdraw('fi%sh');
      const [plain] = await store.invitations({ limit: 1 });
      const next = async (): Promise<string[]> => (await store.invitations({ limit: 1, before: plain!.place })).map(({ code }) => code);
      same(await next(), ['first'], 'the next');
      await store.withdraw('plain');
      same(await next(), ['first'], 'the next of one that is gone');
      await store.invite({ code: 'plain', note: '', terms: {} });

      await refused(store.enroll({ did: a.did, invitation: 'none' }), 'InvitationInvalid');
      same(await store.account(a.did), undefined, 'nothing was made');
      const used = clock.ms;
      const { terms } = await store.enroll({ did: a.did, invitation: 'first' });
      same(terms, { repoBytes: 10, blobBytes: 20, writesPerHour: 30, until: used + 2 * DAY_MS }, 'terms');
      same((await store.account(a.did))?.terms, terms, 'kept');
      same((await store.invitation('first'))?.used, { by: a.did, at: used }, 'used');
      await refused(store.enroll({ did: b.did, invitation: 'first' }), 'InvitationInvalid');
      same(await store.account(b.did), undefined, 'of another account');
      same((await store.enroll({ did: b.did })).terms, {}, 'without one');

      // Who left and comes back with it is kept no longer than before.
      await store.remove(a.did);
      clock.ms += DAY_MS;
      same((await store.enroll({ did: a.did, invitation: 'first' })).terms, terms, 'again');
      await store.remove(b.did);
      clock.ms += 5;
      same((await store.enroll({ did: b.did, invitation: 'plain' })).terms, {}, 'one without terms');
    },
  },
  {
    name: 'an invitation that is over, or was taken back, is of no use; a used one cannot be taken back',
    async run({ store, clock }) {
      const [a, b] = [await MirroredAccount.make(store, 1), await MirroredAccount.make(store, 2)];
      await store.invite({ code: 'over', note: '', terms: {}, expiresAt: clock.ms + 10 });
      await store.invite({ code: 'back', note: '', terms: {} });
      await store.invite({ code: 'used', note: '', terms: {} });
      clock.ms += 10;
      same(await store.withdraw('back'), true, 'taken back');
      same(await store.withdraw('back'), false, 'twice');
      for (const invitation of ['over', 'back']) await refused(store.enroll({ did: a.did, invitation }), 'InvitationInvalid');
      await store.enroll({ did: b.did, invitation: 'used' });
      same(await store.withdraw('used'), false, 'used');
      same((await store.invitations({ limit: 9 })).map(({ code }) => code).sort(), ['over', 'used'], 'those that are left');
    },
  },
  {
    name: 'invitations that the settings name are those that are named last, but what was used stays, and what was taken back is not offered anew',
    async run({ store, clock }) {
      const [a, b] = [await MirroredAccount.make(store, 1), await MirroredAccount.make(store, 2)];
      const codes = async (): Promise<string[]> => (await store.invitations({ limit: 9 })).map(({ code, note }) => `${code} ${note}`).sort();
      await store.invite({ code: 'made', note: 'set', terms: { blobBytes: 1 } });
      await store.offer(['made', 'one', 'two', 'three'], 'set');
      same(await codes(), ['made set', 'one set', 'three set', 'two set'], 'offered');
      same((await store.invitation('made'))?.terms, { blobBytes: 1 }, 'one that was there');
      await store.enroll({ did: a.did, invitation: 'one' });
      same(await store.withdraw('two'), true, 'taken back');
      clock.ms += 10;
      for (const named of [['two', 'three'], ['one', 'two', 'three']]) {
        await store.offer(named, 'set');
        await refused(store.enroll({ did: b.did, invitation: 'two' }), 'InvitationInvalid');
        await refused(store.enroll({ did: b.did, invitation: 'one' }), 'InvitationInvalid');
        same(await codes(), ['made set', 'one set', 'three set', 'two set'], 'the same');
      }
      await store.offer(['one'], 'set');
      same(await codes(), ['made set', 'one set'], 'named no more');
      await store.offer(['two'], 'set');
      await store.enroll({ did: b.did, invitation: 'two' });
    },
  },
  {
    name: 'what told of an account is out of the log while it is stopped, and its head is told anew when it comes back',
    async run({ store }) {
      const account = await MirroredAccount.kept(store, 1, 2);
      const { did } = account;
      const before = (await store.account(did))?.told;
      const log = async (): Promise<string[]> => (await store.read(0, { limit: 9, bytes: 1e9 })).map(({ type }) => type);
      same(await log(), ['#sync'], 'told');
      await store.update(did, { status: 'takendown' }, [{ type: '#account', did, body: { did, active: false } }]);
      same([await log(), (await store.account(did))?.told], [['#account'], before], 'stopped');
      const [, sync] = await store.update(did, { status: 'active' }, [{ type: '#account', did, body: { did, active: true } }, account.syncEvent()]);
      same([await log(), (await store.account(did))?.told], [['#account', '#account', '#sync'], { seq: sync!.seq, time: sync!.time }], 'back');
    },
  },
  {
    name: 'terms are put in the place of those that were there, and stay for an account that leaves, as does what was decided of it',
    async run({ store }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.make(store, 2)];
      same((await store.account(a.did))?.terms, {}, 'before');
      await store.setTerms(a.did, { repoBytes: 1, until: 2 });
      same((await store.account(a.did))?.terms, { repoBytes: 1, until: 2 }, 'set');
      await store.setTerms(a.did, { blobBytes: 3, writesPerHour: 4 });
      same((await store.account(a.did))?.terms, { blobBytes: 3, writesPerHour: 4 }, 'replaced');
      await refused(store.setTerms(b.did, {}), 'AccountMissing');
      await store.remove(a.did);
      await refused(store.setTerms(a.did, {}), 'AccountMissing');
      same((await store.account(a.did))?.held, undefined, 'nothing was decided');
      same((await store.enroll({ did: a.did })).terms, { blobBytes: 3, writesPerHour: 4 }, 'begun anew');
      for (const status of ['suspended', 'takendown'] as const) {
        await store.update(a.did, { status });
        await store.remove(a.did);
        same((await store.account(a.did))?.held, status, 'decided');
        await store.release(a.did);
        same((await store.account(a.did))?.held, undefined, 'released');
        await store.enroll({ did: a.did });
      }
      await store.update(a.did, { status: 'takendown' });
      await store.remove(a.did);
      same((await store.enroll({ did: a.did })).held, undefined, 'of one that is here its status tells');
    },
  },
  {
    name: 'that only the end of its time has an account suspended is kept, also when it leaves, until it stands otherwise or begins anew',
    async run({ store }) {
      const { did } = await MirroredAccount.kept(store, 1);
      const isOver = async (): Promise<boolean | undefined> => (await store.account(did))?.isOver;
      same(await isOver(), undefined, 'before');
      await store.update(did, { status: 'suspended', isOver: true });
      same(await isOver(), true, 'over');
      await store.setTerms(did, { until: 2 });
      await store.update(did, { signingKey: 'did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv' });
      same(await isOver(), true, 'changed otherwise');
      await store.update(did, { status: 'suspended' });
      same(await isOver(), undefined, 'decided');
      await store.update(did, { status: 'suspended', isOver: true });
      await store.update(did, { status: 'active' });
      same(await isOver(), undefined, 'back');
      await store.update(did, { status: 'suspended', isOver: true });
      await store.remove(did);
      same([await isOver(), (await store.account(did))?.held], [true, 'suspended'], 'left');
      await store.release(did);
      same([await isOver(), (await store.account(did))?.held], [undefined, undefined], 'released');
      await store.enroll({ did });
      await store.update(did, { status: 'suspended', isOver: true });
      await store.remove(did);
      same((await store.enroll({ did })).isOver, undefined, 'begun anew');
    },
  },
];
