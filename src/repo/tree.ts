import type { Cid } from '../protocol/index.ts';
import { find } from './edit.ts';
import type { Root } from './edit.ts';
import { keyLayer } from './key.ts';
import { storeNode } from './node-codec.ts';
import { EMPTY, lowerBound } from './node.ts';
import type { StoredNode } from './node.ts';
import type { NodeSource } from './node-source.ts';

/** The node of an empty repository, `bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm`. */
export const EMPTY_NODE: StoredNode = storeNode(EMPTY.keys, EMPTY.values, [null]);

/** What part of a tree to walk, by key: from `from` (inclusive) to `to` (exclusive), either way. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
  readonly reverse?: boolean;
  readonly signal?: AbortSignal;
}

/** One record's place in a tree. */
export interface Entry {
  readonly key: string;
  readonly value: Cid;
}

/**
 * A Merkle search tree in a store: path → CID of the record (https://atproto.com/specs/repository). Holds its root's
 * CID and nothing else; nodes come from the source as they are needed.
 */
export class Tree {
  readonly root: Cid;
  readonly source: NodeSource;
  #layer: number | undefined;

  constructor(source: NodeSource, root: Cid, layer?: number) {
    this.source = source;
    this.root = root;
    this.#layer = layer;
  }

  /** The tree without entries; its node need not be in the store. */
  static empty(source: NodeSource): Tree {
    source.add(EMPTY_NODE);
    return new Tree(source, EMPTY_NODE.cid, 0);
  }

  /** The root as edits take it; inside `source.run`. */
  top(): Root {
    if (this.#layer === undefined) {
      const [first] = this.source.stored(this.root).keys;
      this.#layer = first === undefined ? 0 : keyLayer(first);
    }
    return { link: this.root, layer: this.#layer };
  }

  /** The CID of the record at `key`, or null. */
  get(key: string): Promise<Cid | null> {
    return this.source.run(() => find(this.source, this.top(), key));
  }

  /** The entries of a range in order, a node at a time: memory is one path, whatever the size of the tree. */
  async *entries(range: Range = {}): AsyncGenerator<Entry> {
    const { from, to, reverse = false, signal } = range;
    const stack: Step[] = [{ cid: this.root }];
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      if ('key' in step) {
        yield step;
        continue;
      }
      signal?.throwIfAborted();
      const { cid } = step;
      const node = await this.source.run(() => this.source.stored(cid));
      const steps = stepsOf(node, from, to);
      if (!reverse) steps.reverse();
      stack.push(...steps);
    }
  }
}

type Step = Entry | { readonly cid: Cid };

/** Entries and subtrees of a node that can hold keys of `[from, to)`, in order. */
function stepsOf(node: StoredNode, from: string | undefined, to: string | undefined): Step[] {
  const first = from === undefined ? 0 : lowerBound(node.keys, from);
  const last = to === undefined ? node.keys.length : lowerBound(node.keys, to);
  const steps: Step[] = [];
  for (let i = first; i <= last; i++) {
    const child = node.children[i]!;
    if (child !== null) steps.push({ cid: child });
    if (i < last) steps.push({ key: node.keys[i]!, value: node.values[i]! });
  }
  return steps;
}
