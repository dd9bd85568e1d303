import { MAX_LAYER } from './budget.ts';
import { RepoError } from './errors.ts';
import { keyLayer } from './key.ts';
import type { StoredNode } from './node.ts';

/**
 * The layer of the top of a tree, which its keys give away.
 * @throws RepoError TreeTop for a top that is nothing but a pointer: the tree below it is the whole tree
 */
export function topLayer(top: StoredNode): number {
  const [first] = top.keys;
  if (first !== undefined) return keyLayer(first);
  if (top.children[0] !== null) throw new RepoError('TreeTop', 'The top of a tree has no key', { block: top.cid.toString() });
  return 0;
}

/**
 * Checks that a node belongs on `layer`: its keys do, nothing hangs below layer 0, and only the top of an empty tree is
 * empty.
 * @throws RepoError NodeLayer, NodeEmpty
 */
export function checkLayer(node: StoredNode, layer: number, isTop: boolean): void {
  if (layer < 0 || layer > MAX_LAYER) throw new RepoError('NodeLayer', 'A node lies on no possible layer', { block: node.cid.toString(), layer });
  for (const key of node.keys) {
    if (keyLayer(key) !== layer) throw new RepoError('NodeLayer', 'A key lies on a layer that is not its own', { block: node.cid.toString(), key, layer });
  }
  if (node.keys.length === 0 && node.children[0] === null && !isTop) {
    throw new RepoError('NodeEmpty', 'A node of a tree with records is empty', { block: node.cid.toString() });
  }
  if (layer === 0 && node.children.some((child) => child !== null)) {
    throw new RepoError('NodeLayer', 'A node on the lowest layer has a subtree', { block: node.cid.toString() });
  }
}

/** The open interval of keys that a subtree may hold; a missing end is open. */
export interface Bounds {
  readonly above?: string | undefined;
  readonly below?: string | undefined;
}

/**
 * Checks that the keys of a node lie where its place in the tree says.
 * @throws RepoError TreeOrder
 */
export function checkBounds(node: StoredNode, { above, below }: Bounds): void {
  const first = node.keys[0];
  if (first === undefined) return;
  const last = node.keys.at(-1)!;
  if ((above !== undefined && first <= above) || (below !== undefined && last >= below)) {
    const key = above !== undefined && first <= above ? first : last;
    throw new RepoError('TreeOrder', 'A key lies outside the place of its subtree', { block: node.cid.toString(), key });
  }
}

/** The bounds of the subtree in front of the key at `index`. */
export function boundsOf(node: StoredNode, index: number, { above, below }: Bounds): Bounds {
  return { above: node.keys[index - 1] ?? above, below: node.keys[index] ?? below };
}
