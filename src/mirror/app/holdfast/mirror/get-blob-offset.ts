import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { roomOf } from '../../../blob-room.ts';
import { openAccount } from '../../../standing.ts';

export const getBlobOffset = defineAccountMethod(lexicons.AppHoldfastMirrorGetBlobOffset.mainSchema, async ({ host, did, params: { cid, size } }) => {
  const room = roomOf(host, await openAccount(host, did));
  return { offset: await host.blobs.uploads.offset(did, { cid: parseCid(cid), size }, room) };
});
