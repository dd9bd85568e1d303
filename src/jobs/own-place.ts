import { own, piecesPlace } from './save-place.ts';
import type { SavePlace } from './save-place.ts';

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
