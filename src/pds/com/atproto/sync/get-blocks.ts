import { mainSchema } from '@atcute/atproto/types/sync/getBlocks';
import { isBlockOf, parseCid } from '../../../../protocol/index.ts';
import type { Cid } from '../../../../protocol/index.ts';
import { carBytes, carStream } from '../../../../repo/index.ts';
import type { Block, BlockReader } from '../../../../repo/index.ts';
import { heldStream } from '../../../held-stream.ts';
import { answerFrom } from '../../../repositories.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { invalidRequest, XrpcError } from '../../../xrpc/xrpc-error.ts';
import { carResponse } from './car-response.ts';

const MAX_BLOCKS = 500;
/** Bytes that an answer has in one piece. */
const MOST_AT_ONCE = 1_048_576;
/** Bytes that are read at a time of one that comes in several. */
const MOST_OF_RUN = 262_144;

/** The root of the CAR is the first block that was asked for. */
export const getBlocks = defineRead(mainSchema, async (call) => {
  const { did, cids: asked } = call.params;
  const cids = [...new Set(asked)].map(parseCid);
  if (cids.length > MAX_BLOCKS) throw invalidRequest(`At most ${MAX_BLOCKS} blocks are given at a time.`);
  const found = await answerFrom(call, did, async ({ reader }) => {
    const blocks = await blocksOf(reader, cids);
    const sizes = blocks.map(({ bytes }) => bytes.length);
    return sizes.reduce((sum, size) => sum + size, 0) > MOST_AT_ONCE ? sizes : carBytes(cids[0]!, blocks);
  });
  if (found instanceof Uint8Array) return carResponse(found);
  // They are read again as they are taken: whoever takes nothing keeps little of them in memory.
  return carResponse(await heldStream((open) => answerFrom(call, did, ({ reader }) => open(carStream(cids[0]!, inRuns(reader, cids, found))))));
});

/** @throws XrpcError BlockNotFound */
async function blocksOf(reader: BlockReader, cids: readonly Cid[]): Promise<readonly Block[]> {
  const found = await reader.read(cids);
  return cids.map((cid, index) => {
    const bytes = found[index];
    if (bytes === undefined || !isBlockOf(cid, bytes)) throw new XrpcError(400, 'BlockNotFound', `There is no block ${cid.toString()}.`);
    return { cid, bytes };
  });
}

async function* inRuns(reader: BlockReader, cids: readonly Cid[], sizes: readonly number[]): AsyncGenerator<readonly Block[]> {
  for (let start = 0, end = 0; start < cids.length; start = end) {
    for (let bytes = 0; end < cids.length && (end === start || bytes + sizes[end]! <= MOST_OF_RUN); end++) bytes += sizes[end]!;
    yield await blocksOf(reader, cids.slice(start, end));
  }
}
