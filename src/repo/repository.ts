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
  static async create(reader: BlockReader, did: Did, author: Author, writes: readonly Write[] = [], cache?: NodeCache): Promise<CommitResult> {
    const draft = await draftCommit({ did, rev: null, tree: Tree.empty(new NodeSource(reader, cache)) }, writes, author.clock);
    return draft.result(await draft.sign(author.signer), null);
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
  async write(writes: readonly Write[], author: Author): Promise<CommitResult> {
    const draft = await draftCommit(this, writes, author.clock);
    return draft.result(await draft.sign(author.signer), this.commit.cid);
  }
}

/** What a commit can be made on: a repository, or a draft, whose signature need not be waited for. */
export interface CommitBase {
  readonly did: Did;
  /** Null where there is no commit yet. */
  readonly rev: Tid | null;
  readonly tree: Tree;
}

/**
 * Makes the next commit but for its signature. Nothing is stored.
 * @throws RepoError as `Repository.write`
 */
export async function draftCommit(base: CommitBase, writes: readonly Write[], clock: TidClock): Promise<CommitDraft> {
  const change = await applyWrites(base.tree, writes);
  checkSize(change);
  return new CommitDraft(base, change, clock.next(base.rev ?? undefined));
}

/** A commit that waits for its signature. Others can be made on it meanwhile, since a commit does not name the one before. */
export class CommitDraft implements CommitBase {
  readonly rev: Tid;
  readonly tree: Tree;
  readonly #base: CommitBase;
  readonly #change: TreeChange;

  constructor(base: CommitBase, change: TreeChange, rev: Tid) {
    this.rev = rev;
    this.tree = new Tree(base.tree.source, change.root, change.layer);
    this.#base = base;
    this.#change = change;
  }

  get did(): Did {
    return this.#base.did;
  }

  /** Fresh nodes and written records. */
  get blocks(): readonly Block[] {
    const { root, added, records } = this.#change;
    return [...(this.#base.rev === null && root.equals(EMPTY_NODE.cid) ? [EMPTY_NODE] : added), ...records];
  }

  sign(signer: Signer): Promise<Commit> {
    const { did, rev, tree } = this;
    return signCommit(signer, { did, rev, data: tree.root });
  }

  /**
   * @param commit the draft, signed
   * @param before the commit that it was made on, signed as well; null for the first
   */
  result(commit: Commit, before: Cid | null): CommitResult {
    const { dead, operations, droppedRecords, proof } = this.#change;
    const { rev: since, tree } = this.#base;
    return {
      repository: new Repository(commit, this.tree),
      commit, operations, droppedRecords, proof, since,
      newBlocks: [commit, ...this.blocks],
      deadBlocks: before === null ? [] : [before, ...dead],
      prevData: tree.root,
    };
  }
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
