import type { Cid, CidMap } from '../protocol/index.ts';
import { lowerBound } from './node.ts';
import type { StoredNode } from './node.ts';

/** Where the functions here get nodes from: a `NodeSource` inside `run`, perhaps with fresh nodes before it. */
export interface StoredNodes {
  stored(cid: Cid): StoredNode;
}

/** The nodes from the top to where `key` is, or would be: they prove what the tree says of it. */
export function pathTo(nodes: StoredNodes, root: Cid, key: string): StoredNode[] {
  const path: StoredNode[] = [];
  for (let cid: Cid | null = root; cid !== null; ) {
    const node = nodes.stored(cid);
    path.push(node);
    const index = lowerBound(node.keys, key);
    cid = node.keys[index] === key ? null : node.children[index]!;
  }
  return path;
}

/**
 * The nodes from which anyone can undo the operation on `key`: its path, and where it is present the paths to its
 * neighbours on either side, which meet when it is taken out (https://atproto.com/specs/sync, inductive firehose).
 */
export function coverKey(nodes: StoredNodes, root: Cid, key: string, into: CidMap<StoredNode>): void {
  const path = pathTo(nodes, root, key);
  for (const node of path) into.set(node.cid, node);
  const last = path.at(-1)!;
  const index = lowerBound(last.keys, key);
  if (last.keys[index] !== key) return;
  for (let cid = last.children[index]!; cid !== null; ) cid = cover(nodes, cid, into).children.at(-1)!;
  for (let cid = last.children[index + 1]!; cid !== null; ) cid = cover(nodes, cid, into).children[0]!;
}

function cover(nodes: StoredNodes, cid: Cid, into: CidMap<StoredNode>): StoredNode {
  const node = nodes.stored(cid);
  into.set(cid, node);
  return node;
}
