import { CidMap } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { RepoError } from './errors.ts';

/** What a block that waits takes besides its bytes, as measured: else many blocks of one byte would cost nothing. */
const BLOCK_OVERHEAD = 700;

/** Blocks that came before their place in the tree was known, on bytes of their own and bounded in sum. */
export class Spool {
  readonly #blocks = new CidMap<Block>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#blocks.size;
  }

  /** @throws RepoError BudgetExceeded */
  add({ cid, bytes }: Block): void {
    if (this.#blocks.has(cid)) return;
    this.#bytes += bytes.length + BLOCK_OVERHEAD;
    if (this.#bytes > this.#limit) {
      throw new RepoError('BudgetExceeded', 'Too many blocks wait for their place in the tree', { what: 'waiting', limit: this.#limit });
    }
    const own = cid.detached();
    this.#blocks.set(own, { cid: own, bytes: bytes.slice() });
  }

  take(cid: Cid): Block | undefined {
    const block = this.#blocks.get(cid);
    if (block === undefined) return undefined;
    this.#blocks.delete(cid);
    this.#bytes -= block.bytes.length + BLOCK_OVERHEAD;
    return block;
  }
}
