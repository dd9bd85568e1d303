import { mediaTypeOf } from '../../../../pds/index.ts';
import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { noRoom, tooLarge } from '../../../../storage/sqlite/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { bodyOf, roomOf } from '../../../blob-room.ts';
import { openAccount } from '../../../standing.ts';

export const putBlob = defineAccountMethod(lexicons.AppHoldfastMirrorPutBlob.mainSchema, async ({ host, did, params: { cid }, request }) => {
  const { limit, most } = roomOf(host, await openAccount(host, did));
  const length = Number(request.headers.get('content-length') ?? 0);
  // Before anything is read.
  if (length > limit) throw tooLarge(cid, limit);
  if ((await host.blobs.usage(did)).bytes + length > most) throw noRoom(cid);
  const mimeType = mediaTypeOf(new Uint8Array(), request.headers.get('content-type'));
  await host.blobs.putStream(did, bodyOf(request), { cid: parseCid(cid), mimeType }, limit, most);
  return {};
}, { isStream: true });
