import { cidOf, decodeFrame, parseHandle, parseTid } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import type { Block } from '../repo/index.ts';
import { MirrorStoreError } from '../mirroring/index.ts';
import type { CopyChange, MirrorStore, MirrorStoreFault, StoredEvent } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, has, lacks, same } from './contract-checks.ts';
import { mirrorAlertsContract } from './mirror-alerts-contract.ts';
import { mirrorKitsContract } from './mirror-kits-contract.ts';
import { mirrorLettingsContract } from './mirror-lettings-contract.ts';
import { mirrorHostsContract } from './mirror-hosts-contract.ts';
import { mirrorStandbyContract } from './mirror-standby-contract.ts';
import { mirrorWatchContract } from './mirror-watch-contract.ts';
import { MirroredAccount } from './mirrored-account.ts';
import { createOf, pathOf, TEST_COLLECTION } from './test-account.ts';

/** A store, and the clock that it goes by. */
export interface MirrorUnderTest {
  readonly store: MirrorStore;
  /** Milliseconds since 1970; a case may set it. */
  readonly clock: { ms: number };
}

const HOUR_MS = 3_600_000;
const ALL = { limit: 1_000, bytes: 1e9 };
const HANDLE = parseHandle('ann.mirror.test');

/** What every adapter of `MirrorStore` promises. Each case wants an empty store of its own, at any time of the clock. */
export const mirrorStoreContract: readonly ContractCase<MirrorUnderTest>[] = [
  ...mirrorWatchContract,
  ...mirrorKitsContract,
  ...mirrorAlertsContract,
  ...mirrorLettingsContract,
  ...mirrorStandbyContract,
  ...mirrorHostsContract,
  {
    name: 'enrolls an account, pairing and empty, and knows no other',
    async run({ store, clock }) {
      const { did } = await MirroredAccount.make(store);
      same(await store.account(did), undefined, 'before');
      const account = await store.enroll({ did, handle: HANDLE });
      same(account, { did, handle: HANDLE, status: 'pairing', createdAt: clock.ms, collections: new Map(), bytes: 0, terms: {} }, 'account');
      same([await store.account(did), await store.accountNamed(HANDLE)], [account, account], 'account again');
      await refused(store.enroll({ did }), 'AccountExists');
      const other = await MirroredAccount.make(store, 2);
      await refused(store.enroll({ did: other.did, handle: HANDLE }), 'HandleTaken');
      same([await store.account(other.did), await store.lastSeq()], [undefined, 0], 'what was refused');
      for (const work of [
        () => store.update(other.did, { status: 'active' }), () => store.copy(other.did), () => store.remove(other.did),
      ]) await refused(work(), 'AccountMissing');
    },
  },
  {
    name: 'changes details, and gives and takes handles',
    async run({ store }) {
      const [a, b] = [await MirroredAccount.kept(store, 1, 3), await MirroredAccount.kept(store, 2)];
      await store.update(a.did, { handle: HANDLE });
      await store.update(a.did, { status: 'takendown' });
      const account = await store.account(a.did);
      same([account?.handle, account?.status, account?.signingKey], [HANDLE, 'takendown', a.signingKey], 'details');
      await store.update(a.did, { handle: HANDLE });
      await refused(store.update(b.did, { handle: HANDLE, status: 'suspended' }), 'HandleTaken');
      same((await store.account(b.did))?.status, 'active', 'status of the refused');
      await store.update(a.did, { handle: undefined });
      same([(await store.account(a.did))?.handle, await store.accountNamed(HANDLE)], [undefined, undefined], 'handle');
      await store.update(b.did, { handle: HANDLE });
      same((await store.accountNamed(HANDLE))?.did, b.did, 'its next bearer');
    },
  },
  {
    name: 'lists accounts by their DID, in pages, deleted ones too',
    async run({ store }) {
      const all = [];
      for (const seed of [3, 1, 4, 2]) all.push((await MirroredAccount.kept(store, seed)).did);
      await store.remove(all[1]!);
      const sorted = all.sort();
      const first = await store.accounts({ limit: 3 });
      same(first.map(({ did }) => did), sorted.slice(0, 3), 'first page');
      same((await store.accounts({ limit: 3, after: sorted[2]! })).map(({ did }) => did), sorted.slice(3), 'second page');
      same(first.filter(({ status }) => status === 'deleted').length, 1, 'deleted');
    },
  },
  {
    name: 'commits blocks, head, counts and events at once',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store, 1, 3);
      const before = (await store.account(account.did))!;
      clock.ms += 5;
      const { result, events } = await account.write(store, [createOf(7, 'seven'), { action: 'delete', path: pathOf(0) }, createOf(8, 'eight')]);
      const after = (await store.account(account.did))!;
      const { cid, rev, data } = result.commit;
      same(after.head, { cid, rev, data }, 'head');
      same(after.collections, new Map([[TEST_COLLECTION, 4]]), 'counts');
      same(after.told, { seq: events[0]!.seq, time: clock.ms }, 'told');
      const dead = await store.reader(account.did).read(result.deadBlocks);
      same(after.bytes, before.bytes + sizeOf(result.newBlocks) - dead.reduce((sum, bytes) => sum + bytes!.length, 0), 'bytes');
      await has(store.reader(account.did), result.newBlocks, 'after the commit');
      same(await store.eventOf(account.did, cid), after.told, 'event of the commit');
    },
  },
  {
    name: 'leaves a collection without records out',
    async run({ store }) {
      const account = await MirroredAccount.kept(store, 1, 1);
      await account.write(store, [{ action: 'delete', path: pathOf(0) }]);
      same((await store.account(account.did))?.collections, new Map(), 'counts');
    },
  },
  {
    name: 'takes a commit on the head alone, and does nothing of another',
    async run({ store }) {
      const account = await MirroredAccount.kept(store, 1, 3);
      const [first, rival] = [await account.change([createOf(7, 'a')]), await account.change([createOf(8, 'b')])];
      await store.commit(first.change);
      const [before, seq] = [await store.account(account.did), await store.lastSeq()];
      await refused(store.commit(rival.change), 'HeadMoved');
      await refused(store.commit(first.change), 'HeadMoved');
      same([await store.account(account.did), await store.lastSeq()], [before, seq], 'what was refused');
      await lacks(store.reader(account.did), [rival.result.commit.cid], 'after it was refused');
      const { did } = await MirroredAccount.make(store, 9);
      await refused(store.commit({ ...rival.change, did }), 'AccountMissing');
      await store.enroll({ did });
      await refused(store.commit({ ...rival.change, did }), 'HeadMoved');
    },
  },
  {
    name: 'gives events greater numbers, whatever the clock does',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store);
      const start = clock.ms;
      const seqs: number[] = [];
      for (const [index, time] of [start + 10, start + 10, start - 60_000, start + 20].entries()) {
        clock.ms = time;
        seqs.push((await account.write(store, [createOf(index, 'a')])).events[0]!.seq);
      }
      const first = (start + 10) * 1000;
      same(seqs, [first, first + 1, first + 2, (start + 20) * 1000], 'numbers');
      same(await store.lastSeq(), seqs[3], 'last');
      const { events } = await account.write(store, [createOf(9, 'a')], { events: [account.syncEvent(), account.syncEvent()] });
      same(events.map(({ seq }) => seq), [seqs[3]! + 1, seqs[3]! + 2], 'two at once');
    },
  },
  {
    name: 'keeps events to the byte, and gives them in order, by number and by size',
    async run({ store }) {
      const [a, b] = [await MirroredAccount.kept(store, 1), await MirroredAccount.kept(store, 2)];
      const told: StoredEvent[] = [];
      for (let index = 0; index < 6; index++) told.push(...(await (index % 2 === 0 ? a : b).write(store, [createOf(index, 'x'.repeat(500))])).events);
      const all = await store.read(0, ALL);
      same(all.slice(2), told, 'events');
      for (const { frame, seq, type } of all) {
        const read = decodeFrame(frame);
        check(read.kind === 'message' && read.type === type && read.body['seq'] === seq, 'a frame does not say its number and type');
      }
      same((await store.read(told[1]!.seq, ALL)).map(({ seq }) => seq), told.slice(2).map(({ seq }) => seq), 'after one');
      same(await store.read(told[5]!.seq, ALL), [], 'after the last');
      same((await store.read(0, { ...ALL, limit: 3 })).length, 3, 'by number');
      const two = told[0]!.frame.length + told[1]!.frame.length;
      const from = all[1]!.seq;
      same((await store.read(from, { limit: 9, bytes: two })).length, 2, 'by size');
      same((await store.read(from, { limit: 9, bytes: two - 1 })).length, 1, 'by a size that is not enough');
      same((await store.read(from, { limit: 9, bytes: 1 })).length, 1, 'one at least');
    },
  },
  {
    name: 'tells of a head by the first event that did',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store);
      const { result } = await account.write(store, [createOf(1, 'a')], { events: [] });
      same((await store.account(account.did))?.told, undefined, 'told of nothing');
      same(await store.eventOf(account.did, result.commit.cid), undefined, 'event of nothing');
      const [event] = await store.update(account.did, {}, [account.syncEvent()]);
      clock.ms += 1000;
      await store.update(account.did, {}, [account.syncEvent()]);
      const told = { seq: event!.seq, time: event!.time };
      same([(await store.account(account.did))?.told, await store.eventOf(account.did, result.commit.cid)], [told, told], 'told');
    },
  },
  {
    name: 'keeps dead blocks for an hour, for those who read while they die',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store, 1, 20);
      const { cid } = account.repository.commit;
      const { result } = await account.write(store, [createOf(30, 'a')]);
      clock.ms += HOUR_MS - 1;
      await store.maintain(0);
      check((await store.reader(account.did).read([cid]))[0] !== undefined, 'a block is gone too soon');
      clock.ms += 2;
      await store.maintain(0);
      await lacks(store.reader(account.did), result.deadBlocks, 'after an hour');
      await has(store.reader(account.did), result.newBlocks, 'after an hour');
    },
  },
  {
    name: 'lets a dead block live that is put again',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store, 1, 20);
      const bytes = (await store.account(account.did))!.bytes;
      const { change } = await account.change([createOf(30, 'a')]);
      const block = account.test.first.newBlocks.at(-1)!;
      await store.commit({ ...change, deadBlocks: [block.cid], newBlocks: [] });
      same((await store.account(account.did))?.bytes, bytes - block.bytes.length, 'bytes while it is dead');
      await store.commit(next(change, { deadBlocks: [], newBlocks: [block] }, 'a'));
      same((await store.account(account.did))?.bytes, bytes, 'bytes when it lives again');
      const both = next(change, { deadBlocks: [block.cid], newBlocks: [block] }, 'b');
      await store.commit({ ...both, expected: cidOf(Uint8Array.of(1)) }).catch(() => undefined);
      await store.commit({ ...both, expected: next(change, {}, 'a').head.cid });
      clock.ms += 2 * HOUR_MS;
      await store.maintain(0);
      await has(store.reader(account.did), [block], 'after two hours');
      same((await store.account(account.did))?.bytes, bytes, 'bytes at the end');
    },
  },
  {
    name: 'gives the blocks that came after a rev and live',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store, 1, 20);
      const { rev: first } = account.repository.commit;
      const second = (await account.write(store, [createOf(30, 'a')])).result;
      clock.ms += 120_000;
      const third = (await account.write(store, [createOf(31, 'b')])).result;
      const living = (blocks: readonly Block[]): Block[] => blocks.filter(({ cid }) => !third.deadBlocks.some((dead) => dead.equals(cid)));
      await gives(store, account, second.commit.rev, third.newBlocks);
      await gives(store, account, third.commit.rev, []);
      const since = await newerThan(store, account, first);
      for (const { cid } of [...living(second.newBlocks), ...third.newBlocks]) check(since.has(cid.toString()), 'a block is missing');
      check(since.has(second.commit.cid.toString()), 'what died a moment ago is missing');
      clock.ms += 120_000;
      await gives(store, account, first, [...living(second.newBlocks), ...third.newBlocks]);
    },
  },
  {
    name: 'shows nothing of a copy until it is adopted',
    async run({ store }) {
      const account = await MirroredAccount.make(store, 1, 20);
      const { first } = account.test;
      await store.enroll({ did: account.did });
      const writer = await store.copy(account.did);
      await writer.add(first.newBlocks);
      await lacks(store.reader(account.did), first.newBlocks.map(({ cid }) => cid), 'before');
      same([(await store.account(account.did))?.bytes, (await store.account(account.did))?.head], [0, undefined], 'account before');
      const adopt = { expected: undefined, head: first.commit, signingKey: account.signingKey, collections: new Map([[TEST_COLLECTION, 20]]) };
      await refused(writer.adopt({ ...adopt, expected: first.commit.cid, events: [account.syncEvent()] }), 'HeadMoved');
      same(await store.lastSeq(), 0, 'events of what was refused');
      const [event] = await writer.adopt({ ...adopt, events: [account.syncEvent()] });
      await has(store.reader(account.did), first.newBlocks, 'after');
      const kept = (await store.account(account.did))!;
      same([kept.bytes, kept.collections, kept.signingKey, kept.told?.seq], [
        sizeOf(first.newBlocks), adopt.collections, account.signingKey, event!.seq,
      ], 'account after');
      await writer.discard();
      await has(store.reader(account.did), first.newBlocks, 'after what is adopted was discarded');
    },
  },
  {
    name: 'discards what was taken in aside',
    async run({ store }) {
      const account = await MirroredAccount.kept(store, 1, 20);
      const writer = await store.copy(account.did);
      const { result } = await account.change([createOf(30, 'a')]);
      await writer.add(result.newBlocks);
      await writer.discard();
      await lacks(store.reader(account.did), [result.commit.cid], 'after');
      await has(store.reader(account.did), account.test.first.newBlocks, 'after');
    },
  },
  {
    name: 'puts a copy in the place of another: what was there keeps its rev, what is gone stays for an hour',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store, 1, 20);
      const { first } = account.test;
      const { result } = await account.change([createOf(30, 'a')]);
      const kept = first.newBlocks.filter(({ cid }) => !result.deadBlocks.some((dead) => dead.equals(cid)));
      const writer = await store.copy(account.did);
      await writer.add([...kept, ...result.newBlocks]);
      await writer.adopt({
        expected: first.commit.cid, head: result.commit, signingKey: account.signingKey, collections: new Map([[TEST_COLLECTION, 21]]), events: [],
      });
      await has(store.reader(account.did), first.newBlocks, 'while the old is kept');
      const all = await newerThan(store, account, parseTid('2222222222222'));
      check(all.has(first.commit.cid.toString()), 'what was replaced a moment ago is missing');
      same(all.size, first.newBlocks.length + result.newBlocks.length, 'blocks of old and new');
      clock.ms += 120_000;
      await gives(store, account, first.commit.rev, result.newBlocks);
      clock.ms += HOUR_MS;
      await store.maintain(0);
      await lacks(store.reader(account.did), result.deadBlocks, 'after an hour');
      await has(store.reader(account.did), [...kept, ...result.newBlocks], 'after an hour');
      same((await store.account(account.did))?.bytes, sizeOf([...kept, ...result.newBlocks]), 'bytes');
    },
  },
  {
    name: 'removes an account with all that it told of commits, and lets it begin anew',
    async run({ store }) {
      const [gone, other] = [await MirroredAccount.kept(store, 1, 20), await MirroredAccount.kept(store, 2, 5)];
      await store.update(gone.did, { handle: HANDLE }, [{ type: '#identity', did: gone.did, body: { did: gone.did } }]);
      const late = await store.copy(gone.did);
      const { result } = await gone.write(store, [createOf(30, 'a')]);
      await other.write(store, [createOf(30, 'a')]);
      await store.remove(gone.did, [{ type: '#account', did: gone.did, body: { did: gone.did, active: false, status: 'deleted' } }]);
      const account = (await store.account(gone.did))!;
      same([account.status, account.handle, account.bytes, account.told], ['deleted', undefined, 0, undefined], 'account');
      same(await store.accountNamed(HANDLE), undefined, 'its handle');
      await lacks(store.reader(gone.did), [...gone.test.first.newBlocks, ...result.newBlocks].map(({ cid }) => cid), 'after');
      const events = (await store.read(0, ALL)).map(({ did, type }) => [did, type]);
      same(events, [[other.did, '#sync'], [gone.did, '#identity'], [other.did, '#commit'], [gone.did, '#account']], 'events');
      same([await store.prunedSeq(), await store.eventOf(gone.did, result.commit.cid)], [0, undefined], 'what is known of them');
      for (const work of [() => late.add(result.newBlocks), () => store.remove(gone.did), () => store.update(gone.did, { handle: HANDLE })]) {
        await refused(work(), 'AccountMissing');
      }
      const anew = await store.enroll({ did: gone.did, handle: HANDLE });
      same([anew.status, anew.head, anew.signingKey], ['pairing', undefined, undefined], 'anew');
      await lacks(store.reader(gone.did), result.newBlocks.map(({ cid }) => cid), 'anew');
      await gone.handOver(store, { expected: undefined });
      await has(store.reader(gone.did), gone.test.first.newBlocks, 'handed over anew');
      await has(store.reader(other.did), other.test.first.newBlocks.slice(-3), 'of the other');
    },
  },
  {
    name: 'notes a token once, until it has expired',
    async run({ store, clock }) {
      const [a, b] = [await MirroredAccount.make(store, 1), await MirroredAccount.make(store, 2)];
      const exp = Math.floor(clock.ms / 1000) + 60;
      same([await store.once(a.did, 'x', exp), await store.once(a.did, 'x', exp), await store.once(b.did, 'x', exp), await store.once(a.did, 'y', exp)],
        [true, false, true, true], 'noted');
      await store.maintain(0);
      same(await store.once(a.did, 'x', exp), false, 'before it has expired');
      clock.ms += 62_000;
      await store.maintain(0);
      same(await store.once(a.did, 'x', exp), true, 'long after');
    },
  },
  {
    name: 'keeps the first value of a fact',
    async run({ store }) {
      const lent = Uint8Array.of(9, 1, 2, 9);
      same(await store.firstFact('key', lent.subarray(1, 3)), Uint8Array.of(1, 2), 'first');
      lent.fill(0);
      same([await store.firstFact('key', Uint8Array.of(3)), await store.firstFact('other', Uint8Array.of(4))], [Uint8Array.of(1, 2), Uint8Array.of(4)], 'then');
    },
  },
  {
    name: 'prunes old events, and never uses their numbers again',
    async run({ store, clock }) {
      const account = await MirroredAccount.kept(store);
      const old = await account.write(store, [createOf(1, 'a')]);
      clock.ms += HOUR_MS;
      const { rev } = account.repository.commit;
      await store.maintain(clock.ms - 1000);
      same(await store.read(0, ALL), [], 'events');
      const { seq } = old.events[0]!;
      same([await store.lastSeq(), await store.prunedSeq()], [seq, seq], 'numbers');
      same(await store.eventOf(account.did, old.result.commit.cid), { seq, time: old.events[0]!.time }, 'event of the head');
      clock.ms -= 2 * HOUR_MS;
      const { events } = await account.write(store, [createOf(2, 'b')]);
      same([events[0]!.seq, rev < account.repository.commit.rev], [seq + 1, true], 'the next');
      await store.maintain(0);
      same([(await store.read(0, ALL)).length, await store.prunedSeq()], [1, seq], 'what is young');
    },
  },
  {
    name: 'keeps its own copy of what it is given',
    async run({ store }) {
      const account = await MirroredAccount.kept(store, 1, 3);
      const { change } = await account.change([createOf(7, 'a')]);
      const lent = change.newBlocks.map(({ cid, bytes }) => ({ cid, bytes: bytes.slice() }));
      const [event] = await store.commit({ ...change, newBlocks: lent });
      const frame = event!.frame.slice();
      for (const { bytes } of lent) bytes.fill(0);
      event!.frame.fill(0);
      await has(store.reader(account.did), change.newBlocks, 'after what was lent is gone');
      same((await store.read(event!.seq - 1, ALL))[0]!.frame, frame, 'frame');
    },
  },
];

/** A commit after `change` that no engine made. */
function next(change: CopyChange, more: Partial<CopyChange>, name: string): CopyChange {
  const rev = `${change.head.rev.slice(0, -1)}${name}` as Tid;
  return { ...change, expected: change.head.cid, head: { ...change.head, rev, cid: cidOf(new TextEncoder().encode(name)) }, events: [], ...more };
}

async function newerThan(store: MirrorStore, { did }: MirroredAccount, rev: Tid): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const blocks of store.blocksSince(did, rev)) for (const { cid } of blocks) found.add(cid.toString());
  return found;
}

async function gives(store: MirrorStore, account: MirroredAccount, rev: Tid, blocks: readonly Block[]): Promise<void> {
  same([...await newerThan(store, account, rev)].sort(), blocks.map(({ cid }) => cid.toString()).sort(), `blocks since ${rev}`);
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

async function refused(work: Promise<unknown>, fault: MirrorStoreFault): Promise<void> {
  const outcome = await work.then(() => 'nothing', (error: unknown) => (error instanceof MirrorStoreError ? error.code : String(error)));
  check(outcome === fault, `expected ${fault}, got ${outcome}`);
}
