import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openAsBlob, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UploadFiles } from './upload-files.ts';

/** Where the bytes of a blob are. The last letters of a CID say less. */
export function blobPath(directory: string, cid: string): string {
  return join(directory, cid.slice(-4, -2), cid);
}

/** A file that was written and has no name yet. */
export interface NewFile {
  readonly path: string;
  readonly size: number;
}

/**
 * The bytes of blobs, in files named by their CID. A file is written aside, and keeps its name there until the row that
 * tells of it is stored: what a killed process leaves there says which names to look after.
 */
export class BlobFiles {
  readonly uploads: UploadFiles;
  readonly #directory: string;
  readonly #aside: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#aside = join(directory, 'new');
    mkdirSync(this.#aside, { recursive: true });
    this.uploads = new UploadFiles(directory);
  }

  /** Writes and flushes. What throws, the disk or `chunks`, leaves nothing. */
  async write(cid: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<NewFile> {
    const path = join(this.#aside, `${cid}.${randomUUID()}`);
    const file = await open(path, 'wx');
    let size = 0;
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk);
        size += chunk.length;
      }
      await file.sync();
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    await file.close();
    return { path, size };
  }

  /** Gives the file its name, durably. Within a transaction, so that nobody removes that name meanwhile. */
  name(cid: string, { path }: NewFile): void {
    const named = blobPath(this.#directory, cid);
    const folder = dirname(named);
    if (mkdirSync(folder, { recursive: true }) !== undefined) flush(this.#directory);
    try {
      linkSync(path, named);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'EEXIST') throw error;
      // The same bytes; if the disk has lost some, these heal them.
      renameSync(path, named);
    }
    flush(folder);
  }

  /** Lets go of the place where it was written; a name that it has stays. */
  async forget({ path }: NewFile): Promise<void> {
    await rm(path, { force: true });
  }

  /** CIDs and files that a killed process left where they were written. */
  left(): { readonly cid: string; readonly path: string }[] {
    return readdirSync(this.#aside).map((name) => ({ cid: name.split('.')[0]!, path: join(this.#aside, name) }));
  }

  /** Read at once. */
  readNow(cid: string): Uint8Array<ArrayBuffer> {
    return readFileSync(blobPath(this.#directory, cid));
  }

  /** Read lazily. */
  async read(cid: string, type: string): Promise<Blob> {
    return openAsBlob(blobPath(this.#directory, cid), { type });
  }

  remove(cid: string): void {
    rmSync(blobPath(this.#directory, cid), { force: true });
  }
}

function flush(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
