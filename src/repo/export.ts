import { isBlockOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { RepoError } from './errors.ts';
import { parseNode } from './node-codec.ts';

/** Blocks asked for at a time: few at first, and fewer again where they are large, since whoever reads no further keeps them in memory. */
const READ_AHEAD = { first: 4, most: 32 };
/** Bytes of what is asked for at a time, about. */
const AHEAD_BYTES = 524_288;
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
  let most = READ_AHEAD.first;
  while (steps.length > 0) {
    signal?.throwIfAborted();
    const { bytes, records } = await readSome(reader, steps, most);
    // How large nodes are says nothing of the records.
    if (records > 0) most = bytes > AHEAD_BYTES ? Math.max(1, most >> 1) : Math.min(most * 2, READ_AHEAD.most);
    const run: Block[] = [];
    for (let block = steps.at(-1)?.block; block !== undefined; block = steps.at(-1)?.block) {
      run.push(block);
      steps.pop();
    }
    yield run;
  }
}

/** Reads the next steps, and puts what a node leads to behind it. @returns how many bytes they had, and how many records were among them */
async function readSome(reader: BlockReader, steps: Step[], most: number): Promise<{ readonly bytes: number; readonly records: number }> {
  const places = nextPlaces(steps, reader.isScattered === true, most);
  const wanted = places.map((place) => steps[place]!.cid);
  const records = places.filter((place) => steps[place]!.kind === 'record').length;
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
  return { bytes: found.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0), records };
}

/**
 * Where the next steps are that were not read, up to a node, whose own steps come first. Where blocks may lie apart the nodes after it are
 * read too, so that their records can be asked for together; no record waits in memory for its turn.
 */
function nextPlaces(steps: readonly Step[], isScattered: boolean, most: number): number[] {
  const places: number[] = [];
  let isAhead = false;
  const last = Math.max(0, steps.length - LOOK_AHEAD);
  for (let place = steps.length - 1; place >= last && places.length < most; place--) {
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
