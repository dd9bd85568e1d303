import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadKey } from './upload-rows.ts';

/** The bytes of blobs that have not come whole, each in a file that grows. */
export class UploadFiles {
  readonly #folder: string;

  /** @param folder of all blobs */
  constructor(folder: string) {
    this.#folder = join(folder, 'parts');
    mkdirSync(this.#folder, { recursive: true });
  }

  path({ account, cid, size }: UploadKey): string {
    return join(this.#folder, `${cid}.${account}.${size}`);
  }

  size(key: UploadKey): number {
    return statSync(this.path(key), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Opens it to write on from there; what lies behind, which nobody was told of, goes. */
  async open(key: UploadKey, from: number): Promise<FileHandle> {
    const file = await open(this.path(key), 'a');
    try {
      await file.truncate(from);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Makes durable that a new one is there. */
  async flushNames(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** SHA-256. */
  async hash(key: UploadKey): Promise<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.path(key))) hash.update(chunk as Uint8Array);
    return hash.digest();
  }

  keys(): UploadKey[] {
    return readdirSync(this.#folder).map((name) => {
      const [cid = '', account, size] = name.split('.');
      return { cid, account: Number(account), size: Number(size) };
    });
  }

  remove(key: UploadKey): void {
    rmSync(this.path(key), { force: true });
  }
}
