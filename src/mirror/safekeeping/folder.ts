import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath } from '../../storage/sqlite/index.ts';

/** What was not done. The message first says what is safe. */
export class SafekeepingError extends Error {}

/** CIDs of the blobs that have a file. */
export async function* blobsIn(folder: string): AsyncGenerator<string> {
  const directory = join(folder, 'blobs');
  const parts = await readdir(directory).catch(() => []);
  // What is being written lies elsewhere, in a folder with a longer name.
  for (const part of parts.filter((name) => name.length === 2)) yield* await readdir(join(directory, part));
}

/** Gives a blob to another folder: the same file under a second name, since it is never changed, or else a copy. False where it has gone. */
export async function giveBlob(from: string, to: string, cid: string): Promise<boolean> {
  const [source, target] = [from, to].map((folder) => blobPath(join(folder, 'blobs'), cid)) as [string, string];
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await link(source, target).catch((error: unknown) => {
      if (['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
      return copyDurably(source, target);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return true;
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

export async function copyDurably(source: string, target: string): Promise<void> {
  await copyFile(source, target);
  await flush(target);
}

/** Makes the bytes of a file, or the names in a folder, durable. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes durable which blobs a folder has, and the folder itself. */
export async function flushFolder(folder: string): Promise<void> {
  const directory = join(folder, 'blobs');
  for (const part of await readdir(directory)) await flush(join(directory, part));
  await flush(directory);
  await flush(folder);
}

/** SHA-256 of a file, as hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
