import type { Block } from '../../repo/index.ts';
import { StoreError } from '../../pds/index.ts';
import { readAccountRow } from './account-row.ts';
import type { PackSet } from './account-row.ts';
import type { Connection } from './connection.ts';
import { IndexBuilder, MAX_ROWS } from './pack-index.ts';
import { under } from './schema.ts';
import type { OwnBytes } from './schema.ts';
import { sealBytes } from './sealed-row.ts';
import { sectionSize, writeSection } from './sections.ts';

/** A row above 64 KiB costs twice as much to write. */
export const ROW_BYTES = 60 * 1024;
/** Rows are written so many bytes at a time. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** Builds a pack that no manifest lists yet. Memory is a batch of rows and the index. */
export class PackBuilder {
  readonly did: string;
  readonly id = crypto.randomUUID();
  readonly #connection: Connection;
  readonly #index = new IndexBuilder();
  #row = new Uint8Array(ROW_BYTES);
  #used = 0;
  #full: OwnBytes[] = [];
  #fullBytes = 0;
  #rows = 0;
  #bytes = 0;

  constructor(connection: Connection, did: string) {
    this.#connection = connection;
    this.did = did;
  }

  /** @throws StoreError StorageFull, when there is no room or a pack cannot hold more (3.9 GB) */
  async add(blocks: readonly Block[]): Promise<void> {
    for (const block of blocks) {
      this.#put(block);
      if (this.#fullBytes >= BATCH_BYTES) await this.#flush();
    }
  }

  /** Writes what is left, and the index. */
  async finish(): Promise<PackSet> {
    this.#endRow();
    await this.#flush();
    const { did, id } = this;
    await this.#connection.write(['indexes'], async (transaction) => {
      const parts = [...this.#index.parts()];
      await Promise.all(parts.map((part, number) => transaction.objectStore('indexes').put(sealBytes(part), [did, id, number])));
    });
    return { id, bytes: this.#bytes, blocks: this.#index.count };
  }

  /** Removes what was written, unless it was listed after all. */
  discard(): Promise<void> {
    return deletePack(this.#connection, this.did, this.id);
  }

  #put(block: Block): void {
    const size = sectionSize(block);
    if (this.#used + size > ROW_BYTES) this.#endRow();
    if (this.#rows >= MAX_ROWS) {
      throw new StoreError('StorageFull', 'A repository of more than 3.9 GB does not fit into one pack', { did: this.did });
    }
    this.#index.add(block.cid, this.#rows, this.#used);
    if (size > ROW_BYTES) {
      const row = new Uint8Array(size);
      writeSection(row, 0, block);
      this.#push(row);
      return;
    }
    writeSection(this.#row, this.#used, block);
    this.#used += size;
  }

  #endRow(): void {
    if (this.#used === 0) return;
    const row = this.#row.slice(0, this.#used);
    this.#used = 0;
    this.#push(row);
  }

  #push(row: OwnBytes): void {
    this.#full.push(row);
    this.#fullBytes += row.length;
    this.#bytes += row.length;
    this.#rows++;
  }

  async #flush(): Promise<void> {
    if (this.#full.length === 0) return;
    const rows = this.#full;
    const first = this.#rows - rows.length;
    this.#full = [];
    this.#fullBytes = 0;
    await this.#connection.write(['packs'], async (transaction) => {
      const packs = transaction.objectStore('packs');
      await Promise.all(rows.map((row, index) => packs.put(row, [this.did, this.id, first + index])));
    });
  }
}

/** Removes the rows of a pack, unless its account lists it. */
export function deletePack(connection: Connection, did: string, id: string): Promise<void> {
  return connection.write(['accounts', 'packs', 'indexes'], async (transaction) => {
    const row = await transaction.objectStore('accounts').get(did);
    if (row !== undefined && readAccountRow(row, did).manifest.packs.some((set) => set.id === id)) return;
    await Promise.all((['packs', 'indexes'] as const).map((name) => transaction.objectStore(name).delete(under(did, id))));
  });
}
