import { isBlockOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { BlockReader } from './block.ts';
import { boundsOf } from './node-check.ts';
import type { Bounds } from './node-check.ts';
import { parseNode } from './node-codec.ts';

/** A block of a repository that is missing, or is not what its CID says. */
export type LostBlock =
  | { readonly kind: 'commit'; readonly cid: Cid }
  /** With it, all records between the two paths are out of reach; a missing end is the repository's. */
  | ({ readonly kind: 'node'; readonly cid: Cid } & Bounds)
  | { readonly kind: 'record'; readonly cid: Cid; readonly path: string };

type Step = Extract<LostBlock, { readonly kind: 'node' | 'record' }>;

/** Blocks asked for at a time. */
const READ_AHEAD = 32;

/**
 * Walks a repository past what is lost, and names it. Memory is one path of the tree, whatever the size.
 * @throws RepoError the faults of a node whose hash is right; the reason of `signal`
 */
export async function* lostBlocks(reader: BlockReader, head: { readonly cid: Cid; readonly data: Cid }, signal?: AbortSignal): AsyncGenerator<LostBlock> {
  const [commit] = await reader.read([head.cid]);
  if (commit === undefined || !isBlockOf(head.cid, commit)) yield { kind: 'commit', cid: head.cid };
  const stack: Step[] = [{ kind: 'node', cid: head.data }];
  while (stack.length > 0) {
    signal?.throwIfAborted();
    const steps = nextRun(stack);
    const found = await reader.read(steps.map(({ cid }) => cid));
    for (const [index, step] of steps.entries()) {
      const bytes = found[index];
      if (bytes === undefined || !isBlockOf(step.cid, bytes)) yield step;
      else if (step.kind === 'node') pushChildren(step, bytes, stack);
    }
  }
}

function nextRun(stack: Step[]): Step[] {
  const steps: Step[] = [];
  while (steps.length < READ_AHEAD) {
    const step = stack.pop();
    if (step === undefined) break;
    steps.push(step);
    if (step.kind === 'node') break;
  }
  return steps;
}

function pushChildren({ cid, above, below }: Extract<Step, { kind: 'node' }>, bytes: Uint8Array, stack: Step[]): void {
  const node = parseNode({ cid, bytes });
  for (let index = node.keys.length; index >= 0; index--) {
    const child = node.children[index]!;
    if (index < node.keys.length) stack.push({ kind: 'record', cid: node.values[index]!, path: node.keys[index]! });
    if (child !== null) stack.push({ kind: 'node', cid: child, ...boundsOf(node, index, { above, below }) });
  }
}
