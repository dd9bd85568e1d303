import type { Cid } from '../protocol/index.ts';
import { RepoError } from './errors.ts';
import { keyLayer } from './key.ts';
import { EMPTY, isStored, lowerBound } from './node.ts';
import type { Link, Node } from './node.ts';

/** The top of a tree and the layer it lies on. */
export interface Root {
  readonly link: Link;
  readonly layer: number;
}

/** Where the functions here get nodes from. */
export interface Nodes {
  node(link: Link): Node;
}

/*
 * Edits are functions from a tree to a tree. They copy the nodes of one path and share all others, so what came before
 * stays whole, and an edit given up half-way has changed nothing. Recursion is as deep as the layer, at most 128.
 */

/** The value at `key`, or null. */
export function find(nodes: Nodes, root: Root, key: string): Cid | null {
  let node = nodes.node(root.link);
  for (let layer = root.layer; ; layer--) {
    const index = lowerBound(node.keys, key);
    if (node.keys[index] === key) return node.values[index]!;
    const child = node.children[index]!;
    if (child === null) return null;
    node = childNode(nodes, child, layer);
  }
}

/** The tree in which `key` has `value`, whether or not it was there. */
export function put(nodes: Nodes, root: Root, key: string, value: Cid): Root {
  const layer = keyLayer(key);
  const top = nodes.node(root.link);
  const single: Node = { keys: [key], values: [value], children: [null, null] };
  if (top.keys.length === 0 && top.children[0] === null) return { link: single, layer };
  if (layer > root.layer) {
    const [left, right] = split(nodes, root.link, root.layer, key);
    const children = [raise(left, root.layer, layer - 1), raise(right, root.layer, layer - 1)];
    return { link: { keys: [key], values: [value], children }, layer };
  }
  return { link: insert(nodes, top, root.layer, single, layer), layer: root.layer };
}

/**
 * The tree without `key`.
 * @throws RepoError RecordMissing
 */
export function remove(nodes: Nodes, root: Root, key: string): Root {
  let link: Link | null = removeBelow(nodes, nodes.node(root.link), root.layer, key);
  let { layer } = root;
  for (;;) {
    if (link === null) return { link: EMPTY, layer: 0 };
    const node = nodes.node(link);
    if (node.keys.length > 0) return { link, layer };
    link = node.children[0]!;
    layer--;
  }
}

function insert(nodes: Nodes, node: Node, layer: number, single: Node, target: number): Node {
  const key = single.keys[0]!;
  const index = lowerBound(node.keys, key);
  const child = node.children[index]!;
  const present = node.keys[index] === key;
  if (layer === target) {
    if (present) return { keys: node.keys, values: node.values.with(index, single.values[0]!), children: node.children };
    const [left, right] = child === null ? NOTHING : split(nodes, child, layer - 1, key);
    return {
      keys: node.keys.toSpliced(index, 0, key),
      values: node.values.toSpliced(index, 0, single.values[0]!),
      children: node.children.toSpliced(index, 1, left, right),
    };
  }
  if (present) throw new RepoError('NodeLayer', 'A key lies on a layer that is not its own', { key });
  const next = child === null
    ? raise(single, target, layer - 1)
    : insert(nodes, childNode(nodes, child, layer), layer - 1, single, target);
  return withChild(node, index, next);
}

function removeBelow(nodes: Nodes, node: Node, layer: number, key: string): Node | null {
  const index = lowerBound(node.keys, key);
  const child = node.children[index]!;
  if (node.keys[index] === key) {
    const merged = merge(nodes, child, node.children[index + 1]!, layer - 1);
    if (node.keys.length === 1 && merged === null) return null;
    return {
      keys: node.keys.toSpliced(index, 1),
      values: node.values.toSpliced(index, 1),
      children: node.children.toSpliced(index, 2, merged),
    };
  }
  if (child === null) throw new RepoError('RecordMissing', 'There is no record here', { key });
  const next = removeBelow(nodes, childNode(nodes, child, layer), layer - 1, key);
  return next === null && node.keys.length === 0 ? null : withChild(node, index, next);
}

/** The subtrees before and behind `key`, which is in neither. Each keeps the layer; an empty one is null. */
function split(nodes: Nodes, link: Link, layer: number, key: string): readonly [Link | null, Link | null] {
  const node = layerNode(nodes, link, layer);
  const index = lowerBound(node.keys, key);
  if (node.keys[index] === key) throw new RepoError('NodeLayer', 'A key lies on a layer that is not its own', { key });
  const child = node.children[index]!;
  const [left, right] = child === null ? NOTHING : split(nodes, child, layer - 1, key);
  const before: Link | null = index === node.keys.length && right === null ? link : part(node, 0, index, left, undefined);
  const behind: Link | null = index === 0 && left === null ? link : part(node, index, node.keys.length, undefined, right);
  return [before, behind];
}

/** The keys `[from, to)` of a node, with another child at the side where it was cut. */
function part(node: Node, from: number, to: number, last: Link | null | undefined, first: Link | null | undefined): Node | null {
  const children = node.children.slice(from, to + 1);
  if (last !== undefined) children[children.length - 1] = last;
  if (first !== undefined) children[0] = first;
  if (from === to && children[0] === null) return null;
  return { keys: node.keys.slice(from, to), values: node.values.slice(from, to), children };
}

/** One subtree of two neighbours on the same layer. */
function merge(nodes: Nodes, left: Link | null, right: Link | null, layer: number): Link | null {
  if (left === null) return right;
  if (right === null) return left;
  const a = layerNode(nodes, left, layer);
  const b = layerNode(nodes, right, layer);
  const middle = merge(nodes, a.children[a.keys.length]!, b.children[0]!, layer - 1);
  return {
    keys: [...a.keys, ...b.keys],
    values: [...a.values, ...b.values],
    children: [...a.children.slice(0, -1), middle, ...b.children.slice(1)],
  };
}

/** A subtree of layer `from` under as many key-less nodes as it takes to lie on layer `to`. */
function raise(link: Link | null, from: number, to: number): Link | null {
  if (link === null) return null;
  let raised = link;
  for (let layer = from; layer < to; layer++) raised = { keys: [], values: [], children: [raised] };
  return raised;
}

const NOTHING = [null, null] as const;

function withChild(node: Node, index: number, child: Link | null): Node {
  const { keys, values } = node;
  const children = node.children.with(index, child);
  // Of an edit most nodes differ in a link alone: to be told so is cheaper than to find out.
  return isStored(node) ? { keys, values, children, relinked: { node, index } } : { keys, values, children };
}

function childNode(nodes: Nodes, child: Link, parentLayer: number): Node {
  return layerNode(nodes, child, parentLayer - 1);
}

function layerNode(nodes: Nodes, link: Link, layer: number): Node {
  if (layer < 0) throw new RepoError('NodeLayer', 'A tree goes on below its lowest layer');
  return nodes.node(link);
}
