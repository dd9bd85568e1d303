import { isBlockOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { RepoError } from './errors.ts';
import { parseNode } from './node-codec.ts';

/** Blocks asked for at a time. */
const READ_AHEAD = 32;

type Step = { readonly kind: 'node' | 'record'; readonly cid: Cid };

/**
 * All blocks of a repository in the order of a walk, a run of them at a time: commit, then depth first each node, its
 * first subtree, and for every entry the record and the subtree behind it. A record that two paths lead to comes twice:
 * memory is one path of the tree and a few records, whatever the size. Every block's hash is checked. Who keeps bytes of a
 * block copies them: they may be a view.
 * @throws RepoError BlockMissing, BlockHash, the faults of a node; the reason of `signal`
 */
export async function* repositoryBlocks(reader: BlockReader, commit: Block, data: Cid, signal?: AbortSignal): AsyncGenerator<readonly Block[]> {
  yield [commit];
  const stack: Step[] = [{ kind: 'node', cid: data }];
  while (stack.length > 0) {
    signal?.throwIfAborted();
    const steps = nextRun(stack);
    const wanted = steps.map(({ cid }) => cid);
    const found = await (reader.view?.(wanted) ?? reader.read(wanted));
    const run = steps.map(({ cid }, i) => checked(cid, found[i]));
    if (steps.at(-1)!.kind === 'node') pushNode(run.at(-1)!, stack);
    yield run;
  }
}

/** Takes the next places off the stack: up to and with the first node, since what follows it is not known yet. */
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

function pushNode(block: Block, stack: Step[]): void {
  const { children, values } = parseNode(block);
  for (let index = values.length; index >= 0; index--) {
    const child = children[index]!;
    if (index < values.length) stack.push({ kind: 'record', cid: values[index]! });
    if (child !== null) stack.push({ kind: 'node', cid: child });
  }
}

function checked(cid: Cid, bytes: Uint8Array | undefined): Block {
  if (bytes === undefined) throw new RepoError('BlockMissing', 'A block of the repository is missing', { block: cid.toString() });
  if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', { block: cid.toString() });
  return { cid, bytes };
}
