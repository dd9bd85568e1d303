import { mainSchema } from '@atcute/atproto/types/sync/getRepo';
import { carStream, repositoryBlocks } from '../../../../repo/index.ts';
import { heldStream } from '../../../held-stream.ts';
import { readRepository } from '../../../repositories.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { carResponse } from './car-response.ts';

/** Always the whole repository: `since` asks for what is newer, and allows for more. */
export const getRepo = defineMethod(mainSchema, async ({ house, params }) => carResponse(
  await heldStream((open) => readRepository(house, params.did, ({ reader, repository: { commit } }) => (
    open(carStream(commit.cid, repositoryBlocks(reader, commit, commit.data)))
  ))),
));
