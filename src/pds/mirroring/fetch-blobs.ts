import { cidOf } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { limitedFetch } from '../../identity/index.ts';
import type { House } from '../house.ts';
import { address } from './public-reads.ts';

const MS = 60_000;

/** Fetches those of the blobs that are not here from who serves the account. What does not come is missing, as it was. */
export async function fetchBlobs({ blobs, fetch, maxBlobBytes }: Pick<House, 'blobs' | 'fetch' | 'maxBlobBytes'>, did: Did, origin: string, cids: Iterable<Cid>): Promise<void> {
  for (const cid of cids) {
    if (await blobs.info(did, cid) !== undefined) continue;
    try {
      const url = address(origin, 'com.atproto.sync.getBlob', { did, cid: cid.toString() });
      const { status, headers, bytes } = await limitedFetch(fetch, url, {}, { ms: MS, bytes: maxBlobBytes });
      if (status !== 200 || !cidOf(bytes, 'raw').equals(cid)) continue;
      await blobs.put(did, bytes, { cid, mimeType: headers.get('content-type') ?? 'application/octet-stream' });
    } catch {
      // The next one may come.
    }
  }
}
