/** The last part of a message, which is binary; then its length, in one byte, two or eight (RFC 6455, 5.2). A server masks nothing. */
const WHOLE_BINARY = 0x82;
const [IN_TWO, IN_EIGHT] = [126, 127];
const MOST_IN_ONE = 125;
const MOST_IN_TWO = 65_535;

/**
 * Frames of the firehose as they stand on a WebSocket. They are made so once for all who are given the same, and leave in one piece: a
 * library would make a head for each and each reader.
 */
export class PackedFrames {
  /** By the first of them: what follows one in what was read once is the same for everybody. */
  readonly #made = new WeakMap<Uint8Array, { readonly count: number; readonly bytes: Buffer }>();

  /** @param frames one at least, as they were read from the log */
  of(frames: readonly Uint8Array[]): Buffer {
    const first = frames[0]!;
    const known = this.#made.get(first);
    if (known?.count === frames.length) return known.bytes;
    const bytes = packed(frames);
    this.#made.set(first, { count: frames.length, bytes });
    return bytes;
  }
}

function packed(frames: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(frames.reduce((sum, { length }) => sum + headLength(length) + length, 0));
  let at = 0;
  for (const frame of frames) {
    const { length } = frame;
    const head = headLength(length);
    bytes[at] = WHOLE_BINARY;
    if (head === 2) {
      bytes[at + 1] = length;
    } else if (head === 4) {
      bytes[at + 1] = IN_TWO;
      bytes.writeUInt16BE(length, at + 2);
    } else {
      bytes[at + 1] = IN_EIGHT;
      bytes.writeBigUInt64BE(BigInt(length), at + 2);
    }
    bytes.set(frame, at + head);
    at += head + length;
  }
  return bytes;
}

function headLength(length: number): number {
  if (length <= MOST_IN_ONE) return 2;
  return length <= MOST_IN_TWO ? 4 : 10;
}
