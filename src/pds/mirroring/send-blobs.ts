import { lexicons, parseCid } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import { BlobProgress } from './blob-progress.ts';
import type { MirrorClient } from './mirror-client.ts';
import { isRefusal } from './mirror-error.ts';
import { changeMirror } from './paired.ts';
import { PART_BYTES, sendParts } from './send-parts.ts';
import type { PartsOptions } from './send-parts.ts';

/** How many blobs are on their way at a time. */
const AT_ONCE = 3;

/** Whence blobs are sent, and who hears of it. */
type Sending = Pick<House, 'blobs' | 'feed' | 'now' | 'blobsUnderWay'>;

/** What became of the blobs that a mirror lacks. */
export interface BlobCount {
  readonly sent: number;
  /** Not in this house either, or larger than the mirror takes. */
  readonly missing: number;
}

/**
 * Sends these blobs to a mirror, or all that it says it lacks; large ones in parts, from where it holds them. The feed hears how far those are.
 * @throws MirrorError MirrorUnreachable, MirrorRefused
 */
export async function sendBlobs(house: Sending, did: Did, client: MirrorClient, cids?: readonly Cid[]): Promise<BlobCount> {
  let [sent, missing] = [0, 0];
  const stop = new AbortController();
  const progress = new BlobProgress(house, did);
  const send = (cid: Cid): Promise<boolean> => house.blobsUnderWay.once(`${client.url} ${did} ${cid.toString()}`, (moved) => (
    sendBlob(house, did, client, cid, (size) => {
      const held = progress.of(size);
      return {
        stop: stop.signal,
        onHeld(bytes) {
          moved();
          held(bytes);
        },
      };
    })
  ));
  for await (const some of cids === undefined ? lackedBy(client) : [cids]) {
    const queue = [...some];
    const work = async (): Promise<void> => {
      for (let cid = queue.shift(); cid !== undefined && !stop.signal.aborted; cid = queue.shift()) {
        if (await send(cid)) sent++;
        else missing++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work)).catch((error: unknown) => {
      // Whoever tries again goes on with those that are under way.
      stop.abort(error);
      throw error;
    });
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

async function sendBlob({ blobs }: Sending, did: Did, client: MirrorClient, cid: Cid, partsOf: (size: number) => PartsOptions): Promise<boolean> {
  const [info, body] = [await blobs.info(did, cid), await blobs.bytes(did, cid)];
  if (info === undefined || body === undefined) return false;
  const { mimeType: contentType } = info;
  const whole = (): Promise<unknown> => client.call(lexicons.AppHoldfastMirrorPutBlob.mainSchema, { params: { cid: cid.toString() }, body, contentType });
  try {
    if (body.size <= PART_BYTES) await whole();
    else {
      await sendParts(client, cid, body, contentType, partsOf(body.size)).catch((error: unknown) => {
        // A mirror of an earlier version takes no parts.
        if (isRefusal(error, 'MethodNotImplemented')) return whole();
        throw error;
      });
    }
    return true;
  } catch (error) {
    if (isRefusal(error, 'BlobTooLarge')) return false;
    throw error;
  }
}
