import { Cid, CidMap } from '../protocol/index.ts';
import type { Root } from './edit.ts';
import { relinkNode, storeNode } from './node-codec.ts';
import type { Link, Node, StoredNode } from './node.ts';
import type { StoredNodes } from './proof.ts';

/** A tree whose top is encoded: its CID, and the layer it lies on. */
export interface Sealed {
  readonly cid: Cid;
  readonly layer: number;
}

/** Encodes and hashes every draft of a tree, once, children first. A tree without drafts gives none. */
export function sealDrafts({ link, layer }: Root): Sealed & { readonly fresh: CidMap<StoredNode> } {
  const fresh = new CidMap<StoredNode>();
  return { cid: seal(link, fresh), layer, fresh };
}

function seal(link: Link, fresh: CidMap<StoredNode>): Cid {
  if (link instanceof Cid) return link;
  const children = link.children.map((child) => (child === null ? null : seal(child, fresh)));
  const node = relinked(link, children) ?? storeNode(link.keys, link.values, children);
  fresh.set(node.cid, node);
  return node.cid;
}

function relinked({ relinked }: Node, children: readonly (Cid | null)[]): StoredNode | undefined {
  return relinked && relinkNode(relinked.node, relinked.index, children);
}

/** Whether sealing `link` would give `cid`, a tree at hand: compared node by node, which is cheaper than hashing. */
export function sealsTo(nodes: StoredNodes, link: Link | null, cid: Cid | null): boolean {
  if (link === null || cid === null) return link === cid;
  if (link instanceof Cid) return link.equals(cid);
  const node = nodes.stored(cid);
  return (
    link.keys.length === node.keys.length &&
    link.keys.every((key, i) => key === node.keys[i] && link.values[i]!.equals(node.values[i]!)) &&
    link.children.every((child, i) => sealsTo(nodes, child, node.children[i]!))
  );
}

/** How a tree's nodes differ from those of the tree it was made from. */
export interface NodeChange {
  /** Nodes that the old tree did not have. */
  readonly added: readonly StoredNode[];
  /** Nodes of the old tree that the new one does not have. */
  readonly dead: readonly Cid[];
}

/**
 * Which nodes came and which went between a tree and the one that sealing gave. Both are gone down layer by layer, and
 * only below what differs: a subtree stands in a tree once, so what both have on a layer is shared, and left alone.
 */
export function nodeChange(nodes: StoredNodes, old: Sealed, { cid, layer, fresh }: ReturnType<typeof sealDrafts>): NodeChange {
  const added: StoredNode[] = [];
  const dead: Cid[] = [];
  const lowest = Math.min(old.layer, layer);
  let before: readonly Cid[] = [];
  let after: readonly Cid[] = [];
  for (let at = Math.max(old.layer, layer); at >= lowest || before.length + after.length > 0; at--) {
    if (at === old.layer) before = [old.cid];
    if (at === layer) after = [cid];
    [before, after] = apart(before, after);
    const gone = before.map((one) => nodes.stored(one));
    const come = after.map((one) => fresh.get(one) ?? nodes.stored(one));
    dead.push(...before);
    added.push(...come);
    before = childrenOf(gone);
    after = childrenOf(come);
  }
  return { added, dead };
}

/** What one of two lists has and the other has not. An edit changes few links of many: those at both ends are not looked up. */
function apart(a: readonly Cid[], b: readonly Cid[]): readonly [readonly Cid[], readonly Cid[]] {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start]!.equals(b[start]!)) start++;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end]!.equals(b[b.length - 1 - end]!)) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  return left.length === 0 || right.length === 0 || left.length + right.length === 2 ? [left, right] : [without(left, right), without(right, left)];
}

function without(cids: readonly Cid[], others: readonly Cid[]): Cid[] {
  const known = new CidMap<true>();
  for (const cid of others) known.set(cid, true);
  return cids.filter((cid) => !known.has(cid));
}

function childrenOf(nodes: readonly StoredNode[]): Cid[] {
  const children: Cid[] = [];
  for (const node of nodes) for (const child of node.children) if (child !== null) children.push(child);
  return children;
}
