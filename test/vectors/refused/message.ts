// A right `#commit` for the vectors to be wrong in one thing of.
import { TidClock } from '../../../src/protocol/index.ts';
import type { Cid, Tid } from '../../../src/protocol/index.ts';
import { carBytes, commitMessage, readCar, Repository } from '../../../src/repo/index.ts';
import type { Block, CommitMessage, CommitResult, Operation, RepoFault, Write } from '../../../src/repo/index.ts';
import { MemoryBlockStore } from '../../../src/storage/memory/index.ts';
import { DID, p256 } from '../../support/house.ts';
import { note, NOW, revOf, signedCommit } from '../../support/malformed.ts';
import { refused } from './vector.ts';
import type { CommitCase, FaultPlace } from './vector.ts';

/** A repository at one commit. */
export interface State {
  readonly repository: Repository;
  readonly store: MemoryBlockStore;
}

/** A commit with the message that tells of it, and what was before. */
export interface Change {
  readonly result: CommitResult;
  readonly message: CommitMessage;
  readonly previous: { readonly rev: Tid; readonly data: Cid };
}

export function create(rkey: string, words = `note ${rkey}`): Write {
  return { action: 'create', path: note(rkey), record: { $type: 'com.example.note', text: words } };
}

function authorAt(n: number): { readonly signer: typeof p256; readonly clock: TidClock } {
  return { signer: p256, clock: new TidClock({ clockId: 5, now: () => Date.UTC(2026, 0, 1) + n }) };
}

/** The first commit of a repository with these notes. */
export async function begin(rkeys: readonly string[]): Promise<State & { readonly result: CommitResult }> {
  const store = new MemoryBlockStore();
  const result = await Repository.create(store, DID, authorAt(0), rkeys.map((rkey) => create(rkey)));
  await store.apply({ put: result.newBlocks });
  return { repository: result.repository, store, result };
}

/** The next commit. Nothing is stored: a state can have many next ones. */
export async function change({ repository }: State, writes: readonly Write[]): Promise<Change> {
  const result = await repository.write(writes, authorAt(1));
  return { result, message: commitMessage(result, new Date(NOW)),
    previous: { rev: repository.rev, data: repository.tree.root } };
}

export const RKEYS = ['aa', 'ab', 'ac', 'ad', 'ba', 'dg', 'dh'] as const;
/** The small tree, as the engine makes it. */
export const state = await begin(RKEYS);
/** A commit that creates, updates and deletes. */
export const right = await change(state, [
  create('ae'), { action: 'update', path: note('aa'), record: { $type: 'com.example.note', text: 'new' } },
  { action: 'delete', path: note('dh') },
]);

/** The message without the blocks that `leave` picks out, or with more. */
export function withBlocks({ message }: Change, leave: (block: Block) => boolean,
  more: readonly Block[] = []): CommitMessage {
  const { root, blocks } = readCar(message.blocks);
  return { ...message, blocks: carBytes(root, [...blocks.filter((block) => !leave(block)), ...more]) };
}

/**
 * What an owner can sign though it is not right: a message of these operations whose tree is `nodes`, the first the top.
 * Nodes of the tree that are not given stay in the dark.
 */
export async function told(
  before: State, ops: readonly Operation[], nodes: readonly Block[], more: readonly Block[] = [],
): Promise<CommitMessage> {
  const { rev } = before.repository;
  const data = nodes[0]!.cid;
  const commit = await signedCommit(data, revOf(2000));
  return {
    repo: DID, rev: revOf(2000), since: rev, commit: commit.cid, prevData: before.repository.tree.root, ops,
    blocks: carBytes(commit.cid, [commit, ...nodes, ...more]), blobs: [], rebase: false, tooBig: false,
      time: new Date(NOW).toISOString(),
  };
}

/** A message that must be refused by a reader who knows the commit before. */
export function badMessage(
  name: string, code: RepoFault, why: string, message: CommitCase['message'], details: readonly string[],
  at: FaultPlace = {}, previous: Change['previous'] | null = right.previous,
): CommitCase {
  const rest = previous === null ? { message } : { message, previous };
  return refused<CommitCase>('commit', name, code, why, details, at, rest);
}
