import type { PickedFile } from './messages.ts';

/** Where a saved file is written. */
export interface SavePlace {
  /** The name that the owner chose, if they did. */
  readonly name: string | undefined;
  /** Takes the next bytes, which are the caller's to use again once it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the file and gives it back to be read. */
  finish(): Promise<Blob>;
  /** Takes away what was written, finished or not. */
  remove(): Promise<void>;
}

/** The file that the owner picked. Until `finish` the bytes lie beside it, so what was there before is safe until then. */
export async function pickedPlace(file: PickedFile): Promise<SavePlace> {
  const writable = await file.createWritable();
  let isClosed = false;
  return {
    name: file.name,
    write: (bytes) => writable.write(own(bytes)),
    async finish() {
      await writable.close();
      isClosed = true;
      return file.getFile();
    },
    async remove() {
      if (!isClosed) await writable.abort().catch(() => undefined);
      const isOurs = isClosed || (await file.getFile()).size === 0;
      if (isOurs) await file.remove?.();
    },
  };
}

const PIECE_BYTES = 4_194_304;

/** Pieces of 4 MB that the browser may keep on disk. */
export function piecesPlace(): SavePlace {
  const pieces: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const cut = (): void => {
    if (size > 0) pieces.push(new Blob(chunks));
    chunks = [];
    size = 0;
  };
  return {
    name: undefined,
    async write(bytes) {
      chunks.push(bytes.slice());
      size += bytes.length;
      if (size >= PIECE_BYTES) cut();
    },
    async finish() {
      cut();
      return new Blob(pieces, { type: 'application/vnd.ipld.car' });
    },
    async remove() {
      cut();
      pieces.length = 0;
    },
  };
}

/** Files take no view on shared memory, and the types say so. */
export function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? bytes as Uint8Array<ArrayBuffer> : bytes.slice();
}
