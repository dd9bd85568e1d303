import { datetimeFromMs, TidClock, tidTime } from '../../protocol/index.ts';
import type { Cid, Nsid, Tid } from '../../protocol/index.ts';
import { blobsNamedIn, diffTrees, NodeSource, readerOver, Repository, Tree } from '../../repo/index.ts';
import type { BlockReader, CommitResult, Operation, Write } from '../../repo/index.ts';
import type { House } from '../house.ts';
import type { CollectionCount } from '../ports/account.ts';
import type { CommitChange } from '../ports/house-store.ts';
import type { Conflict, Notice, PairedMirror } from '../ports/paired-mirror.ts';
import { outgoingOf } from '../write/outgoing.ts';
import { alarmOf, NOTICES } from './alarms.ts';
import type { ForeignCopy } from './foreign-copy.ts';
import type { PairedAccount } from './paired.ts';
import { ownWritesOn, recordBytes, writesOf } from './pending-writes.ts';
import type { Pending } from './pending-writes.ts';
import { EVERY_REV } from './sign-anew.ts';

/** What goes into one commit at most: operations, and bytes of records. */
const PART = { writes: 200, bytes: 1_000_000 };

/** So many are kept until their owner looks. */
const MOST_CONFLICTS = 200;

type Sized = Awaited<ReturnType<typeof writesOf>>[number];

/**
 * Makes what another house wrote the state here, and does on top of it what was written here since the last receipt, signed
 * again. What waited is let go first, then all of that is one transaction; a house that is stopped in between finds out when it
 * meets the mirror next. On a record that both changed what was written here wins, unless a mirror of before has confirmed that; the other
 * version goes into the history, and the owner is told. Without anything to do the head is the other house's. Call it under the lock of the account.
 */
export async function goOnFrom(house: House, account: PairedAccount, { commit: from, blocks, tally }: ForeignCopy): Promise<CommitChange> {
  const { did, head, mirror } = account;
  const { store, now } = house;
  const reader = readerOver(blocks, store.reader(did));
  const source = new NodeSource(reader, house.nodes);
  const theirs = new Repository(from, new Tree(source, from.data));
  const { pending, yielded } = await ownWritesOn(store, account, { ours: new Tree(source, head.data), theirs: theirs.tree });
  const results: CommitResult[] = [];
  for (const part of inParts(await writesOf(pending, reader))) {
    const result = await (results.at(-1)?.repository ?? theirs).write(part, await authorOf(house, account));
    for (const { cid, bytes } of result.newBlocks) blocks.set(cid, bytes);
    results.push(result);
  }
  const deadBlocks = [head.cid, ...bury(results, blocks)];
  const { cid, rev, data } = results.at(-1)?.commit ?? from;
  const operations: Operation[] = [];
  for await (const operation of diffTrees({ source, root: head.data }, { source, root: data })) operations.push(operation);
  const { previous, blobs } = await recordsOf(operations, pending, reader);
  const [only, ...more] = results;
  const change: CommitChange = {
    did, expected: head.cid, head: { cid, rev, data }, time: datetimeFromMs(now()), deadBlocks, operations, previous, blobs,
    own: results.flatMap((result) => result.operations),
    newBlocks: [...blocks.entries()].map(([key, bytes]) => ({ cid: key, bytes })),
    collections: await countsOf(account, tally.collections, pending, reader),
    // Several commits cannot wait for what one transaction has to make true: they go as one repository.
    ...(only !== undefined && more.length === 0 && { outgoing: outgoingOf(only, blobs, now()) }),
  };
  const conflicts: readonly Conflict[] = [
    ...pending.filter(({ isConflict }) => isConflict).map(({ path }) => ({ rev, path })), ...yielded.map((path) => ({ rev, path, isTheirs: true })),
  ];
  const told: PairedMirror = { ...mirror, ...(conflicts.length > 0 && { notice: conflictNotice(house, mirror, rev, conflicts) }) };
  await store.update(did, { mirror: told }, EVERY_REV);
  await store.commit(change);
  // Only now: before, what is here was not made on it, and would have replaced it.
  await store.update(did, { mirror: { ...told, builtOn: from.cid } });
  return change;
}

