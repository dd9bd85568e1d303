import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { mediaTypeOf } from '../../../../pds/index.ts';
import { partTooLarge } from '../../../../storage/sqlite/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { bodyOf, roomOf } from '../../../blob-room.ts';
import { openAccount } from '../../../standing.ts';

export const putBlobPart = defineAccountMethod(lexicons.AppHoldfastMirrorPutBlobPart.mainSchema, async ({ host, did, params: { cid, size, offset }, request }) => {
  const account = await openAccount(host, did);
  // Before anything is read.
  if (Number(request.headers.get('content-length') ?? 0) > size - offset) throw partTooLarge(cid, size);
  const mimeType = mediaTypeOf(new Uint8Array(), request.headers.get('content-type'));
  return { offset: await host.blobs.uploads.put(did, { cid: parseCid(cid), size, mimeType }, bodyOf(request), offset, roomOf(host, account)) };
}, { isStream: true });
