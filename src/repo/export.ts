import { isBlockOf } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from './block.ts';
import { RepoError } from './errors.ts';
import { parseNode } from './node-codec.ts';

/** Blocks asked for at a time. */
const READ_AHEAD = 32;

type Step = { readonly kind: 'node' | 'record'; readonly cid: Cid };

/**
 * All blocks of a repository in the order of a walk: commit, then depth first each node, its first subtree, and for
 * every entry the record and the subtree behind it. A record that two paths lead to comes twice: memory is one path of
 * the tree and a few records, whatever the size. Every block's hash is checked.
 * @throws RepoError BlockMissing, BlockHash, the faults of a node; the reason of `signal`
 */
export async function* repositoryBlocks(reader: BlockReader, commit: Block, data: Cid, signal?: AbortSignal): AsyncGenerator<Block> {
  yield commit;
  const stack: Step[] = [{ kind: 'node', cid: data }];
  let ahead: readonly Block[] = [];
  let taken = 0;
  while (stack.length > 0) {
    if (taken === ahead.length) {
      signal?.throwIfAborted();
      ahead = await readAhead(reader, stack);
      taken = 0;
    }
    const { kind } = stack.pop()!;
    const block = ahead[taken++]!;
    if (kind === 'node') pushNode(block, stack);
    yield block;
  }
}

function pushNode(block: Block, stack: Step[]): void {
  const { children, values } = parseNode(block);
  for (let index = values.length; index >= 0; index--) {
    const child = children[index]!;
    if (index < values.length) stack.push({ kind: 'record', cid: values[index]! });
    if (child !== null) stack.push({ kind: 'node', cid: child });
  }
}

/** The blocks of the next places: up to and with the first node, since what follows it is not known yet. */
async function readAhead(reader: BlockReader, stack: readonly Step[]): Promise<Block[]> {
  const cids: Cid[] = [];
  for (let i = stack.length - 1; i >= 0 && cids.length < READ_AHEAD; i--) {
    cids.push(stack[i]!.cid);
    if (stack[i]!.kind === 'node') break;
  }
  const found = await reader.read(cids);
  return cids.map((cid, i) => checked(cid, found[i]));
}

function checked(cid: Cid, bytes: Uint8Array | undefined): Block {
  if (bytes === undefined) throw new RepoError('BlockMissing', 'A block of the repository is missing', { block: cid.toString() });
  if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', { block: cid.toString() });
  return { cid, bytes };
}
