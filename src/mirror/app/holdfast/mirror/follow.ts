import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { missingBlobs } from '../../../missing-blobs.ts';
import { keptAccount } from '../../../standing.ts';
import { headView } from '../../../views.ts';

/** Whoever asks waits no longer; what is large goes on without them. In milliseconds. */
const WAIT_MS = 8_000;
const MOST_COUNTED = 1_000;

export const follow = defineAccountMethod(lexicons.AppHoldfastMirrorFollow.mainSchema, async ({ host, did }) => {
  await host.standbys.followFor(did, WAIT_MS);
  const { head } = await keptAccount(host, did);
  return { missingBlobs: (await missingBlobs(host, did, MOST_COUNTED)).length, ...(head !== undefined && { head: headView(head) }) };
});
