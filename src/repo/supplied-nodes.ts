import { Cid, CidMap } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { RepoError } from './errors.ts';
import { boundsOf, checkBounds, checkLayer, topLayer } from './node-check.ts';
import type { Bounds } from './node-check.ts';
import { parseNode } from './node-codec.ts';
import type { Link, Node, StoredNode } from './node.ts';

/** The part of a tree that a message brought along, in blocks whose hashes have been checked. */
export class SuppliedNodes {
  readonly #blocks: CidMap<Block>;
  readonly #nodes = new CidMap<StoredNode>();

  constructor(blocks: CidMap<Block>) {
    this.#blocks = blocks;
  }

  /** @throws RepoError BlockMissing, and the faults of a node */
  node(link: Link): Node {
    return link instanceof Cid ? this.stored(link) : link;
  }

  /** @throws RepoError BlockMissing, and the faults of a node */
  stored(cid: Cid): StoredNode {
    let node = this.#nodes.get(cid);
    if (node === undefined) {
      node = parseNode(supplied(this.#blocks, cid));
      this.#nodes.set(cid, node);
    }
    return node;
  }

  /**
   * Checks every supplied node that `root` leads to: form, layer, place.
   * @throws RepoError
   */
  checkFrom(root: Cid): void {
    const layer = topLayer(this.stored(root));
    const stack: { readonly cid: Cid; readonly layer: number; readonly bounds: Bounds }[] = [{ cid: root, layer, bounds: {} }];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const { cid, layer: expected, bounds } = place;
      const node = this.stored(cid);
      checkLayer(node, expected, cid === root);
      checkBounds(node, bounds);
      node.children.forEach((child, index) => {
        if (child === null || !this.#blocks.has(child)) return;
        stack.push({ cid: child, layer: expected - 1, bounds: boundsOf(node, index, bounds) });
      });
    }
  }
}

/**
 * The block of `cid`, which a message must bring.
 * @throws RepoError BlockMissing
 */
export function supplied(blocks: CidMap<Block>, cid: Cid, details: { readonly key?: string } = {}): Block {
  const block = blocks.get(cid);
  if (block === undefined) throw new RepoError('BlockMissing', 'A block is missing', { block: cid.toString(), ...details });
  return block;
}

/** Blocks by CID. */
export function byCid(blocks: readonly Block[]): CidMap<Block> {
  const map = new CidMap<Block>();
  for (const block of blocks) map.set(block.cid, block);
  return map;
}
