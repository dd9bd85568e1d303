import type { Cid } from '../protocol/index.ts';

/** A subtree: by CID as it lies in a store, or as a draft that has no CID yet. */
export type Link = Cid | Node;

/**
 * A node of the Merkle search tree. `children` has one more item than `keys`: the subtree before, between and behind
 * them. Never changed once made: an edit makes new nodes along its path and shares the rest.
 *
 * A node with a `cid` is encoded, and has CIDs for children: whoever holds it holds no other node.
 */
export interface Node {
  readonly keys: readonly string[];
  readonly values: readonly Cid[];
  readonly children: readonly (Link | null)[];
  readonly cid?: Cid;
  readonly bytes?: Uint8Array;
  /** Of a draft that is a stored node with another subtree at one place. */
  readonly relinked?: { readonly node: StoredNode; readonly index: number };
}

/** A node that has its CID and bytes. */
export interface StoredNode extends Node {
  readonly children: readonly (Cid | null)[];
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

/** The node of an empty repository. */
export const EMPTY: Node = { keys: [], values: [], children: [null] };

export function isStored(node: Node): node is StoredNode {
  return node.bytes !== undefined;
}

/** Where `key` stands or would stand: the count of keys before it. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
