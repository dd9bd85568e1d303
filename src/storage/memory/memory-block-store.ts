import { CidMap } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { BlockChange, BlockStore } from '../../repo/index.ts';

/** Blocks in memory: for tests, for work that is thrown away, and as the plainest reading of the port. */
export class MemoryBlockStore implements BlockStore {
  readonly #blocks = new CidMap<Uint8Array>();
  #bytes = 0;

  get size(): number {
    return this.#blocks.size;
  }

  /** Bytes of all blocks. */
  get bytes(): number {
    return this.#bytes;
  }

  cids(): Iterable<Cid> {
    return this.#blocks.keys();
  }

  async read(cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> {
    return cids.map((cid) => this.#blocks.get(cid));
  }

  async apply({ put = [], remove = [] }: BlockChange): Promise<void> {
    // Both are read to their end before anything changes: they may throw.
    const coming = [...put];
    for (const cid of [...remove]) this.#remove(cid);
    for (const { cid, bytes } of coming) this.#put(cid, bytes);
  }

  #put(cid: Cid, bytes: Uint8Array): void {
    if (this.#blocks.has(cid)) return;
    // A block may be a view on a much larger buffer, which would be kept with it.
    this.#blocks.set(cid.detached(), bytes.slice());
    this.#bytes += bytes.length;
  }

  #remove(cid: Cid): void {
    const bytes = this.#blocks.get(cid);
    if (bytes === undefined) return;
    this.#blocks.delete(cid);
    this.#bytes -= bytes.length;
  }
}
