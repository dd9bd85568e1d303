import { CidMap } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import type { Connection } from './connection.ts';
import { PackIndex } from './pack-index.ts';
import type { IndexBuilder } from './pack-index.ts';
import { RowCache } from './row-cache.ts';
import { readSection } from './sections.ts';

const ROW_ROOM = 8 * 1024 * 1024;

/** The blocks of an account that were found to be right, wherever they lie: an index of its own, 12 bytes a block. */
export class RightBlocks implements BlockReader {
  readonly #connection: Connection;
  readonly #did: string;
  /** Of the tail, and what could be saved from damaged rows. */
  readonly held = new CidMap<Uint8Array>();
  readonly #indexes = new Map<string, PackIndex>();
  readonly #rows = new RowCache(ROW_ROOM);

  constructor(connection: Connection, did: string) {
    this.#connection = connection;
    this.#did = did;
  }

  hold({ cid, bytes }: Block): void {
    this.held.set(cid.detached(), bytes.slice());
  }

  /** What was found in a pack. */
  addPack(id: string, found: IndexBuilder): void {
    this.#indexes.set(id, new PackIndex([...found.parts()]));
  }

  async read(cids: readonly Cid[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.all(cids.map((cid) => this.held.get(cid) ?? this.#inPacks(cid)));
  }

  async #inPacks(cid: Cid): Promise<Uint8Array | undefined> {
    for (const [pack, index] of this.#indexes) {
      for (const { row, offset } of index.find(cid)) {
        const block = readSection(await this.#row(pack, row), offset);
        if (block?.cid.equals(cid) === true) return block.bytes.slice();
      }
    }
    return undefined;
  }

  async #row(pack: string, row: number): Promise<Uint8Array> {
    const name = `${pack}/${row}`;
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const bytes = await this.#connection.read(['packs'], (transaction) => transaction.objectStore('packs').get([this.#did, pack, row]));
    this.#rows.add(name, bytes ?? new Uint8Array(0));
    return bytes ?? new Uint8Array(0);
  }
}
