/** Bytes of blobs as files of the origin (OPFS): a folder for each account, a file for each blob. */
export class BlobFiles {
  readonly #root: FileSystemDirectoryHandle;

  private constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  /** Undefined where this browser has no files, or none that can be written from here. */
  static async open(house: string): Promise<BlobFiles | undefined> {
    if (typeof FileSystemFileHandle === 'undefined' || !('createWritable' in FileSystemFileHandle.prototype)) return undefined;
    try {
      const root = await navigator.storage.getDirectory();
      return new BlobFiles(await root.getDirectoryHandle(`${house}-blobs`, { create: true }));
    } catch {
      return undefined;
    }
  }

  /** Writes a file: what is written goes to a swap file, which takes the place when it is complete. */
  async write(did: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = await this.#root.getDirectoryHandle(encodeURIComponent(did), { create: true });
    const file = await folder.getFileHandle(name, { create: true });
    const writable = await file.createWritable();
    try {
      await writable.write(new Uint8Array(bytes));
    } catch (error) {
      await writable.abort().catch(() => undefined);
      throw error;
    }
    await writable.close();
  }

  async read(did: string, name: string): Promise<File | undefined> {
    const folder = await this.#folder(did);
    return folder && unlessMissing(folder.getFileHandle(name).then((file) => file.getFile()));
  }

  async remove(did: string, name: string): Promise<void> {
    const folder = await this.#folder(did);
    if (folder !== undefined) await unlessMissing(folder.removeEntry(name));
  }

  /** The names of all files of an account. */
  async names(did: string): Promise<string[]> {
    const folder = await this.#folder(did);
    const names: string[] = [];
    if (folder !== undefined) for await (const name of folder.keys()) names.push(name);
    return names;
  }

  async removeAll(did: string): Promise<void> {
    await unlessMissing(this.#root.removeEntry(encodeURIComponent(did), { recursive: true }));
  }

  #folder(did: string): Promise<FileSystemDirectoryHandle | undefined> {
    return unlessMissing(this.#root.getDirectoryHandle(encodeURIComponent(did)));
  }
}

async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
}
