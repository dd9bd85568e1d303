import { ChannelError } from '../../mirroring/index.ts';
import { MAX_FRAME_BYTES, readVarint, VarintError, varintSize, writeVarint } from '../../protocol/index.ts';

/*
 * A channel over HTTP is a session of turns: POST requests with frames of the house, answered with frames of the mirror.
 * Turns are numbered from 0. The mirror takes them in order, and each once. The first has no frame and is answered at once,
 * with the id of the session. A later one is answered when the mirror has something to say, or when the next turn comes, or
 * after a while; so one may wait while another brings frames, and never are there more than these two.
 */

/** Which session: from the mirror's first answer on, in both directions; `end` in the answer after which there is none. */
export const SESSION_HEADER = 'holdfast-session';

/** Which turn, of the house: a number, and ` end` after the number of the last. */
export const TURN_HEADER = 'holdfast-turn';

export const ENDED = 'end';

export const FRAMES_TYPE = 'application/vnd.holdfast.frames';

/** What goes into one turn, in bytes, unless a single frame is larger. */
export const TURN_BYTES = 1024 * 1024;

/** No body of a turn is longer: one frame of any size, or `TURN_BYTES` of small ones with their lengths. */
export const MOST_BODY_BYTES = MAX_FRAME_BYTES + 2 * TURN_BYTES;

/** The frames one after the other, each after its length (an unsigned varint). */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(frames.reduce((sum, { length }) => sum + varintSize(length) + length, 0));
  let at = 0;
  for (const frame of frames) {
    at = writeVarint(frame.length, body, at);
    body.set(frame, at);
    at += frame.length;
  }
  return body;
}

/** Views on the body. @throws ChannelError BadFrame */
export function splitFrames(body: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const length = lengthAt(body, at);
    const start = at + varintSize(length);
    at = start + length;
    if (length > MAX_FRAME_BYTES || at > body.length) throw notFrames();
    frames.push(body.subarray(start, at));
  }
  return frames;
}

function lengthAt(body: Uint8Array, at: number): number {
  try {
    const read = readVarint(body, at);
    if (read !== undefined) return read.value;
  } catch (error) {
    if (!(error instanceof VarintError)) throw error;
  }
  throw notFrames();
}

export interface ReadOptions {
  /** Hears how many bytes more have come; what it throws ends the reading. */
  readonly onMore?: (bytes: number) => void;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** Reads a body, and no more of it than so many bytes. @throws ChannelError BadFrame; what `onMore` throws; the reason of the signal */
export async function readBody(message: Request | Response, most: number = MOST_BODY_BYTES, { onMore, signal }: ReadOptions = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (message.body !== null) {
    const reader = message.body.getReader();
    // Whoever waits for more hears of an end then.
    const giveUp = (): void => void reader.cancel().catch(() => undefined);
    signal?.addEventListener('abort', giveUp);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        signal?.throwIfAborted();
        if (done) break;
        length += value.length;
        if (length > most) throw new ChannelError('BadFrame', `The other side sent more than ${most} bytes at once.`);
        onMore?.(value.length);
        chunks.push(value);
      }
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function notFrames(): ChannelError {
  return new ChannelError('BadFrame', 'The other side sent what are no frames.');
}
