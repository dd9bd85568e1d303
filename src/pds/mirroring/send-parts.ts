import { lexicons } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { MirrorClient } from './mirror-client.ts';
import { isRefusal, MirrorError } from './mirror-error.ts';

/** Bytes of one part: so much is sent again where a line breaks and the mirror has got none of it. A blob that is no larger goes whole. */
export const PART_BYTES = 1_048_576;

export interface PartsOptions {
  /** Hears how much of the blob the mirror holds, whenever that has changed. */
  readonly onHeld: (bytes: number) => void;
  /** Once it is given, no other part is begun; its reason is thrown. */
  readonly stop: AbortSignal;
}

/**
 * Sends a blob part by part, from where the mirror holds it. What was sent by then stays there for a day, however this ends.
 * @throws MirrorError MirrorUnreachable, MirrorRefused (`UploadTaken` where another has gone on with it); the reason of `stop`
 */
export async function sendParts(client: MirrorClient, cid: Cid, body: Blob, contentType: string, { onHeld, stop }: PartsOptions): Promise<void> {
  const params = { cid: cid.toString(), size: body.size };
  const ask = async (): Promise<number> => (await client.call(lexicons.AppHoldfastMirrorGetBlobOffset.mainSchema, { params })).offset;
  let offset = await ask();
  for (onHeld(offset); offset < body.size; onHeld(offset)) {
    stop.throwIfAborted();
    const part = body.slice(offset, offset + PART_BYTES);
    const held = await client.call(lexicons.AppHoldfastMirrorPutBlobPart.mainSchema, { params: { ...params, offset }, body: part, contentType })
      .then((answer) => answer.offset, (error: unknown) => {
        // Whoever sent it before may have brought a little more since the question.
        if (isRefusal(error, 'WrongOffset')) return ask();
        throw error;
      });
    // It would be sent for ever.
    if (held <= offset) throw new MirrorError('MirrorRefused', 'Your data here is safe. The mirror does not hold what it was sent.', { reason: 'InvalidAnswer' });
    offset = held;
  }
}
