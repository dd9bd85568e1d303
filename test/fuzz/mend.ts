// Spoilt blocks whose hashes, links and signature are right all the same, as their owner could make them: what is refused
// then is refused for what it says.
import { decodeCbor, encodeCbor } from '../../src/protocol/index.ts';
import type { CborMap, Cid } from '../../src/protocol/index.ts';
import { carBytes } from '../../src/repo/index.ts';
import type { Block, Car } from '../../src/repo/index.ts';
import { p256 } from '../support/house.ts';
import { blockOf } from '../support/malformed.ts';

/** A CAR after a change, and what each block is called now that had another name. */
export interface Mended {
  readonly root: Cid;
  readonly car: Uint8Array;
  readonly renamed: ReadonlyMap<string, Cid>;
}

/** The CAR in which the block at `index` has this content, every link to it follows, and the commit is signed again. */
export async function mended({ root, blocks }: Car, index: number, content: Uint8Array): Promise<Mended> {
  const made = [...blocks];
  put(made, index, content, new Set());
  const top = blocks.findIndex(({ cid }) => cid.equals(root));
  if (top >= 0 && made[top] !== blocks[top]) made[top] = await signedAgain(made[top]!);
  const newRoot = made[top]?.cid ?? root;
  const renamed = new Map(blocks.map(({ cid }, at) => [cid.toString(), made[at]!.cid]));
  return { root: newRoot, car: carBytes(newRoot, made), renamed };
}

/** @param above the blocks that are being changed for this one: a changed block may happen to name one of them */
function put(blocks: Block[], index: number, content: Uint8Array, above: ReadonlySet<number>): void {
  const before = blocks[index]!.cid.bytes;
  const block = blockOf(content, blocks[index]!.cid.codec);
  blocks[index] = block;
  const through = new Set([...above, index]);
  for (const [at, { bytes }] of blocks.entries()) {
    if (through.has(at)) continue;
    const linked = replaced(bytes, before, block.cid.bytes);
    if (linked !== undefined) put(blocks, at, linked, through);
  }
}

/** The bytes with every `from` replaced by `to`, which is as long; `undefined` where there is none. */
function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array | undefined {
  const buffer = Buffer.from(bytes);
  let at = buffer.indexOf(from);
  if (at < 0) return undefined;
  for (; at >= 0; at = buffer.indexOf(from, at + from.length)) buffer.set(to, at);
  return new Uint8Array(buffer);
}

async function signedAgain(block: Block): Promise<Block> {
  let fields: CborMap;
  try {
    fields = decodeCbor(block.bytes) as CborMap;
    if (!(fields['sig'] instanceof Uint8Array)) return block;
  } catch {
    return block;
  }
  const { sig: _, ...unsigned } = fields;
  return blockOf(encodeCbor({ ...unsigned, sig: await p256.sign(encodeCbor(unsigned)) }));
}
