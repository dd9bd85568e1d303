import { CidMap } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import type { PackSet, StoredAccount } from './account-row.ts';
import type { Connection } from './connection.ts';
import type { PackIndex, Position } from './pack-index.ts';
import { rebuildIndex, storedIndex } from './rebuild-index.ts';
import { RowCache } from './row-cache.ts';
import { readSection, readSections } from './sections.ts';
import { damaged } from './store-fault.ts';
import { accountWithTail } from './tail.ts';

const ROW_ROOM = 8 * 1024 * 1024;
/** How often a reader looks again when packs were replaced while it read. */
const ATTEMPTS = 3;

/** An account at one moment, with the blocks of its tail. */
export interface Snapshot extends StoredAccount {
  readonly tail: CidMap<Uint8Array>;
}

interface Place extends Position {
  readonly pack: string;
  /** Where in the answer. */
  readonly at: number;
}

interface Found {
  readonly blocks: (Uint8Array | undefined)[];
  /** Packs of the snapshot are no longer there. */
  readonly isTorn: boolean;
  /** A row where a block should be that was not found elsewhere. */
  readonly damage?: Readonly<Record<string, string | number>>;
}

/**
 * Reads blocks of accounts: those of the tail from memory, then by index from packs. A block is the same for ever, so
 * that what is remembered can lack blocks but never give wrong ones; where one is missing, the account is read anew.
 */
export class BlockSource {
  readonly #connection: Connection;
  readonly #known = new Map<string, Snapshot>();
  readonly #indexes = new Map<string, PackIndex>();
  readonly #rows = new RowCache(ROW_ROOM);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The account as it is now; undefined when there is none. */
  async snapshot(did: string): Promise<Snapshot | undefined> {
    const found = await accountWithTail(this.#connection, did);
    if (found === undefined) return undefined;
    const tail = new CidMap<Uint8Array>();
    for (const { blocks } of found.rows) {
      const sections = readSections(blocks);
      if (sections === undefined) throw damaged('A row of the tail', { did });
      addTo(tail, sections);
    }
    return { account: found.account, manifest: found.manifest, tail };
  }

  /** Blocks of an account, whatever becomes of it. */
  reader(did: string): BlockReader {
    return { read: (cids) => this.#read(did, cids) };
  }

  /** Blocks as they were at the snapshot. Its packs have to be kept from deletion. */
  fixedReader(did: string, snapshot: Snapshot): BlockReader {
    return {
      read: async (cids) => {
        const { blocks, isTorn, damage } = await this.#find(did, snapshot, cids);
        if (isTorn) throw damaged('A pack', { did });
        if (damage !== undefined) throw damaged('A row of a pack', damage);
        return blocks;
      },
    };
  }

  /** A commit of ours has become durable: what is remembered need not be read anew. */
  committed(did: string, stored: StoredAccount, blocks: readonly Block[]): void {
    const known = this.#known.get(did);
    if (known === undefined) return;
    const [before, after] = [known.manifest, stored.manifest];
    const follows = before.id === after.id && before.next + 1 === after.next && before.from === after.from;
    if (!follows || !sameSets(before.packs, after.packs)) {
      this.#known.delete(did);
      return;
    }
    addTo(known.tail, blocks);
    this.#known.set(did, { ...stored, tail: known.tail });
  }

  /** What is remembered of the account is out of date. */
  forget(did: string): void {
    this.#known.delete(did);
  }

  async #read(did: string, cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> {
    const known = this.#known.get(did);
    if (known !== undefined) {
      const { blocks } = await this.#find(did, known, cids);
      if (blocks.every((block) => block !== undefined)) return blocks;
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const snapshot = await this.snapshot(did);
      if (snapshot === undefined) {
        this.#known.delete(did);
        return cids.map(() => undefined);
      }
      this.#remember(did, snapshot);
      const { blocks, isTorn, damage } = await this.#find(did, snapshot, cids);
      if (damage !== undefined) throw damaged('A row of a pack', damage);
      if (!isTorn) return blocks;
    }
    throw damaged('A pack', { did });
  }

  #remember(did: string, snapshot: Snapshot): void {
    const before = this.#known.get(did)?.manifest.packs ?? [];
    for (const { id } of before) if (!snapshot.manifest.packs.some((set) => set.id === id)) this.#indexes.delete(id);
    this.#known.set(did, snapshot);
  }

