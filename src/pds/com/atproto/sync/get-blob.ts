import { mainSchema } from '@atcute/atproto/types/sync/getBlob';
import { parseCid } from '../../../../protocol/index.ts';
import { accountToRead } from '../../../accounts/find-account.ts';
import { byteRange } from '../../../blobs/byte-range.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { XrpcError } from '../../../xrpc/xrpc-error.ts';

/**
 * Only blobs that a record names; what they are is not trusted, so a browser may show them and nothing more. A part of one, where one
 * range is asked for, so that films can be sought in and downloads go on.
 */
export const getBlob = defineRead(mainSchema, async ({ host: { store, blobs }, params, request }) => {
  const { did } = await accountToRead(store, params.did);
  const cid = parseCid(params.cid);
  const [info, isReferenced] = await Promise.all([blobs.info(did, cid), blobs.isReferenced(did, cid)]);
  const bytes = isReferenced ? await blobs.small?.(did, cid) ?? await blobs.bytes(did, cid) : undefined;
  if (info === undefined || bytes === undefined) {
    throw new XrpcError(400, 'BlobNotFound', 'There is no such blob in the repository.');
  }
  // The CID says what the bytes are, whenever they are asked for.
  const etag = `"${params.cid}"`;
  const headers = {
    'content-type': info.mimeType,
    'content-disposition': `attachment; filename="${params.cid}"`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes', etag,
  };
  if (names(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers: { etag } });
  const condition = request.headers.get('if-range');
  // RFC 9110, 14.2: a range is a matter of GET alone.
  const isOfPart = request.method === 'GET' && (condition === null || condition === etag);
  const range = isOfPart ? byteRange(request.headers.get('range'), info.size) : 'whole';
  if (range === 'whole') return new Response(bodyOf(bytes), { headers: { ...headers, 'content-length': String(info.size) } });
  if (range === 'outside') {
    const body = { error: 'InvalidRequest', message: `The blob has ${info.size} bytes, and the range begins behind them.` };
    return Response.json(body, { status: 416, headers: { 'content-range': `bytes */${info.size}`, 'accept-ranges': 'bytes' } });
  }
  const { first, last } = range;
  return new Response(bodyOf(bytes.slice(first, last + 1)), {
    status: 206, headers: { ...headers, 'content-range': `bytes ${first}-${last}/${info.size}`, 'content-length': String(last + 1 - first) },
  });
});

/** A body that has the bytes themselves: to be given an array, the platform makes a copy. */
function bodyOf(bytes: Blob | Uint8Array<ArrayBuffer>): Blob | ReadableStream<Uint8Array<ArrayBuffer>> {
  if (bytes instanceof Blob) return bytes;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  }, { highWaterMark: 0 });
}

/** Whether an `If-None-Match` names the tag, compared weakly (RFC 9110, 13.1.2). */
function names(header: string | null, etag: string): boolean {
  return header !== null && (header.trim() === '*' || header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag));
}
