import { makeZip } from 'client-zip';

/** A file of an archive, as it is written. */
export interface ZipPart {
  readonly name: string;
  readonly input: Uint8Array | AsyncIterable<Uint8Array>;
  readonly lastModified: Date;
}

/** More than this many files, and a reader needs the 64-bit end, which client-zip writes for sizes alone. */
const MOST_FILES = 0xffff;
const LAST_BYTES = 22;
const END_64 = Uint8Array.of(0x50, 0x4b, 0x06, 0x06);

/** An ordinary zip of stored files, one after the other as they come: what is not read costs no memory. */
export function zipStream(parts: AsyncIterable<ZipPart>): ReadableStream<Uint8Array> {
  let files = 0;
  const counted = async function* (): AsyncGenerator<ZipPart> {
    for await (const part of parts) {
      files++;
      yield part;
    }
  };
  let has64 = false;
  const end = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      has64 ||= END_64.every((byte, index) => chunk[index] === byte) && chunk.length === 76;
      const isLast = chunk.length === LAST_BYTES && chunk[0] === 0x50 && chunk[1] === 0x4b && chunk[2] === 0x05 && chunk[3] === 0x06;
      if (isLast && files > MOST_FILES && !has64) controller.enqueue(end64(files, chunk));
      controller.enqueue(chunk);
    },
  });
  // Its type wants one kind of input for each overload.
  return makeZip(counted() as Parameters<typeof makeZip>[0]).pipeThrough(end);
}

/** The 64-bit end record and its locator (APPNOTE 4.3.14, 4.3.15), of what the last record says. */
function end64(files: number, last: Uint8Array): Uint8Array {
  const view = new DataView(last.buffer, last.byteOffset);
  const [size, offset] = [BigInt(view.getUint32(12, true)), BigInt(view.getUint32(16, true))];
  const record = new DataView(new ArrayBuffer(76));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(4, 44n, true);
  record.setUint16(12, 45, true);
  record.setUint16(14, 45, true);
  record.setBigUint64(24, BigInt(files), true);
  record.setBigUint64(32, BigInt(files), true);
  record.setBigUint64(40, size, true);
  record.setBigUint64(48, offset, true);
  record.setUint32(56, 0x07064b50, true);
  record.setBigUint64(64, offset + size, true);
  record.setUint32(72, 1, true);
  return new Uint8Array(record.buffer);
}
