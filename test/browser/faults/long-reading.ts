import { repositoryBlocks } from '../../../src/repo/index.ts';
import type { House } from '../../../src/storage/idb/index.ts';
import { DID } from './operations.ts';

/** Reads the whole repository as it was at the beginning, slowly. @returns how many blocks it has */
export async function longReading({ store }: House): Promise<number> {
  let blocks = 1;
  await store.reading(DID, async ({ head }, reader) => {
    const [bytes] = await reader.read([head.cid]);
    for await (const run of repositoryBlocks(reader, { cid: head.cid, bytes: bytes! }, head.data)) {
      blocks += run.length;
      await new Promise((resolve) => {
        setTimeout(resolve, run.length % 7);
      });
    }
  });
  return blocks;
}
