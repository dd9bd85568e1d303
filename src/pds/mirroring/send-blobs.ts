import { lexicons, parseCid } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { MirrorClient } from './mirror-client.ts';
import { isRefusal } from './mirror-error.ts';
import { changeMirror } from './paired.ts';

/** How many blobs are on their way at a time. */
const AT_ONCE = 3;

/** What became of the blobs that a mirror lacks. */
export interface BlobCount {
  readonly sent: number;
  /** Not in this house either, or larger than the mirror takes. */
  readonly missing: number;
}

/**
 * Sends these blobs to a mirror, or all that it says it lacks.
 * @throws MirrorError MirrorUnreachable, MirrorRefused
 */
export async function sendBlobs({ blobs }: Pick<House, 'blobs'>, did: Did, client: MirrorClient, cids?: readonly Cid[]): Promise<BlobCount> {
  let [sent, missing] = [0, 0];
  for await (const some of cids === undefined ? lackedBy(client) : [cids]) {
    const queue = [...some];
    const work = async (): Promise<void> => {
      for (let cid = queue.shift(); cid !== undefined; cid = queue.shift()) {
        if (await sendBlob(blobs, did, client, cid)) sent++;
        else missing++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  return { sent, missing };
}

/**
 * Sends all blobs that the mirror says it lacks, and keeps how many of them could not be sent.
 * @throws MirrorError MirrorUnreachable, MirrorRefused
 */
export async function sendLackedBlobs(house: House, did: Did, client: MirrorClient): Promise<BlobCount> {
  const count = await sendBlobs(house, did, client);
  await changeMirror(house, did, (mirror) => (
    mirror === undefined || mirror.url !== client.url || (mirror.missingBlobs ?? 0) === count.missing ? undefined : { mirror: { ...mirror, missingBlobs: count.missing } }
  ));
  return count;
}

async function* lackedBy(client: MirrorClient): AsyncGenerator<readonly Cid[]> {
  let cursor: string | undefined;
  do {
    const page = await client.call(lexicons.AppHoldfastMirrorListMissingBlobs.mainSchema, { params: { ...(cursor !== undefined && { cursor }) } });
    yield page.cids.map(parseCid);
    // A cursor that stands still would ask for ever.
    cursor = page.cursor === cursor ? undefined : page.cursor;
  } while (cursor !== undefined);
}

async function sendBlob(blobs: House['blobs'], did: Did, client: MirrorClient, cid: Cid): Promise<boolean> {
  const [info, body] = [await blobs.info(did, cid), await blobs.bytes(did, cid)];
  if (info === undefined || body === undefined) return false;
  try {
    await client.call(lexicons.AppHoldfastMirrorPutBlob.mainSchema, { params: { cid: cid.toString() }, body, contentType: info.mimeType });
    return true;
  } catch (error) {
    if (isRefusal(error, 'BlobTooLarge')) return false;
    throw error;
  }
}
