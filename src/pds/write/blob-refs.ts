import { Cid, mapsIn } from '../../protocol/index.ts';
import type { BlobRef, CborValue, Did } from '../../protocol/index.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { invalidRequest, XrpcError } from '../xrpc/xrpc-error.ts';

/** Blobs were once named by `{cid, mimeType}`; such a name says too little. @throws XrpcError InvalidRequest */
export function refuseOldBlobRefs(record: CborValue): void {
  for (const map of mapsIn(record)) {
    const { $type, ref, cid, mimeType } = map;
    if (typeof cid === 'string' && typeof mimeType === 'string' && Object.keys(map).length === 2) {
      throw invalidRequest('A blob is named by $type, ref, mimeType and size; the older form is not written any more.');
    }
    if ($type === 'blob' && ref instanceof Cid && ref.codec !== 'raw') throw invalidRequest('The ref of a blob is a CID of raw bytes.');
  }
}

/**
 * Sees that the blobs are here, and are what the record says.
 * @param kept CIDs that the record named before: a restored repository may name what has not come yet
 * @throws XrpcError BlobNotFound, InvalidMimeType, InvalidSize
 */
export async function checkBlobs(blobs: BlobStore, did: Did, refs: readonly BlobRef[], kept: ReadonlySet<string>): Promise<void> {
  for (const { cid, mimeType, size } of refs) {
    const text = cid.toString();
    const info = await blobs.info(did, cid);
    if (info === undefined && kept.has(text)) continue;
    if (info === undefined) throw new XrpcError(400, 'BlobNotFound', `The blob ${text} was not uploaded. Nothing was changed.`);
    if (info.mimeType !== mimeType) {
      throw new XrpcError(400, 'InvalidMimeType', `The blob ${text} is ${info.mimeType}, not ${mimeType}. Nothing was changed.`);
    }
    if (info.size !== size) {
      throw new XrpcError(400, 'InvalidSize', `The blob ${text} has ${info.size} bytes, not ${size}. Nothing was changed.`);
    }
  }
}
