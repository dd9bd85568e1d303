import type { Cid, Did } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';

/** So many references are looked through at a time. */
const LOOK_AT = 1_000;

/** CIDs of blobs that records name and that are not here, in the order of their text, after one. */
export async function missingBlobs({ blobs }: Pick<MirrorHost, 'blobs'>, did: Did, limit: number, after?: string): Promise<readonly Cid[]> {
  const missing: Cid[] = [];
  for (;;) {
    const named = await blobs.list(did, { limit: LOOK_AT, ...(after !== undefined && { after }) });
    const found = await Promise.all(named.map((cid) => blobs.info(did, cid)));
    missing.push(...named.filter((_, index) => found[index] === undefined));
    if (named.length < LOOK_AT || missing.length >= limit) return missing.slice(0, limit);
    after = named.at(-1)!.toString();
  }
}
