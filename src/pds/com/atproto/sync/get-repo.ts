import { mainSchema } from '@atcute/atproto/types/sync/getRepo';
import { parseTid } from '../../../../protocol/index.ts';
import type { Tid } from '../../../../protocol/index.ts';
import { carStream, repositoryBlocks } from '../../../../repo/index.ts';
import type { Block, Commit } from '../../../../repo/index.ts';
import { heldStream } from '../../../held-stream.ts';
import type { Host } from '../../../host.ts';
import type { Reading } from '../../../repositories.ts';
import { answerFrom } from '../../../repositories.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { carResponse } from './car-response.ts';

/** `since` asks for what is newer; a store that does not know when its blocks came gives the whole repository, which is allowed. */
export const getRepo = defineRead(mainSchema, async (call) => {
  const { host, params } = call;
  const since = params.since === undefined ? undefined : parseTid(params.since);
  return carResponse(await heldStream((open) => answerFrom(call, params.did, (reading) => (
    open(carStream(reading.repository.commit.cid, blocksOf(host, reading, since)))
  ))));
});

function blocksOf({ store }: Host, { reader, repository: { commit } }: Reading, since: Tid | undefined): AsyncIterable<readonly Block[]> {
  if (since === undefined || store.blocksSince === undefined) return repositoryBlocks(reader, commit, commit.data);
  return newerThan(commit, since < commit.rev ? store.blocksSince(commit.did, since) : undefined);
}

/** The commit, which is what the CAR is about, and what came after. */
async function* newerThan(commit: Commit, newer: AsyncIterable<readonly Block[]> | undefined): AsyncGenerator<readonly Block[]> {
  yield [commit];
  if (newer !== undefined) yield* newer;
}
