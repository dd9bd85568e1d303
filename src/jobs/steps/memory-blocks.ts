import { CID_SIZE, CidMap } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { BlockReader, CommitResult } from '../../repo/index.ts';

/** The blocks of a repository that lives as long as the check. */
export class MemoryBlocks implements BlockReader {
  readonly #blocks = new CidMap<Uint8Array>();

  /** What a CAR of all of them takes, nearly: for telling how far an export is. */
  get exportBytes(): number {
    let bytes = 0;
    for (const block of this.#blocks.values()) bytes += CID_SIZE + block.length;
    return bytes;
  }

  async read(cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> {
    return cids.map((cid) => this.#blocks.get(cid));
  }

  take({ newBlocks, deadBlocks }: CommitResult): void {
    for (const cid of deadBlocks) this.#blocks.delete(cid);
    for (const { cid, bytes } of newBlocks) this.#blocks.set(cid, bytes);
  }
}
