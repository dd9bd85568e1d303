import { mediaTypeOf } from '../../../../pds/index.ts';
import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { bodyOf, roomOf } from '../../../blob-room.ts';
import { openAccount } from '../../../standing.ts';

export const putBlob = defineAccountMethod(lexicons.AppHoldfastMirrorPutBlob.mainSchema, async ({ host, did, params: { cid }, request }) => {
  const { limit, most } = roomOf(host, await openAccount(host, did));
  const size = Number(request.headers.get('content-length') ?? 0);
  const mimeType = mediaTypeOf(new Uint8Array(), request.headers.get('content-type'));
  await host.blobs.putStream(did, bodyOf(request), { cid: parseCid(cid), mimeType, size }, limit, most);
  return {};
}, { isStream: true });