/** Tells of conflicts, those before included that the owner has not looked at. */
function conflictNotice(house: House, { notice }: PairedMirror, rev: Tid, news: readonly Conflict[]): Notice {
  const before = (notice?.conflicts ?? []).filter(({ path }) => !news.some((each) => each.path === path));
  const unlisted = notice?.unlisted ?? 0;
  // The new ones first: those before may have been seen.
  const all = [...news, ...before];
  const conflicts = all.slice(0, MOST_CONFLICTS).sort((a, b) => (a.path < b.path ? -1 : 1));
  const more = all.length - conflicts.length + unlisted;
  const words = NOTICES.conflict(conflicts, more);
  return { ...alarmOf(house, 'conflict' as const, words, rev), conflicts, ...(more > 0 && { unlisted: more }) };
}

/** With revs by the mirror's clock, where that is not later than the one here, and after those that are here, unless these are dated ahead. */
async function authorOf({ signers, now }: House, account: PairedAccount): Promise<{ readonly signer: Awaited<ReturnType<House['signers']['of']>>; readonly clock: TidClock }> {
  const present = now() - Math.max(0, account.mirror.clockAheadMs ?? 0);
  const last = tidTime(account.head.rev) / 1000;
  const isAhead = last > present + 30_000;
  return { signer: await signers.of(account), clock: new TidClock({ now: () => (isAhead ? present : Math.max(present, last + 1)) }) };
}

function inParts(writes: readonly Sized[]): readonly (readonly Write[])[] {
  const parts: Write[][] = [];
  let size = 0;
  for (const { write, bytes } of writes) {
    const last = parts.at(-1);
    if (last === undefined || last.length >= PART.writes || size + bytes > PART.bytes) {
      parts.push([write]);
      size = bytes;
    } else {
      last.push(write);
      size += bytes;
    }
  }
  return parts;
}

/** Takes out of the blocks what did not live until the last commit; gives what died of those that are stored. */
function bury(results: readonly CommitResult[], blocks: ForeignCopy['blocks']): readonly Cid[] {
  const dead: Cid[] = [];
  for (const { newBlocks, deadBlocks } of results) {
    for (const cid of deadBlocks) if (!blocks.delete(cid)) dead.push(cid);
    // What died and is made again lives.
    for (const { cid, bytes } of newBlocks) blocks.set(cid, bytes);
  }
  return dead;
}

async function recordsOf(
  operations: readonly Operation[], pending: readonly Pending[], reader: BlockReader,
): Promise<Pick<CommitChange, 'previous'> & { readonly blobs: ReadonlyMap<string, readonly Cid[]> }> {
  const previous = new Map<string, Uint8Array>();
  const blobs = new Map<string, readonly Cid[]>();
  for (const { path, cid, prev } of operations) {
    if (prev !== undefined) previous.set(path, await recordBytes(reader, prev, path));
    blobs.set(path, cid === null ? [] : blobsNamedIn(await recordBytes(reader, cid, path)));
  }
  // The version that lost, which was never here.
  for (const { path, theirs, isConflict } of pending) {
    if (isConflict && theirs !== null) previous.set(path, await recordBytes(reader, theirs, path));
  }
  return { previous, blobs };
}

/** Of all collections: what the other house had, and what was done on top of it. */
async function countsOf(
  { collections }: PairedAccount, theirs: ReadonlyMap<Nsid, CollectionCount>, pending: readonly Pending[], reader: BlockReader,
): Promise<ReadonlyMap<Nsid, CollectionCount>> {
  const counts = new Map<Nsid, CollectionCount>([...collections.keys()].map((name) => [name, { records: 0, bytes: 0 }]));
  for (const [name, count] of theirs) counts.set(name, count);
  for (const { path, ours, theirs: before } of pending) {
    const collection = path.slice(0, path.indexOf('/')) as Nsid;
    const { records, bytes } = counts.get(collection) ?? { records: 0, bytes: 0 };
    const size = async (cid: Cid | null): Promise<number> => (cid === null ? 0 : (await recordBytes(reader, cid, path)).length);
    counts.set(collection, {
      records: records + (ours === null ? 0 : 1) - (before === null ? 0 : 1),
      bytes: Math.max(0, bytes + await size(ours) - await size(before)),
    });
  }
  return counts;
}
