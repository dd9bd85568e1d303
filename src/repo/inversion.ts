import type { Cid } from '../protocol/index.ts';
import { find, put, remove } from './edit.ts';
import type { Nodes, Root } from './edit.ts';
import { RepoError } from './errors.ts';
import type { Operation } from './operation.ts';

/** Deletions before the others, then by path: the order in which consumers of the network undo operations. */
function undoOrder(a: Operation, b: Operation): number {
  if ((a.action === 'delete') !== (b.action === 'delete')) return a.action === 'delete' ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}

/**
 * The tree as it was before `operations`, which is checked: each must have left behind what it says.
 * @throws RepoError OperationMismatch, BlockMissing when the nodes at hand do not suffice
 */
export function invert(nodes: Nodes, root: Root, operations: readonly Operation[]): Root {
  let result = root;
  for (const operation of operations.toSorted(undoOrder)) {
    const { path, cid, prev } = operation;
    expectValue(nodes, result, path, cid);
    result = prev === undefined ? remove(nodes, result, path) : put(nodes, result, path, prev);
  }
  return result;
}

/** The tree as it is after `operations`. */
export function replay(nodes: Nodes, root: Root, operations: readonly Operation[]): Root {
  let result = root;
  for (const { path, cid, prev } of operations) {
    expectValue(nodes, result, path, prev ?? null);
    result = cid === null ? remove(nodes, result, path) : put(nodes, result, path, cid);
  }
  return result;
}

function expectValue(nodes: Nodes, root: Root, path: string, expected: Cid | null): void {
  const value = find(nodes, root, path);
  if (value === null ? expected !== null : expected === null || !value.equals(expected)) {
    throw new RepoError('OperationMismatch', 'An operation does not say what the tree holds', { key: path });
  }
}
