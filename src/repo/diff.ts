import type { Cid } from '../protocol/index.ts';
import { RepoError } from './errors.ts';
import { topLayer } from './node-check.ts';
import type { NodeSource } from './node-source.ts';
import type { Operation } from './operation.ts';
import type { Entry } from './tree.ts';

/** A tree and where its nodes are. */
export interface TreeAt {
  readonly source: NodeSource;
  readonly root: Cid;
}

/**
 * What has to be done to the tree `before` to make it the tree `after`, in the order of keys. Subtrees that both have
 * are passed over unread. Nodes are read, not checked for their place: where `after` is not trusted, do the operations
 * and compare the roots, as `verifyDiff` does.
 * @throws RepoError BlockMissing, the faults of a node; the reason of `signal`
 */
export async function* diffTrees(before: TreeAt, after: TreeAt, signal?: AbortSignal): AsyncGenerator<Operation> {
  const left = new Walk(before);
  const right = new Walk(after);
  await Promise.all([left.start(), right.start()]);
  while (left.place !== undefined || right.place !== undefined) {
    const { subtree: a } = left;
    const { subtree: b } = right;
    if (a === undefined && b === undefined) {
      const operation = compare(left.entry, right.entry);
      if (operation?.action !== 'create') left.pass();
      if (operation?.action !== 'delete') right.pass();
      if (operation !== undefined) yield operation;
    } else if (a !== undefined && b !== undefined && a.cid.equals(b.cid)) {
      left.pass();
      right.pass();
    } else {
      signal?.throwIfAborted();
      // The higher of two subtrees may hold the other; two of one layer differ, so both are opened.
      const layer = Math.max(a?.layer ?? -1, b?.layer ?? -1);
      if (a?.layer === layer) await left.open();
      if (b?.layer === layer) await right.open();
    }
  }
}

function compare(a: Entry | undefined, b: Entry | undefined): Operation | undefined {
  if (a !== undefined && (b === undefined || a.key < b.key)) return { action: 'delete', path: a.key, cid: null, prev: a.value };
  if (a === undefined || a.key > b!.key) return { action: 'create', path: b!.key, cid: b!.value };
  return a.value.equals(b!.value) ? undefined : { action: 'update', path: a.key, cid: b!.value, prev: a.value };
}

/** Where a walk stands: before a subtree, or before an entry. */
type Place = { readonly cid: Cid; readonly layer: number } | Entry;

class Walk {
  readonly #tree: TreeAt;
  readonly #stack: Place[] = [];
  #lastKey = '';

  constructor(tree: TreeAt) {
    this.#tree = tree;
  }

  async start(): Promise<void> {
    const { source, root } = this.#tree;
    this.#stack.push({ cid: root, layer: await source.run(() => topLayer(source.stored(root))) });
  }

  get place(): Place | undefined {
    return this.#stack.at(-1);
  }

  get subtree(): { readonly cid: Cid; readonly layer: number } | undefined {
    const { place } = this;
    return place !== undefined && 'cid' in place ? place : undefined;
  }

  get entry(): Entry | undefined {
    const { place } = this;
    return place !== undefined && 'key' in place ? place : undefined;
  }

  pass(): void {
    const place = this.#stack.pop();
    if (place === undefined || 'cid' in place) return;
    // A tree that is not trusted may lead to one subtree again and again.
    if (place.key <= this.#lastKey) throw new RepoError('TreeOrder', 'Keys of a tree do not ascend', { key: place.key });
    this.#lastKey = place.key;
  }

  async open(): Promise<void> {
    const { cid, layer } = this.#stack.pop() as { readonly cid: Cid; readonly layer: number };
    if (layer < 0) throw new RepoError('NodeLayer', 'A tree goes on below its lowest layer', { block: cid.toString() });
    const { source } = this.#tree;
    const { keys, values, children } = await source.run(() => source.stored(cid));
    for (let index = keys.length; index >= 0; index--) {
      const child = children[index]!;
      if (index < keys.length) this.#stack.push({ key: keys[index]!, value: values[index]! });
      if (child !== null) this.#stack.push({ cid: child, layer: layer - 1 });
    }
  }
}
