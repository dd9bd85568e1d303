import { mostBytes } from '../../../../mirroring/index.ts';
import { mediaTypeOf, XrpcError } from '../../../../pds/index.ts';
import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { BlobRefused } from '../../../../storage/sqlite/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { openAccount } from '../../../standing.ts';

export const putBlob = defineAccountMethod(lexicons.AppHoldfastMirrorPutBlob.mainSchema, async ({ host, did, params, request }) => {
  const { blobs, limits, settings } = host;
  const account = await openAccount(host, did);
  const length = Number(request.headers.get('content-length') ?? 0);
  if (length > limits.blobBytes) throw tooLarge(limits.blobBytes);
  const most = mostBytes(account.terms.blobBytes, settings.allBlobBytes);
  // Before anything is read.
  if ((await blobs.usage(did)).bytes + length > most) throw noRoom();
  const mimeType = mediaTypeOf(new Uint8Array(), request.headers.get('content-type'));
  try {
    await blobs.putStream(did, request.body ?? none(), { cid: parseCid(params.cid), mimeType }, limits.blobBytes, most);
  } catch (error) {
    if (!(error instanceof BlobRefused)) throw error;
    throw error.code === 'BlobTooLarge' ? tooLarge(limits.blobBytes)
      : error.code === 'QuotaExceeded' ? noRoom()
        : new XrpcError(400, 'InvalidBlob', 'The bytes are not those of the CID. Nothing was kept.', error);
  }
  return {};
}, { isStream: true });

async function* none(): AsyncGenerator<Uint8Array> {}

function noRoom(): XrpcError {
  return new XrpcError(413, 'QuotaExceeded', 'The blobs of this account take all the room that it has here. Nothing was kept.');
}

function tooLarge(limit: number): XrpcError {
  return new XrpcError(413, 'BlobTooLarge', `This mirror keeps blobs of at most ${limit.toLocaleString('en')} bytes. Nothing was kept.`);
}
