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
export async function pickedPlace(file: FileSystemFileHandle & { remove?(): Promise<void> }): Promise<SavePlace> {
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

const FOLDER = 'saves';
/** Files for download stay so long: the browser copies them when the page hands them over. */
const KEEP_MS = 3_600_000;

/** A file of the origin that the page gives to download; pieces of a `Blob` where the browser has no such files. */
export async function ownPlace(id: string, now: number): Promise<SavePlace> {
  const folder = await navigator.storage.getDirectory?.()
    .then((root) => root.getDirectoryHandle(FOLDER, { create: true })).catch(() => undefined);
  if (folder === undefined) return piecesPlace();
  await removeOld(folder, now);
  const handle = await folder.getFileHandle(`${id}.car`, { create: true });
  if (!('createSyncAccessHandle' in handle)) {
    await folder.removeEntry(`${id}.car`);
    return piecesPlace();
  }
  const access = await handle.createSyncAccessHandle();
  return {
    name: undefined,
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += access.write(own(bytes.subarray(at)));
    },
    async finish() {
      access.flush();
      access.close();
      return handle.getFile();
    },
    async remove() {
      access.close();
      await folder.removeEntry(`${id}.car`);
    },
  };
}

async function removeOld(folder: FileSystemDirectoryHandle, now: number): Promise<void> {
  const names: string[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file' && (await handle.getFile()).lastModified < now - KEEP_MS) names.push(name);
  }
  // One that another worker is writing stays.
  for (const name of names) await folder.removeEntry(name).catch(() => undefined);
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
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? bytes as Uint8Array<ArrayBuffer> : bytes.slice();
}
