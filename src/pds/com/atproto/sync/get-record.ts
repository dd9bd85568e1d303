import { mainSchema } from '@atcute/atproto/types/sync/getRecord';
import { recordProof } from '../../../../repo/index.ts';
import { answerFrom } from '../../../repositories.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { carResponse } from './car-response.ts';

/** Where there is no record, the proof that there is none. */
export const getRecordProof = defineRead(mainSchema, (call) => {
  const { did, collection, rkey } = call.params;
  return answerFrom(call, did, async ({ reader, repository }) => carResponse(await recordProof(repository, reader, `${collection}/${rkey}`)));
});
