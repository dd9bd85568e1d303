import type { NewFile } from '../../src/storage/sqlite/blob-files.ts';

/** The files of a mirror's blobs on a disk in memory: as BlobFiles of src/storage/sqlite. */
export class MemoryFiles {
  readonly #named = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #aside = new Map<string, Uint8Array<ArrayBuffer>>();
  #count = 0;
  /** No house here sends a blob that is large enough to come in parts. */
  readonly uploads = { keys: () => [] };

  async write(cid: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<NewFile> {
    const path = `${cid}.${++this.#count}`;
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    const bytes = new Uint8Array(Buffer.concat(parts));
    this.#aside.set(path, bytes);
    return { path, size: bytes.length };
  }

  name(cid: string, { path }: NewFile): void {
    this.#named.set(cid, this.#aside.get(path)!);
  }

  async forget({ path }: NewFile): Promise<void> {
    this.#aside.delete(path);
  }

  left(): { readonly cid: string; readonly path: string }[] {
    return [...this.#aside.keys()].map((path) => ({ cid: path.split('.')[0]!, path }));
  }

  readNow(cid: string): Uint8Array<ArrayBuffer> {
    const bytes = this.#named.get(cid);
    if (bytes === undefined) throw new Error(`There is no file ${cid}`);
    return bytes;
  }

  async read(cid: string, type: string): Promise<Blob> {
    return new Blob([this.readNow(cid)], { type });
  }

  remove(cid: string): void {
    this.#named.delete(cid);
  }
}
