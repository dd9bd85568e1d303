import { Cid, CidMap, CidSet } from '../protocol/index.ts';
import { relinkNode, storeNode } from './node-codec.ts';
import type { Link, Node, StoredNode } from './node.ts';
import type { StoredNodes } from './proof.ts';

/** Encodes and hashes every draft of a tree, once, children first. A tree without drafts gives none. */
export function sealDrafts(link: Link): { readonly cid: Cid; readonly sealed: readonly StoredNode[] } {
  const sealed: StoredNode[] = [];
  const cid = seal(link, sealed);
  return { cid, sealed };
}

function seal(link: Link, sealed: StoredNode[]): Cid {
  if (link instanceof Cid) return link;
  const children = link.children.map((child) => (child === null ? null : seal(child, sealed)));
  const node = relinked(link, children) ?? storeNode(link.keys, link.values, children);
  sealed.push(node);
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
 * Which nodes came and which went between the tree at `old` and the one that sealing gave. Visits only what changed:
 * a subtree of the old tree that a sealed node links to is shared, and left alone.
 */
export function nodeChange(nodes: StoredNodes, old: Cid, root: Cid, sealed: readonly StoredNode[]): NodeChange {
  const drafts = new CidMap<StoredNode>();
  const shared = new CidMap<true>().set(root, true);
  for (const node of sealed) drafts.set(node.cid, node);
  for (const node of sealed) for (const child of node.children) if (child !== null) shared.set(child, true);

  const dead: Cid[] = [];
  const reborn = new CidSet();
  const stack: Cid[] = [old];
  for (let cid = stack.pop(); cid !== undefined; cid = stack.pop()) {
    const draft = drafts.get(cid);
    // An edit and its reverse in one batch make a node again that was there before.
    if (draft !== undefined) reborn.add(cid);
    else if (shared.has(cid)) continue;
    else dead.push(cid);
    for (const child of (draft ?? nodes.stored(cid)).children) if (child !== null) stack.push(child);
  }
  return { added: sealed.filter((node) => !reborn.has(node.cid)), dead };
}
