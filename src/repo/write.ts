import { cidOf, CidMap, encodeCbor, isRepoPath } from '../protocol/index.ts';
import type { Cid, CborMap } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { find, put, remove } from './edit.ts';
import type { Root } from './edit.ts';
import { RepoError } from './errors.ts';
import { checkPaths, droppedRecords } from './operation.ts';
import type { Operation } from './operation.ts';
import { coverKey } from './proof.ts';
import { MAX_RECORD_BYTES } from './record-check.ts';
import { nodeChange, sealDrafts } from './seal.ts';
import type { NodeChange } from './seal.ts';
import type { StoredNode } from './node.ts';
import type { Tree } from './tree.ts';

/** One wish of a batch. `path` is `collection/rkey`. */
export type Write =
  | { readonly action: 'create' | 'update'; readonly path: string; readonly record: CborMap }
  | { readonly action: 'delete'; readonly path: string };

/** What a batch of writes made of a tree. Nothing is stored or signed yet. */
export interface TreeChange extends NodeChange {
  readonly root: Cid;
  /** That the root lies on. */
  readonly layer: number;
  readonly operations: readonly Operation[];
  /** The records that were written, each once. */
  readonly records: readonly Block[];
  /**
   * Records that a path of the old tree led to and the new tree's same path does not. Another path may still lead
   * there: whether one is dead is for `unreferenced` to say.
   */
  readonly droppedRecords: readonly Cid[];
  /** Nodes of the new tree from which the operations can be undone; fresh ones and others. */
  readonly proof: readonly StoredNode[];
}

/**
 * Applies a batch of writes to a tree, all or none.
 * @throws RepoError RecordExists, RecordMissing, RecordType, DuplicatePath, NodeKey, BlockTooLarge, CommitTooLarge
 * @throws UnencodableError for a record with no place in the data model
 */
export async function applyWrites(tree: Tree, writes: readonly Write[]): Promise<TreeChange> {
  checkPaths(writes);
  const { source } = tree;
  const records = new CidMap<Block>();
  const operations: Operation[] = [];
  let root = await source.run(() => tree.top());
  for (const write of writes) {
    const record = blockOf(write);
    if (record !== null) records.set(record.cid, record);
    const from = root;
    // Each write runs by itself: a node that has to be fetched repeats one edit, not the batch.
    const step = await source.run(() => {
      const operation = operationOf(write, record, find(source, from, write.path));
      return { operation, root: edited(source, from, operation) };
    });
    operations.push(step.operation);
    root = step.root;
  }
  const sealed = sealDrafts(root);
  const change = await source.run(() => nodeChange(source, { cid: tree.root, layer: tree.top().layer }, sealed));
  const proof = await coverAll(tree, sealed, operations);
  // The cache follows the tree: what a commit replaced would only fill it.
  for (const dead of change.dead) source.drop(dead);
  for (const node of change.added) source.add(node);
  return {
    root: sealed.cid, layer: sealed.layer, operations, proof, ...change,
    records: [...records.values()], droppedRecords: droppedRecords(operations),
  };
}

function blockOf(write: Write): Block | null {
  if (!isRepoPath(write.path)) throw new RepoError('NodeKey', 'A path is a collection and a record key', { key: write.path });
  if (write.action === 'delete') return null;
  const { $type } = write.record;
  if (typeof $type !== 'string' || $type === '') throw new RepoError('RecordType', 'A record says in $type what it is', { key: write.path });
  const bytes = encodeCbor(write.record);
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new RepoError('BlockTooLarge', `A record takes at most ${MAX_RECORD_BYTES} bytes`, { key: write.path, bytes: bytes.length });
  }
  return { cid: cidOf(bytes), bytes };
}

function operationOf({ action, path }: Write, record: Block | null, prev: Cid | null): Operation {
  if (action === 'create') {
    if (prev !== null) throw new RepoError('RecordExists', 'There is a record here already', { key: path });
    return { action, path, cid: record!.cid };
  }
  if (prev === null) throw new RepoError('RecordMissing', 'There is no record here', { key: path });
  return action === 'update' ? { action, path, cid: record!.cid, prev } : { action, path, cid: null, prev };
}

function edited(source: Tree['source'], root: Root, { path, cid }: Operation): Root {
  return cid === null ? remove(source, root, path) : put(source, root, path, cid);
}

async function coverAll({ source }: Tree, { cid: root, fresh }: ReturnType<typeof sealDrafts>, operations: readonly Operation[]): Promise<StoredNode[]> {
  const nodes = { stored: (cid: Cid): StoredNode => fresh.get(cid) ?? source.stored(cid) };
  // The top is there even where nothing was written: a commit may only renew its signature.
  const proof = new CidMap<StoredNode>().set(root, await source.run(() => nodes.stored(root)));
  for (const { path } of operations) await source.run(() => coverKey(nodes, root, path, proof));
  return [...proof.values()];
}

/** Which of `candidates` no path of the tree leads to any more: a walk over every entry. */
export async function unreferenced(tree: Tree, candidates: readonly Cid[], signal?: AbortSignal): Promise<Cid[]> {
  const left = new CidMap<Cid>();
  for (const cid of candidates) left.set(cid, cid);
  for await (const { value } of tree.entries(signal === undefined ? {} : { signal })) {
    if (left.size === 0) break;
    left.delete(value);
  }
  return [...left.values()];
}
