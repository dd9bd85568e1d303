import { mostBytes } from '../mirroring/index.ts';
import type { CopyAccount } from '../mirroring/index.ts';
import type { BlobRoom } from '../storage/sqlite/index.ts';
import type { MirrorHost } from './mirror-host.ts';

/** What blobs of an account may take. */
export function roomOf({ limits, settings }: Pick<MirrorHost, 'limits' | 'settings'>, { terms }: Pick<CopyAccount, 'terms'>): BlobRoom {
  return { limit: limits.blobBytes, most: mostBytes(terms.blobBytes, settings.allBlobBytes) };
}

/** The body of a request, which is not touched before the first of it is read. */
export async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body !== null) yield* request.body;
}
