import { mainSchema } from '@atcute/bluesky/types/app/actor/putPreferences';
import { accountAsked } from '../../../accounts/account-asked.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { invalidRequest, XrpcError } from '../../../xrpc/xrpc-error.ts';

/** As JSON. Long lists of muted words and saved feeds take a tenth of it. */
const MAX_BYTES = 256 * 1024;

export const putPreferences = defineMethod(mainSchema, async (context) => {
  const { house, input: { preferences } } = context;
  const did = await accountAsked(context);
  // As every server of the network has it: others' settings do not belong here.
  if (!preferences.every(({ $type }) => $type?.startsWith('app.bsky.'))) {
    throw invalidRequest('Preferences are of app.bsky, and each says by its $type which it is. Nothing was changed.');
  }
  const bytes = new TextEncoder().encode(JSON.stringify(preferences));
  if (bytes.length > MAX_BYTES) throw new XrpcError(413, 'PayloadTooLarge', 'Preferences take at most 256 KB. Nothing was changed.');
  await house.store.setPreferences(did, bytes);
});
