import { isBlockOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { carBytes, readCar } from './car.ts';
import { checkCommit, readCommit } from './commit.ts';
import type { Commit, CommitExpectations } from './commit.ts';
import { RepoError } from './errors.ts';
import { lowerBound } from './node.ts';
import { boundsOf, checkBounds, checkLayer, topLayer } from './node-check.ts';
import type { Bounds } from './node-check.ts';
import { pathTo } from './proof.ts';
import { checkRecord } from './record-check.ts';
import type { Repository } from './repository.ts';
import { byCid, supplied, SuppliedNodes } from './supplied-nodes.ts';

/**
 * A CAR that proves what a repository has at `path`: the commit, the nodes that lead there, and the record, if there is
 * one (the answer of `com.atproto.sync.getRecord`).
 * @throws RepoError BlockMissing, BlockHash, the faults of a node
 */
export async function recordProof({ commit, tree }: Repository, reader: BlockReader, path: string): Promise<Uint8Array> {
  const nodes = await tree.source.run(() => pathTo(tree.source, tree.root, path));
  const last = nodes.at(-1)!;
  const index = lowerBound(last.keys, path);
  const record = last.keys[index] === path ? [await readBlock(reader, last.values[index]!, path)] : [];
  return carBytes(commit.cid, [commit, ...nodes, ...record]);
}

async function readBlock(reader: BlockReader, cid: Cid, path: string): Promise<Block> {
  const [bytes] = await reader.read([cid]);
  if (bytes === undefined) throw new RepoError('BlockMissing', 'A record is missing', { key: path, block: cid.toString() });
  if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', { key: path, block: cid.toString() });
  return { cid, bytes };
}

/** What a proof proves: the record at the path, or that there is none. */
export interface ProvenRecord {
  readonly commit: Commit;
  readonly record: Block | null;
}

/**
 * Verifies a proof that `recordProof`, or any other PDS, made.
 * @throws RepoError with the one reason
 */
export async function verifyRecordProof(car: Uint8Array, path: string, expected: CommitExpectations): Promise<ProvenRecord> {
  const { root, blocks } = readCar(car);
  const known = byCid(blocks);
  const commit = readCommit(supplied(known, root));
  await checkCommit(commit, expected);
  const value = lookUp(new SuppliedNodes(known), commit.data, path);
  if (value === null) return { commit, record: null };
  const record = supplied(known, value, { key: path });
  checkRecord(path, record);
  return { commit, record };
}

/** The value at `path`, with every node on the way in its place. */
function lookUp(nodes: SuppliedNodes, root: Cid, path: string): Cid | null {
  let layer = topLayer(nodes.stored(root));
  let bounds: Bounds = {};
  for (let cid: Cid | null = root; cid !== null; layer--) {
    const node = nodes.stored(cid);
    checkLayer(node, layer, cid === root);
    checkBounds(node, bounds);
    const index = lowerBound(node.keys, path);
    if (node.keys[index] === path) return node.values[index]!;
    cid = node.children[index]!;
    bounds = boundsOf(node, index, bounds);
  }
  return null;
}
