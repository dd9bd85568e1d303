import type { Alarm, AlertWay, DueAlarm } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, same } from './contract-checks.ts';
import type { MirrorUnderTest } from './mirror-store-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';

const PACE = { most: 10, since: 0 };
const operation = (about: string): Alarm => ({ kind: 'operation', about, at: 7 });
const webhook = (id: string, createdAt = 1): AlertWay => ({ id, createdAt, to: { kind: 'webhook', url: `https://${id}.test/`, secret: `secret of ${id}` } });
const email = (id: string, createdAt = 2): AlertWay => ({ id, createdAt, to: { kind: 'email', address: `${id}@mail.test` } });
const push = (id: string, createdAt = 3): AlertWay => ({ id, createdAt, to: { kind: 'push', endpoint: `https://push.test/${id}`, p256dh: `key of ${id}`, auth: 'auth', name: 'A browser' } });
const waiting = (way: AlertWay): AlertWay => ({ ...way, awaited: { hash: Uint8Array.of(1, 2), until: 9, tries: 0 } });
const told = (due: readonly DueAlarm[]): unknown => due.map(({ way, alarm, tries }) => [way.id, alarm.about, tries]);

/** What every adapter of `MirrorStore` promises of how owners are told. */
export const mirrorAlertsContract: readonly ContractCase<MirrorUnderTest>[] = [
  {
    name: 'keeps three webhooks and addresses to tell the owner of an account, of each by itself, until they are taken away or the account goes',
    async run({ store, store: { alerts } }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.kept(store, 2)];
      same(await alerts.ways(a.did), [], 'before');
      const ways = [webhook('w1', 1), waiting(email('e1', 2)), email('e2', 3)];
      for (const way of [ways[2]!, ways[0]!, ways[1]!]) same(await alerts.addWay(a.did, way), true, way.id);
      same(await alerts.addWay(a.did, webhook('w2')), false, 'one too many');
      same([await alerts.ways(a.did), await alerts.ways(b.did)], [ways, []], 'ways');
      await alerts.removeWay(b.did, 'w1');
      same((await alerts.ways(a.did)).length, 3, 'another account has nothing to take away');
      for (let times = 0; times < 2; times++) await alerts.removeWay(a.did, 'w1');
      same(await alerts.ways(a.did), ways.slice(1), 'after one was taken away');
      await store.remove(a.did);
      same(await alerts.ways(a.did), [], 'of the account that is gone');
      const outcome = await alerts.addWay(a.did, webhook('w3')).then(() => 'nothing', (error: { readonly code?: string }) => error.code);
      check(outcome === 'AccountMissing', `expected AccountMissing, got ${outcome}`);
      await store.enroll({ did: a.did });
      same(await alerts.ways(a.did), [], 'of the account that came back');
    },
  },
  {
    name: 'counts the tries at a code until it has come back, of its own account only',
    async run({ store, store: { alerts } }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.kept(store, 2)];
      const way = waiting(email('e1'));
      await alerts.addWay(a.did, way);
      same([await alerts.tryCode(b.did, 'e1'), await alerts.tryCode(a.did, 'e9')], [undefined, undefined], 'of somebody else, of none');
      await alerts.confirmWay(b.did, 'e1');
      same([await alerts.tryCode(a.did, 'e1'), (await alerts.tryCode(a.did, 'e1'))?.awaited?.tries], [way, 1], 'tries');
      await alerts.confirmWay(a.did, 'e1');
      same([await alerts.ways(a.did), await alerts.tryCode(a.did, 'e1')], [[email('e1')], undefined], 'confirmed');
    },
  },
  {
    name: 'has an alarm told once in every way that waits for no code, when it is due, until it was told',
    async run({ store, store: { alerts } }) {
      const { did } = await MirroredAccount.kept(store, 1);
      same([await alerts.raise(did, operation('a'), 5, PACE), await alerts.nextDue()], [false, undefined], 'without a way');
      for (const way of [webhook('w1'), email('e1'), waiting(email('e2'))]) await alerts.addWay(did, way);
      same([await alerts.raise(did, operation('b'), 9, PACE), await alerts.raise(did, operation('a'), 5, PACE), await alerts.raise(did, operation('a'), 4, PACE)], [true, true, false], 'once each');
      same([await alerts.nextDue(), told(await alerts.due(4, 9)), told(await alerts.due(8, 9))], [5, [], [['e1', 'a', 0], ['w1', 'a', 0]]], 'due');
      same(told(await alerts.due(9, 3)), [['e1', 'a', 0], ['w1', 'a', 0], ['e1', 'b', 0]], 'some of them');
      const [first, second] = await alerts.due(9, 2);
      same(first, { did, way: email('e1'), alarm: operation('a'), tries: 0 }, 'what is told');
      await alerts.settle(first!, true);
      await alerts.putOff(second!, 20);
      same(told(await alerts.due(30, 9)), [['e1', 'b', 0], ['w1', 'b', 0], ['w1', 'a', 1]], 'told, and put off');
      same(await alerts.raise(did, operation('a'), 5, PACE), false, 'what was told stays told');
      await alerts.removeWay(did, 'w1');
      same(told(await alerts.due(30, 9)), [['e1', 'b', 0]], 'without the way');
      await store.remove(did);
      same([await alerts.due(30, 9), await alerts.nextDue()], [[], undefined], 'without the account');
    },
  },
  {
    name: 'keeps five browsers beside these, puts one in the place of another with what it is still to be told, and tells a lost one nothing',
    async run({ store, store: { alerts } }) {
      const { did } = await MirroredAccount.kept(store, 1);
      const ids = ['p1', 'p2', 'p3', 'p4', 'p5'];
      for (const id of ['w1', 'w2', 'w3']) await alerts.addWay(did, webhook(id));
      for (const id of ids) same(await alerts.addWay(did, push(id)), true, id);
      same([await alerts.addWay(did, push('p6')), await alerts.addWay(did, webhook('w4'))], [false, false], 'one too many');
      for (const id of ['w1', 'w2', 'w3', ...ids.slice(2)]) await alerts.removeWay(did, id);
      await alerts.raise(did, operation('a'), 5, PACE);
      same([await alerts.addWay(did, push('p7', 4), 'p1'), await alerts.addWay(did, push('p2', 5), 'p2')], [true, true], 'in the place of others');
      same(await alerts.ways(did), [push('p7', 4), push('p2', 5)], 'ways');
      same(told(await alerts.due(9, 9)), [['p2', 'a', 0], ['p7', 'a', 0]], 'still to be told');
      same((await alerts.due(9, 9))[1]?.way, push('p7', 4), 'where it is told');
      await alerts.loseWay(did, 'p7', 8);
      await alerts.loseWay(did, 'p1', 8);
      same([await alerts.ways(did), told(await alerts.due(9, 9))], [[{ ...push('p7', 4), lostAt: 8 }, push('p2', 5)], [['p2', 'a', 0]]], 'after one was lost');
      await alerts.raise(did, operation('b'), 5, PACE);
      same(told(await alerts.due(9, 9)), [['p2', 'a', 0], ['p2', 'b', 0]], 'a lost one is told nothing');
      same([await alerts.addWay(did, push('p7', 4), 'p7'), (await alerts.ways(did))[0]], [true, push('p7', 4)], 'found again');
      await alerts.raise(did, operation('c'), 5, PACE);
      await alerts.putOff((await alerts.due(9, 9)).find(({ way, alarm }) => way.id === 'p7' && alarm.about === 'c')!, 7);
      same([await alerts.addWay(did, push('p7', 6), 'p2'), await alerts.ways(did)], [true, [push('p7', 6)]], 'in the place of another that is to be told the same');
      same(told(await alerts.due(9, 9)), [['p7', 'a', 0], ['p7', 'b', 0], ['p7', 'c', 1]], 'each of it once');
      same((await alerts.due(9, 9))[2]?.way, push('p7', 6), 'as it is now');
    },
  },
  {
    name: 'tells again what was over and came again, and of an account no more than its pace',
    async run({ store, store: { alerts }, clock }) {
      const { did } = await MirroredAccount.kept(store, 1);
      await alerts.addWay(did, webhook('w1'));
      const suspended: Alarm = { kind: 'suspended', about: '', at: 1 };
      await alerts.raise(did, suspended, 5, PACE);
      same(await alerts.calm(did, suspended), false, 'it was told nowhere');
      same([await alerts.due(9, 9), await alerts.raise(did, suspended, 5, PACE)], [[], true], 'again');
      const [due] = await alerts.due(9, 9);
      await alerts.settle(due!, false);
      same(await alerts.calm(did, suspended), false, 'it was given up');
      await alerts.raise(did, suspended, 5, PACE);
      await alerts.settle(due!, true);
      same([await alerts.calm(did, suspended, 'untold'), await alerts.raise(did, suspended, 5, PACE)], [true, false], 'what was told stays');
      same([await alerts.calm(did, suspended), await alerts.calm(did, suspended), await alerts.raise(did, suspended, 5, PACE)], [true, false, true], 'it was told');
      same([await alerts.calm(did, suspended, 'untold'), await alerts.nextDue(), await alerts.raise(did, suspended, 5, PACE)], [false, undefined, true], 'it was not, and is not');
      const pace = { most: 3, since: clock.ms - 1 };
      const raise = async (about: string) => alerts.raise(did, operation(about), 5, pace);
      same([await raise('a'), await raise('b')], [true, false], 'no more than three, with the one that was told and is over');
      same(await alerts.raise(did, operation('b'), 5, { ...pace, since: clock.ms }), true, 'later');
      await store.remove(did);
      await store.enroll({ did });
      await alerts.addWay(did, webhook('w1'));
      same([await raise('a'), await raise('b'), await raise('c')], [true, true, true], 'of the account that came back');
    },
  },
];
