import { ChannelError } from '../../mirroring/index.ts';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';

/**
 * What goes over a data channel, each a message of its own whose first byte says which: the length of a frame (four bytes) and
 * its first bytes; more bytes of it; how much was read since the last word of that (four bytes); the last word; whether the
 * other side is there; that it is.
 */
export const PART = { begin: 0, more: 1, read: 2, bye: 3, ping: 4, pong: 5 } as const;

/** No message is longer: every implementation takes so much at once. */
const MESSAGE_BYTES = 16 * 1024;

/** A frame as messages. */
export function* partsOf(frame: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const first = Math.min(frame.length, MESSAGE_BYTES - 5);
  const begin = new Uint8Array(5 + first);
  new DataView(begin.buffer).setUint32(1, frame.length);
  begin.set(frame.subarray(0, first), 5);
  yield begin;
  for (let at = first; at < frame.length;) {
    const part = new Uint8Array(1 + Math.min(frame.length - at, MESSAGE_BYTES - 1));
    part[0] = PART.more;
    part.set(frame.subarray(at, at + part.length - 1), 1);
    at += part.length - 1;
    yield part;
  }
}

/** A message that carries a number. */
export function numberPart(kind: number, value: number): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(5);
  part[0] = kind;
  new DataView(part.buffer).setUint32(1, value);
  return part;
}

/** @throws ChannelError BadFrame */
export function numberOf(part: Uint8Array): number {
  if (part.length !== 5) throw bad('A message that says a number is not five bytes long.');
  return new DataView(part.buffer, part.byteOffset).getUint32(1);
}

/** Puts frames together. */
export class PartReader {
  #frame: Uint8Array | undefined;
  #filled = 0;

  /** Bytes that are kept for a frame which is not whole. */
  get pending(): number {
    return this.#frame?.length ?? 0;
  }

  /**
   * Takes the next message that carries a frame or a part of one.
   * @returns the frame, when it is whole
   * @throws ChannelError BadFrame; nothing is allocated for a frame that is too large
   */
  take(part: Uint8Array): Uint8Array | undefined {
    const isFirst = part[0] === PART.begin;
    if (isFirst !== (this.#frame === undefined)) throw bad(isFirst ? 'A frame began before the one before it was whole.' : 'A part came of no frame.');
    if (isFirst) this.#begin(part);
    const bytes = part.subarray(isFirst ? 5 : 1);
    const frame = this.#frame!;
    if (bytes.length > frame.length - this.#filled || (!isFirst && bytes.length === 0)) throw bad('A part is not as long as its frame wants it.');
    frame.set(bytes, this.#filled);
    this.#filled += bytes.length;
    if (this.#filled < frame.length) return undefined;
    this.#frame = undefined;
    return frame;
  }

  #begin(part: Uint8Array): void {
    if (part.length < 5) throw bad('A frame does not say how long it is.');
    const length = new DataView(part.buffer, part.byteOffset).getUint32(1);
    if (length > MAX_FRAME_BYTES) throw bad(`The other side sent a frame of more than ${MAX_FRAME_BYTES} bytes.`);
    this.#frame = new Uint8Array(length);
    this.#filled = 0;
  }
}

function bad(message: string): ChannelError {
  return new ChannelError('BadFrame', message);
}
