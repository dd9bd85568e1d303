import { house } from '../../house/client.ts';
import { imageKindOf } from '../../images/image-kind.ts';
import type { ImageKind } from '../../images/image-kind.ts';

/** The bytes of a blob behind a `blob:` address, which whoever asked revokes. */
export interface LoadedBlob {
  readonly url: string;
  readonly size: number;
  /** What the house calls it. */
  readonly type: string;
  /** What it is, if its bytes are a picture that is safe to show. */
  readonly image: ImageKind | undefined;
}

/** Loads a blob of an account. An address of what is no safe picture is only good for saving. @throws HouseError BlobNotFound */
export async function loadBlob(did: string, cid: string): Promise<LoadedBlob> {
  const response = await house.stream('com.atproto.sync.getBlob', { did, cid });
  const bytes = await response.arrayBuffer();
  const image = imageKindOf(new Uint8Array(bytes, 0, Math.min(16, bytes.byteLength)));
  // Whatever a stranger called it: a browser must find no document in it.
  const url = URL.createObjectURL(new Blob([bytes], { type: image ?? 'application/octet-stream' }));
  return { url, size: bytes.byteLength, type: response.headers.get('content-type') ?? '', image };
}
