import { lexicons } from '../../../../protocol/index.ts';
import { askTerms, describeMirror } from '../../../mirroring/mirror-client.ts';
import { isRefusal } from '../../../mirroring/mirror-error.ts';
import { mirrorOrigin } from '../../../mirroring/mirror-url.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { XrpcError } from '../../../xrpc/xrpc-error.ts';

export const previewMirror = defineMethod(lexicons.AppHoldfastBridgePreview.mainSchema, async ({ house, params, request }) => {
  const url = mirrorOrigin(params.url, request.url);
  // An invitation is shown to what is a mirror of that name alone.
  const { key: _, limits: __, ...mirror } = await describeMirror(house.fetch, url, house.now);
  const terms = await askTerms(house.fetch, url, params.invite).catch((error: unknown) => {
    throw isRefusal(error, 'InvalidInviteCode') ? new XrpcError(400, 'InvalidInviteCode', error.message, error) : error;
  });
  return { url, mirror, terms };
});
