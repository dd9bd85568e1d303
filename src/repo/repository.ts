import { CidMap } from '../protocol/index.ts';
import type { Cid, Did, Signer, Tid, TidClock } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { MAX_COMMIT_BYTES } from './budget.ts';
import { sectionSize } from './car.ts';
import { readCommit, signCommit } from './commit.ts';
import type { Commit } from './commit.ts';
import { RepoError } from './errors.ts';
import type { NodeCache } from './node-cache.ts';
import { NodeSource } from './node-source.ts';
import type { Operation } from './operation.ts';
import { EMPTY_NODE, Tree } from './tree.ts';
import { applyWrites } from './write.ts';
import type { TreeChange, Write } from './write.ts';

/** Who signs, and what gives revs. */
export interface Author {
  readonly signer: Signer;
  readonly clock: TidClock;
}

/** A signed change of a repository: what to store, what to let go, and what to tell the network. */
export interface CommitResult {
  /** The repository as it is once `newBlocks` are stored. */
  readonly repository: Repository;
  readonly commit: Commit;
  readonly operations: readonly Operation[];
  /** The commit, fresh nodes, written records. */
  readonly newBlocks: readonly Block[];
  /** The commit before and the nodes that went with it: no part of the repository now, whatever else is. */
  readonly deadBlocks: readonly Cid[];
  /** Records that lost a path. One is dead only when it has no other: see `unreferenced`. */
  readonly droppedRecords: readonly Cid[];
  /** The nodes from which the operations can be undone. */
  readonly proof: readonly Block[];
  /** Rev of the commit before; null for the first. */
  readonly since: Tid | null;
  /** Root of the tree before; for the first commit the empty tree, which needs no block. */
  readonly prevData: Cid;
}

/**
 * A signed repository in a store (https://atproto.com/specs/repository), at one commit. It never changes: a commit gives
 * the next one, and the caller decides when that is true by storing its blocks.
 */
export class Repository {
  readonly commit: Commit;
  readonly tree: Tree;

  constructor(commit: Commit, tree: Tree) {
    this.commit = commit;
    this.tree = tree;
  }

  /**
   * Opens the repository whose commit is `head`.
   * @throws RepoError BlockMissing, BlockHash, CommitForm, CommitDid, CommitRev
   */
  static async open(reader: BlockReader, head: Cid, cache?: NodeCache): Promise<Repository> {
    const [bytes] = await reader.read([head]);
    if (bytes === undefined) throw new RepoError('BlockMissing', 'The commit is missing', { block: head.toString() });
    const commit = readCommit({ cid: head, bytes });
    return new Repository(commit, new Tree(new NodeSource(reader, cache), commit.data));
  }

  /** Signs the first commit of an account, with or without records. `reader` is where its blocks will be stored. */
  static create(reader: BlockReader, did: Did, author: Author, writes: readonly Write[] = [], cache?: NodeCache): Promise<CommitResult> {
    return sign(did, Tree.empty(new NodeSource(reader, cache)), null, author, writes);
  }

  get did(): Did {
    return this.commit.did;
  }

  get rev(): Tid {
    return this.commit.rev;
  }

  /**
   * Makes and signs the next commit. Nothing is stored.
   * @throws RepoError RecordExists, RecordMissing, DuplicatePath, NodeKey, BlockTooLarge, CommitTooLarge
   */
  write(writes: readonly Write[], author: Author): Promise<CommitResult> {
    return sign(this.did, this.tree, this.commit, author, writes);
  }
}

async function sign(did: Did, tree: Tree, before: Commit | null, author: Author, writes: readonly Write[]): Promise<CommitResult> {
  const change = await applyWrites(tree, writes);
  checkSize(change);
  const rev = author.clock.next(before?.rev);
  const commit = await signCommit(author.signer, { did, rev, data: change.root });
  const isFirst = before === null;
  const added = isFirst && change.root.equals(EMPTY_NODE.cid) ? [EMPTY_NODE] : change.added;
  return {
    repository: new Repository(commit, new Tree(tree.source, change.root, change.layer)),
    commit,
    operations: change.operations,
    newBlocks: [commit, ...added, ...change.records],
    deadBlocks: isFirst ? [] : [before.cid, ...change.dead],
    droppedRecords: change.droppedRecords,
    proof: change.proof,
    since: before?.rev ?? null,
    prevData: tree.root,
  };
}

/** The commit itself, the header of a CAR and the like, at most, in bytes. */
const COMMIT_ROOM = 4_096;

/** Before anything is signed: what the network would refuse is refused here. */
function checkSize({ added, proof, records }: TreeChange): void {
  const all: readonly Block[] = [...added, ...proof, ...records];
  // Each counted as often as it comes, which nearly always says enough.
  if (all.reduce((size, block) => size + sectionSize(block), COMMIT_ROOM) <= MAX_COMMIT_BYTES) return;
  const blocks = new CidMap<number>();
  for (const block of all) blocks.set(block.cid, sectionSize(block));
  let size = COMMIT_ROOM;
  for (const section of blocks.values()) size += section;
  if (size > MAX_COMMIT_BYTES) {
    throw new RepoError('CommitTooLarge', `The blocks of a commit take at most ${MAX_COMMIT_BYTES} bytes`, { bytes: size });
  }
}
