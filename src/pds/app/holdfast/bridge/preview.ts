import { lexicons } from '../../../../protocol/index.ts';
import { describeMirror } from '../../../mirroring/mirror-client.ts';
import { mirrorOrigin } from '../../../mirroring/mirror-url.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const previewMirror = defineMethod(lexicons.AppHoldfastBridgePreview.mainSchema, async ({ house, params, request }) => {
  const url = mirrorOrigin(params.url, request.url);
  const { key: _, limits: { blobBytes, repoBytes }, ...told } = await describeMirror(house.fetch, url, house.now);
  return { url, mirror: { ...told, blobBytes, repoBytes } };
});
