import { Cid, CidMap, CidSet, decodeCbor } from '../protocol/index.ts';
import type { CborMap, CborValue } from '../protocol/index.ts';
import { readCar } from '../repo/index.ts';

/**
 * The CID of a block in the CAR of an event that nothing in it leads to, from its root; undefined where there is none. Blobs
 * and what other records name are not followed: only commit, nodes and the records at their paths lead anywhere.
 */
export function stowawayOf({ blocks: car }: { readonly blocks: Uint8Array }): string | undefined {
  const { root, blocks } = readCar(car);
  const known = new CidMap<Uint8Array>();
  for (const { cid, bytes } of blocks) known.set(cid, bytes);
  const reached = new CidSet();
  const open: Cid[] = [root];
  for (let cid = open.pop(); cid !== undefined; cid = open.pop()) {
    const bytes = known.get(cid);
    if (bytes !== undefined && reached.add(cid)) open.push(...leadsTo(decodeCbor(bytes)));
  }
  return blocks.find(({ cid }) => !reached.has(cid))?.cid.toString();
}

/** Where a commit or a node leads. */
function leadsTo(value: CborValue): readonly Cid[] {
  if (value === null || typeof value !== 'object' || value instanceof Cid || value instanceof Uint8Array || Array.isArray(value)) return [];
  const { data, version, l, e } = value as CborMap;
  if (version === 3 && data instanceof Cid) return [data];
  if (!Array.isArray(e)) return [];
  const links = (e as readonly CborMap[]).flatMap(({ v, t }) => [v, t]);
  return [l, ...links].filter((link) => link instanceof Cid);
}
