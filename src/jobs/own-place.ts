import { own, piecesPlace } from './save-place.ts';
import type { SavePlace } from './save-place.ts';

const FOLDER = 'saves';
/** What only dedicated workers have. */
interface SyncAccess {
  createSyncAccessHandle?(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): number; flush(): void; close(): void }>;
}

/** Files for download stay so long: the browser copies them when the page hands them over. */
const KEEP_MS = 3_600_000;

/** A file of the origin that the page gives to download; pieces of a `Blob` where the browser has no such files. */
export async function ownPlace(id: string, now: number): Promise<SavePlace> {
  const folder = await openFolder();
  if (folder === undefined) return piecesPlace();
  await removeOld(folder, now);
  const handle: FileSystemFileHandle & SyncAccess = await folder.getFileHandle(`${id}.car`, { create: true });
  const access = await handle.createSyncAccessHandle?.();
  if (access === undefined) {
    await folder.removeEntry(`${id}.car`);
    return piecesPlace();
  }
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

/** Undefined in WebKitGTK, in private windows of some browsers, and where the disk is full. */
async function openFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  const storage = navigator.storage as StorageManager | undefined;
  try {
    return await (await storage?.getDirectory?.())?.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    return undefined;
  }
}

async function removeOld(folder: FileSystemDirectoryHandle, now: number): Promise<void> {
  const names: string[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file' && (await handle.getFile()).lastModified < now - KEEP_MS) names.push(name);
  }
  // One that another worker is writing stays.
  for (const name of names) await folder.removeEntry(name).catch(() => undefined);
}
