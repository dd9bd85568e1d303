import { cidOf } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { NetworkError, streamedFetch } from '../../identity/index.ts';
import type { House } from '../house.ts';
import { address } from './public-reads.ts';

/** Of one line; where it has brought enough by then, another goes on. */
const MS = 60_000;
/** A line that brings less before it breaks is none. */
const WORTH_BYTES = 65_536;
const MOST_LINES = 30;

/** Fetches those of the blobs that are not here from who serves the account. What does not come is missing, as it was. */
export async function fetchBlobs({ blobs, fetch, maxBlobBytes }: Pick<House, 'blobs' | 'fetch' | 'maxBlobBytes'>, did: Did, origin: string, cids: Iterable<Cid>): Promise<void> {
  for (const cid of cids) {
    if (await blobs.info(did, cid) !== undefined) continue;
    try {
      const found = await fetchBlob({ fetch, maxBlobBytes }, address(origin, 'com.atproto.sync.getBlob', { did, cid: cid.toString() }));
      if (found === undefined || !cidOf(found.bytes, 'raw').equals(cid)) continue;
      await blobs.put(did, found.bytes, { cid, mimeType: found.mimeType });
    } catch {
      // The next one may come.
    }
  }
}

/**
 * What a server gives, whatever it is; undefined where that is nothing. Where a line breaks, the next one goes on, and what came before is kept
 * in memory.
 * @throws NetworkError
 */
async function fetchBlob({ fetch, maxBlobBytes: most }: Pick<House, 'fetch' | 'maxBlobBytes'>, url: string): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mimeType: string } | undefined> {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let lines = 1; ; lines++) {
    const from = size;
    let isGoingOn = from > 0;
    try {
      const { status, headers } = await streamedFetch(fetch, url, isGoingOn ? { headers: { range: `bytes=${from}-` } } : {}, { ms: MS, bytes: most }, (chunk, head) => {
        // A server may give the whole all the same.
        if (isGoingOn && head.status !== 206) [chunks, size] = [[], 0];
        isGoingOn = false;
        size += chunk.length;
        if (size > most) throw new NetworkError('AnswerTooLarge', 'The blob is longer than it may be.');
        chunks.push(chunk);
      });
      if (status !== 200 && status !== 206) return undefined;
      return { bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()), mimeType: headers.get('content-type') ?? 'application/octet-stream' };
    } catch (error) {
      const isBroken = error instanceof NetworkError && error.code === 'Unreachable';
      if (!isBroken || size < from + WORTH_BYTES || lines === MOST_LINES) throw error;
    }
  }
}
