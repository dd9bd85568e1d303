import { Cid, CidMap } from '../protocol/index.ts';
import type { BlockReader } from './block.ts';
import { RepoError } from './errors.ts';
import { NodeCache } from './node-cache.ts';
import { readNode } from './node-codec.ts';
import type { Link, Node, StoredNode } from './node.ts';

/** Thrown, and caught by `run`, where synchronous work needs a node that is not in memory. No error: no stack is made. */
class Miss {
  readonly cid: Cid;

  constructor(cid: Cid) {
    this.cid = cid;
  }
}

/**
 * Nodes of a tree, from a cache before a store.
 *
 * Work on a tree is written as plain synchronous functions that ask for `node(link)`. Where the node is not in memory,
 * the work is given up, the node is fetched, checked, and the work begun again: no promise where nothing waits.
 */
export class NodeSource {
  readonly #reader: BlockReader;
  readonly #cache: NodeCache;
  #held: CidMap<StoredNode> | undefined;

  constructor(reader: BlockReader, cache: NodeCache = new NodeCache()) {
    this.#reader = reader;
    this.#cache = cache;
  }

  /** The node behind `link`; only inside `run`. */
  node(link: Link): Node {
    return link instanceof Cid ? this.stored(link) : link;
  }

  /** The node with this CID; only inside `run`. */
  stored(cid: Cid): StoredNode {
    const node = this.#held?.get(cid) ?? this.#cache.get(cid);
    if (node === undefined) throw new Miss(cid);
    return node;
  }

  /** Takes in a node that was just made. */
  add(node: StoredNode): void {
    this.#cache.add(node);
  }

  /** Lets a node go that the next tree does not have. Who still reads an older tree fetches it again. */
  drop(cid: Cid): void {
    this.#cache.remove(cid);
  }

  /**
   * Runs `work` until every node it asks for is in memory. It may be begun several times and must have no effect
   * outside its result.
   * @throws RepoError BlockMissing, or what `readNode` throws
   */
  async run<Result>(work: () => Result): Promise<Result> {
    // What one run has loaded stays until it ends, or a cache smaller than the work would never let it end.
    let held: CidMap<StoredNode> | undefined;
    for (;;) {
      this.#held = held;
      try {
        return work();
      } catch (miss) {
        if (!(miss instanceof Miss)) throw miss;
        held ??= new CidMap();
        this.#held = undefined;
        const node = await this.#load(miss.cid);
        held.set(miss.cid, node);
      } finally {
        this.#held = undefined;
      }
    }
  }

  async #load(cid: Cid): Promise<StoredNode> {
    const [bytes] = await this.#reader.read([cid]);
    if (bytes === undefined) throw new RepoError('BlockMissing', 'A node of the tree is missing', { block: cid.toString() });
    const node = readNode(cid, bytes);
    this.#cache.add(node);
    return node;
  }
}