  async #find(did: string, { manifest, tail }: Snapshot, cids: readonly Cid[]): Promise<Found> {
    // What is given away is a copy: a view would keep a whole row in memory.
    const blocks = cids.map((cid) => tail.get(cid)?.slice());
    const missing = cids.flatMap((cid, at) => (blocks[at] === undefined ? [{ cid, at }] : []));
    if (missing.length === 0) return { blocks, isTorn: false };
    let isTorn = false;
    const places: Place[] = [];
    for (const set of manifest.packs) {
      const index = this.#indexes.get(set.id) ?? await this.#loadIndex(did, set);
      if (index === undefined) isTorn = true;
      else for (const { cid, at } of missing) for (const position of index.find(cid)) places.push({ ...position, at, pack: set.id });
    }
    const rows = await this.#loadRows(did, places);
    let damage: Found['damage'];
    for (const { pack, row, offset, at } of places) {
      const bytes = rows.get(rowName(pack, row));
      if (bytes === undefined) {
        isTorn = true;
        continue;
      }
      const cid = cids[at]!;
      const block = readSection(bytes, offset);
      if (block === undefined || !beginsAlike(block.cid, cid)) damage = { did, pack, row, block: cid.toString() };
      else if (block.cid.equals(cid)) blocks[at] ??= block.bytes.slice();
    }
    // What is damaged in one pack may be whole in another.
    return { blocks, isTorn, ...(damage !== undefined && blocks.includes(undefined) && { damage }) };
  }

  /** A damaged one is made anew from its pack. */
  async #loadIndex(did: string, set: PackSet): Promise<PackIndex | undefined> {
    const index = await storedIndex(this.#connection, did, set) ?? await rebuildIndex(this.#connection, did, set);
    if (index !== undefined) this.#indexes.set(set.id, index);
    return index;
  }

  /** The rows of these places by name, all that are not in memory at once. */
  async #loadRows(did: string, places: readonly Place[]): Promise<ReadonlyMap<string, Uint8Array | undefined>> {
    const rows = new Map<string, Uint8Array | undefined>();
    const wanted: Place[] = [];
    for (const place of places) {
      const name = rowName(place.pack, place.row);
      if (rows.has(name)) continue;
      const row = this.#rows.get(name);
      rows.set(name, row);
      if (row === undefined) wanted.push(place);
    }
    if (wanted.length === 0) return rows;
    const found = await this.#connection.read(['packs'], (transaction) => {
      const packs = transaction.objectStore('packs');
      return Promise.all(wanted.map(({ pack, row }) => packs.get([did, pack, row])));
    });
    wanted.forEach(({ pack, row }, index) => {
      const bytes = found[index];
      if (bytes === undefined) return;
      rows.set(rowName(pack, row), bytes);
      this.#rows.add(rowName(pack, row), bytes);
    });
    return rows;
  }
}

function addTo(tail: CidMap<Uint8Array>, blocks: readonly Block[]): void {
  for (const { cid, bytes } of blocks) tail.set(cid.detached(), bytes.slice());
}

export function sameSets(a: readonly PackSet[], b: readonly PackSet[]): boolean {
  return a.length === b.length && a.every(({ id }, index) => id === b[index]!.id);
}

function rowName(pack: string, row: number): string {
  return `${pack}/${row}`;
}

function beginsAlike(a: Cid, b: Cid): boolean {
  for (let index = 0; index < 8; index++) if (a.digest[index] !== b.digest[index]) return false;
  return true;
}
