import { isBlockOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { RepoError } from './errors.ts';
import { parseNode } from './node-codec.ts';

/** Blocks asked for at a time. */
const READ_AHEAD = 32;
/** Steps looked through for nodes to read ahead. */
const LOOK_AHEAD = 128;
/** Where more are still to come no node is read ahead: one may have thousands of entries. */
const MOST_STEPS = 4_096;

interface Step {
  readonly kind: 'node' | 'record';
  readonly cid: Cid;
  block?: Block;
}

/**
 * All blocks of a repository in the order of a walk, a run of them at a time: commit, then depth first each node, its
 * first subtree, and for every entry the record and the subtree behind it. A record that two paths lead to comes twice:
 * memory is one path of the tree, a few thousand CIDs beside it and a few records, whatever the size. Every block's hash is checked. Who keeps bytes of a
 * block copies them: they may be a view.
 * @throws RepoError BlockMissing, BlockHash, the faults of a node; the reason of `signal`
 */
export async function* repositoryBlocks(reader: BlockReader, commit: Block, data: Cid, signal?: AbortSignal): AsyncGenerator<readonly Block[]> {
  yield [commit];
  /** What is still to come, the next one last. */
  const steps: Step[] = [{ kind: 'node', cid: data }];
  while (steps.length > 0) {
    signal?.throwIfAborted();
    await readSome(reader, steps);
    const run: Block[] = [];
    for (let block = steps.at(-1)?.block; block !== undefined; block = steps.at(-1)?.block) {
      run.push(block);
      steps.pop();
    }
    yield run;
  }
}

/** Reads the next steps, and puts what a node leads to behind it. */
async function readSome(reader: BlockReader, steps: Step[]): Promise<void> {
  const places = nextPlaces(steps, reader.isScattered === true);
  const wanted = places.map((place) => steps[place]!.cid);
  const found = await (reader.view?.(wanted) ?? reader.read(wanted));
  // In the order of the walk, which is that of falling places: what is put behind a node moves no place that comes after it.
  let isAhead = false;
  for (const [index, place] of places.entries()) {
    if (isAhead && steps.length > MOST_STEPS) break;
    const step = steps[place]!;
    step.block = checked(step.cid, found[index]);
    if (step.kind === 'node') putBehind(steps, place, step.block);
    isAhead ||= step.kind === 'node';
  }
}

/**
 * Where the next steps are that were not read, up to a node, whose own steps come first. Where blocks may lie apart the nodes after it are
 * read too, so that their records can be asked for together; no record waits in memory for its turn.
 */
function nextPlaces(steps: readonly Step[], isScattered: boolean): number[] {
  const places: number[] = [];
  let isAhead = false;
  const last = Math.max(0, steps.length - LOOK_AHEAD);
  for (let place = steps.length - 1; place >= last && places.length < READ_AHEAD; place--) {
    const { kind, block } = steps[place]!;
    if (block === undefined && (kind === 'node' || !isAhead)) places.push(place);
    if (block === undefined && kind === 'node') isAhead = true;
    if (isAhead && (!isScattered || steps.length > MOST_STEPS)) break;
  }
  return places;
}

function putBehind(steps: Step[], place: number, block: Block): void {
  const { children, values } = parseNode(block);
  const before = steps.splice(place);
  for (let index = values.length; index >= 0; index--) {
    const child = children[index]!;
    if (index < values.length) steps.push({ kind: 'record', cid: values[index]! });
    if (child !== null) steps.push({ kind: 'node', cid: child });
  }
  for (const step of before) steps.push(step);
}

function checked(cid: Cid, bytes: Uint8Array | undefined): Block {
  if (bytes === undefined) throw new RepoError('BlockMissing', 'A block of the repository is missing', { block: cid.toString() });
  if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', { block: cid.toString() });
  return { cid, bytes };
}
