import { CidMap } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import type { PackSet, StoredAccount } from './account-row.ts';
import type { Connection } from './connection.ts';
import type { PackIndex, Position } from './pack-index.ts';
import { PackRows } from './pack-rows.ts';
import type { RowPlace } from './pack-rows.ts';
import { rebuildIndex, storedIndex } from './rebuild-index.ts';
import { readSection, readSections } from './sections.ts';
import { damaged } from './store-fault.ts';
import { accountWithTail } from './tail.ts';

/** How often a reader looks again when packs were replaced while it read. */
const ATTEMPTS = 3;

/** An account at one moment, with the blocks of its tail. */
export interface Snapshot extends StoredAccount {
  readonly tail: CidMap<Uint8Array>;
}

interface Place extends Position, RowPlace {
  /** Where in the answer. */
  readonly at: number;
}

interface Found {
  readonly blocks: readonly (Uint8Array | undefined)[];
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
  readonly #rows: PackRows;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#rows = new PackRows(connection);
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
    const view: BlockReader['read'] = async (cids) => {
      const { blocks, isTorn, damage } = await this.#find(did, snapshot, cids);
      if (isTorn) throw damaged('A pack', { did });
      if (damage !== undefined) throw damaged('A row of a pack', damage);
      return blocks;
    };
    return { view, read: async (cids) => copies(await view(cids)) };
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
      if (blocks.every((block) => block !== undefined)) return copies(blocks);
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
      if (!isTorn) return copies(blocks);
    }
    throw damaged('A pack', { did });
  }

  #remember(did: string, snapshot: Snapshot): void {
    const before = this.#known.get(did)?.manifest.packs ?? [];
    for (const { id } of before) if (!snapshot.manifest.packs.some((set) => set.id === id)) this.#forgetPack(id);
    this.#known.set(did, snapshot);
  }

  #forgetPack(id: string): void {
    this.#indexes.delete(id);
    this.#rows.forget(id);
  }

  /** Blocks as views. */
  async #find(did: string, { manifest, tail }: Snapshot, cids: readonly Cid[]): Promise<Found> {
    const blocks = cids.map((cid) => tail.get(cid));
    const places: Place[] = [];
    let isTorn = false;
    if (blocks.includes(undefined)) {
      for (const set of manifest.packs) {
        const index = this.#indexes.get(set.id) ?? await this.#loadIndex(did, set);
        if (index === undefined) isTorn = true;
        else cids.forEach((cid, at) => {
          if (blocks[at] === undefined) for (const { row, offset } of index.find(cid)) places.push({ pack: set.id, row, offset, at });
        });
      }
    }
    const rows = await this.#rows.read(did, places);
    let damage: Found['damage'];
    for (const [index, { pack, row, offset, at }] of places.entries()) {
      const bytes = rows[index];
      if (bytes === undefined) {
        isTorn = true;
        continue;
      }
      const cid = cids[at]!;
      const block = readSection(bytes, offset);
      if (block === undefined || !beginsAlike(block.cid, cid)) damage = { did, pack, row, block: cid.toString() };
      else if (block.cid.equals(cid)) blocks[at] ??= block.bytes;
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
}

/** To be given away: a view would keep a whole row in memory. */
function copies(blocks: readonly (Uint8Array | undefined)[]): (Uint8Array | undefined)[] {
  return blocks.map((block) => block?.slice());
}

function addTo(tail: CidMap<Uint8Array>, blocks: readonly Block[]): void {
  for (const { cid, bytes } of blocks) tail.set(cid.detached(), bytes.slice());
}

export function sameSets(a: readonly PackSet[], b: readonly PackSet[]): boolean {
  return a.length === b.length && a.every(({ id }, index) => id === b[index]!.id);
}

function beginsAlike(a: Cid, b: Cid): boolean {
  const [left, right] = [a.digest, b.digest];
  for (let index = 0; index < 8; index++) if (left[index] !== right[index]) return false;
  return true;
}
