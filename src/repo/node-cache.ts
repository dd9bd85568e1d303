import { CidMap } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import { nodeWeight } from './node-codec.ts';
import type { StoredNode } from './node.ts';

/** What decoded nodes may take by default, in bytes. */
export const DEFAULT_CACHE_BYTES = 16 * 1024 * 1024;

/**
 * Decoded nodes, bounded by bytes. Two generations: when the young one has taken half of the room, it becomes the old
 * one, and the old one is forgotten; what is used moves to the young one. Nodes never change, so nothing is written back.
 */
export class NodeCache {
  readonly #half: number;
  #young = new CidMap<StoredNode>();
  #old = new CidMap<StoredNode>();
  #weight = 0;

  /** @param bytes about how much memory the nodes may take, bytes and decoded form together */
  constructor(bytes: number = DEFAULT_CACHE_BYTES) {
    this.#half = bytes / 2;
  }

  get(cid: Cid): StoredNode | undefined {
    const young = this.#young.get(cid);
    if (young !== undefined) return young;
    const old = this.#old.get(cid);
    if (old !== undefined) this.add(old);
    return old;
  }

  add(node: StoredNode): void {
    if (this.#weight >= this.#half) {
      this.#old = this.#young;
      this.#young = new CidMap();
      this.#weight = 0;
    }
    this.#young.set(node.cid, node);
    this.#weight += nodeWeight(node);
  }

  /** Lets a node go that nobody will ask for any more. */
  remove(cid: Cid): void {
    const young = this.#young.get(cid);
    if (young !== undefined) {
      this.#young.delete(cid);
      this.#weight -= nodeWeight(young);
    }
    this.#old.delete(cid);
  }
}
