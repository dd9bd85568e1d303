// A second reading of the inductive firehose, on @atcute packages alone: it shares no code with src/repo.
import { fromUint8Array } from '@atcute/car';
import { decode } from '@atcute/cbor';
import { toString as cidText } from '@atcute/cid';
import { MemoryBlockStore, NodeStore, NodeWalker, NodeWrangler } from '@atcute/mst';

/** A `#commit` in plain words: CIDs are text. (No module of Node: the browsers run this too.) */
export interface PlainMessage {
  readonly commit: string;
  readonly prevData: string;
  readonly blocks: Uint8Array;
  readonly ops: readonly { readonly action: string; readonly path: string; readonly cid: string | null; readonly prev?: string | undefined }[];
}

/** Undoes the operations with nothing but the blocks of the message; throws when prevData is not what comes out. */
export async function invertAgain(message: PlainMessage): Promise<void> {
  const blocks = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { cid, bytes } of fromUint8Array(message.blocks)) blocks.set(cidText(cid), bytes.slice());
  const commit = decode(blocks.get(message.commit)!) as { data: { $link: string } };
  const nodes = new NodeStore(new MemoryBlockStore(blocks));
  const wrangler = new NodeWrangler(nodes);
  let root = commit.data.$link;
  const deletionsFirst = message.ops.toSorted((a, b) =>
    Number(b.action === 'delete') - Number(a.action === 'delete') || (a.path < b.path ? -1 : 1));
  for (const { action, path, cid, prev } of deletionsFirst) {
    const walker = await NodeWalker.create(nodes, root, undefined, undefined, true);
    if (((await walker.findRpath(path))?.$link ?? null) !== cid) throw new Error(`the tree does not hold ${path} as the operation says`);
    if (action !== 'delete' && !blocks.has(cid!)) throw new Error(`the record of ${path} is not there`);
    root = prev === undefined ? await wrangler.deleteRecord(root, path) : await wrangler.putRecord(root, path, { $link: prev });
  }
  if (root !== message.prevData) throw new Error(`the second inversion gives ${root}, not prevData`);
}
