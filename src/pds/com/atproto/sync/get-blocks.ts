import { mainSchema } from '@atcute/atproto/types/sync/getBlocks';
import { isBlockOf, parseCid } from '../../../../protocol/index.ts';
import { carBytes } from '../../../../repo/index.ts';
import type { Block } from '../../../../repo/index.ts';
import { answerFrom } from '../../../repositories.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { invalidRequest, XrpcError } from '../../../xrpc/xrpc-error.ts';
import { carResponse } from './car-response.ts';

const MAX_BLOCKS = 500;

/** The root of the CAR is the first block that was asked for. */
export const getBlocks = defineRead(mainSchema, (call) => {
  const { did, cids: asked } = call.params;
  const cids = [...new Set(asked)].map(parseCid);
  if (cids.length > MAX_BLOCKS) throw invalidRequest(`At most ${MAX_BLOCKS} blocks are given at a time.`);
  return answerFrom(call, did, async ({ reader }) => {
    const found = await reader.read(cids);
    const blocks = cids.map((cid, index): Block => {
      const bytes = found[index];
      if (bytes === undefined || !isBlockOf(cid, bytes)) throw new XrpcError(400, 'BlockNotFound', `There is no block ${cid.toString()}.`);
      return { cid, bytes };
    });
    return carResponse(carBytes(cids[0]!, blocks));
  });
});
