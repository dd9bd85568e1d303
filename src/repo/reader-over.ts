import type { Cid, CidMap } from '../protocol/index.ts';
import type { BlockReader } from './block.ts';

/** Reads blocks that are not stored yet, and what is stored. */
export function readerOver(fresh: CidMap<Uint8Array>, stored: BlockReader): BlockReader {
  return {
    async read(cids: readonly Cid[]) {
      const found = await stored.read(cids.filter((cid) => !fresh.has(cid)));
      let next = 0;
      return cids.map((cid) => fresh.get(cid) ?? found[next++]);
    },
  };
}
