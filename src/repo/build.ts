import type { Cid } from '../protocol/index.ts';
import { RepoError } from './errors.ts';
import { isTreeKey, keyLayer } from './key.ts';
import { storeNode } from './node-codec.ts';
import type { StoredNode } from './node.ts';
import { EMPTY_NODE } from './tree.ts';

/** The node of one layer that is being filled; the last child is not known yet. */
interface OpenNode {
  readonly keys: string[];
  readonly values: Cid[];
  readonly children: (Cid | null)[];
}

/**
 * Builds a tree from entries in the order of their keys, bottom up: every node is encoded and hashed once, and memory
 * is one open node for each layer.
 */
export class TreeBuilder {
  readonly #onNode: (node: StoredNode) => void;
  readonly #layers: OpenNode[] = [];
  #lastKey = '';

  /** @param onNode takes each node when it is finished, children before parents */
  constructor(onNode: (node: StoredNode) => void) {
    this.#onNode = onNode;
  }

  /** @throws RepoError NodeKey, TreeOrder */
  add(key: string, value: Cid): void {
    if (!isTreeKey(key)) throw new RepoError('NodeKey', 'A key is not a path of a repository', { key });
    if (key <= this.#lastKey) throw new RepoError('TreeOrder', 'Entries are to be added in the order of their keys', { key });
    this.#lastKey = key;
    const layer = keyLayer(key);
    while (this.#layers.length <= layer) this.#layers.push({ keys: [], values: [], children: [null] });
    const node = this.#layers[layer]!;
    node.children[node.keys.length] = this.#close(layer);
    node.keys.push(key);
    node.values.push(value);
    node.children.push(null);
  }

  /** Ends the tree and gives its root. */
  finish(): Cid {
    const top = this.#layers.length;
    const root = this.#close(top);
    if (root !== null) return root;
    this.#onNode(EMPTY_NODE);
    return EMPTY_NODE.cid;
  }

  /** Finishes the open nodes below `layer`; the CID of the uppermost, or null when there is none. */
  #close(layer: number): Cid | null {
    let below: Cid | null = null;
    for (let i = 0; i < layer; i++) {
      const { keys, values, children } = this.#layers[i]!;
      if (below !== null) children[keys.length] = below;
      if (keys.length === 0 && children[0] === null) continue;
      const node = storeNode(keys, values, children);
      this.#onNode(node);
      below = node.cid;
      this.#layers[i] = { keys: [], values: [], children: [null] };
    }
    return below;
  }
}
