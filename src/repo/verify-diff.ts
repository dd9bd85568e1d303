import { CidMap, isBlockOf, isRepoPath } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { Budget } from './budget.ts';
import type { Limits } from './budget.ts';
import { readCar } from './car.ts';
import { checkCommit, readCommit } from './commit.ts';
import type { Commit, CommitExpectations } from './commit.ts';
import { diffTrees } from './diff.ts';
import { RepoError } from './errors.ts';
import { replay } from './inversion.ts';
import { NodeSource } from './node-source.ts';
import { droppedRecords } from './operation.ts';
import type { Operation } from './operation.ts';
import { checkRecord } from './record-check.ts';
import type { Repository } from './repository.ts';
import { nodeChange, sealDrafts } from './seal.ts';
import { byCid, supplied, SuppliedNodes } from './supplied-nodes.ts';

/** For the difference of two commits however far apart: 256 MB, a million blocks, ten minutes. It is held in memory. */
export const DIFF_LIMITS: Limits = { bytes: 256_000_000, blocks: 1_000_000, time: 600_000 };

/** What a repository has become since a commit that the reader holds. */
export interface VerifiedDiff {
  readonly commit: Commit;
  readonly operations: readonly Operation[];
  readonly newBlocks: readonly Block[];
  /** The commit before and the nodes that went with it. */
  readonly deadBlocks: readonly Cid[];
  /** Records that lost a path; see `unreferenced`. */
  readonly droppedRecords: readonly Cid[];
}

/** What is expected, and how much may be read. */
export interface DiffOptions extends CommitExpectations {
  readonly limits?: Limits;
  readonly signal?: AbortSignal;
}

/**
 * Verifies a CAR that holds a later commit and what it has beyond `before` (`com.atproto.sync.getRepo` with `since`).
 * The operations are found by comparing the trees, and then done to the tree before: what does not give the same root
 * is refused, so the result is as right as the repository it started from.
 * @param reader where the blocks of `before` are
 * @throws RepoError with the one reason
 */
export async function verifyDiff(before: Repository, reader: BlockReader, car: Uint8Array, options: DiffOptions): Promise<VerifiedDiff> {
  const budget = new Budget(options.limits ?? DIFF_LIMITS, options.signal);
  const { root, blocks } = readCar(car, budget);
  const known = byCid(blocks);
  const commit = readCommit(supplied(known, root));
  await checkCommit(commit, { ...options, did: before.did });
  if (commit.rev <= before.rev) throw new RepoError('CommitRev', 'A later commit has a greater rev', { rev: commit.rev, previous: before.rev });
  if (known.has(commit.data)) new SuppliedNodes(known).checkFrom(commit.data);

  const together: BlockReader = { read: (cids) => readBoth(known, reader, cids) };
  const operations: Operation[] = [];
  const after = { source: new NodeSource(together), root: commit.data };
  for await (const operation of diffTrees(before.tree, after, options.signal)) {
    budget.check();
    operations.push(operation);
  }
  const records = await recordsOf(operations, together, budget);
  const { added, dead } = await redo(before, operations, commit.data, budget);
  return {
    commit, operations,
    newBlocks: [commit, ...added, ...records],
    deadBlocks: [before.commit.cid, ...dead],
    droppedRecords: droppedRecords(operations),
  };
}

async function redo({ tree }: Repository, operations: readonly Operation[], expected: Cid, budget: Budget) {
  const { source } = tree;
  let root = await source.run(() => tree.top());
  for (const operation of operations) {
    budget.check();
    const from = root;
    root = await source.run(() => replay(source, from, [operation]));
  }
  const sealed = sealDrafts(root);
  if (!sealed.cid.equals(expected)) throw new RepoError('OperationMismatch', 'The tree is not the one tree of its records', { data: expected.toString() });
  return source.run(() => nodeChange(source, { cid: tree.root, layer: tree.top().layer }, sealed));
}

async function recordsOf(operations: readonly Operation[], reader: BlockReader, budget: Budget): Promise<Block[]> {
  const records = new CidMap<Block>();
  for (const { path, cid } of operations) {
    if (!isRepoPath(path)) throw new RepoError('NodeKey', 'A key is not a collection and a record key', { key: path });
    if (cid === null || records.has(cid)) continue;
    budget.check();
    const [bytes] = await reader.read([cid]);
    if (bytes === undefined) throw new RepoError('BlockMissing', 'A record is missing', { key: path, block: cid.toString() });
    if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', { key: path, block: cid.toString() });
    checkRecord(path, { cid, bytes });
    records.set(cid, { cid, bytes });
  }
  return [...records.values()];
}

async function readBoth(known: CidMap<Block>, reader: BlockReader, cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> {
  const missing = cids.filter((cid) => !known.has(cid));
  const found = missing.length === 0 ? [] : await reader.read(missing);
  let next = 0;
  return cids.map((cid) => known.get(cid)?.bytes ?? found[next++]);
}
