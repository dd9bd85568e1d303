import { decodeCbor, encodeCbor, lexicons, parseDid, parseTid } from '../../../../protocol/index.ts';
import { outbox } from '../../../mirroring/outbox.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const listOutbox = defineMethod(lexicons.AppHoldfastBridgeListOutbox.mainSchema, async ({ house, params: { did, after, limit } }) => {
  const waiting = await outbox(house, parseDid(did), after === undefined ? undefined : parseTid(after), limit);
  const rows = waiting.map(({ rev, blobs, message }) => ({ rev, blobs, message: decodeCbor(message) }));
  return new Response(new Uint8Array(encodeCbor(rows)), { headers: { 'content-type': 'application/cbor', 'cache-control': 'no-store' } });
});
