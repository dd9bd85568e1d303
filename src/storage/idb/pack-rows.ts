import type { Connection } from './connection.ts';
import { RowCache } from './row-cache.ts';

const ROW_ROOM = 8 * 1024 * 1024;
/** So many rows are read at once by who reads one after the other: about a megabyte. */
const RUN_ROWS = 16;

/** Where a row lies. */
export interface RowPlace {
  readonly pack: string;
  readonly row: number;
}

type FoundRow = RowPlace & { readonly bytes: Uint8Array };

/**
 * Rows of packs: those read last stay in memory, and those that are read one after the other, as a walk does, are read some at
 * a time and ahead of who asks.
 */
export class PackRows {
  readonly #connection: Connection;
  readonly #kept = new RowCache(ROW_ROOM);
  /** By pack, the row behind those that were read last. */
  readonly #next = new Map<string, number>();
  #ahead: (RowPlace & { readonly rows: Promise<readonly FoundRow[]> }) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The row of each place, undefined where there is none; what is not in memory is read at once. */
  async read(did: string, places: readonly RowPlace[]): Promise<readonly (Uint8Array | undefined)[]> {
    const rows = new Map<string, Uint8Array | undefined>();
    const wanted: RowPlace[] = [];
    let name = '';
    const names = places.map(({ pack, row }, index) => {
      const before = places[index - 1];
      // Most blocks lie beside the one before, and to make a name takes longer than to look for it.
      if (before?.row === row && before.pack === pack) return name;
      name = nameOf({ pack, row });
      if (rows.has(name)) return name;
      const kept = this.#kept.get(name);
      rows.set(name, kept);
      if (kept === undefined) wanted.push({ pack, row });
      return name;
    });
    for (const found of await Promise.all(wanted.map((place) => this.#readFrom(did, place)))) {
      for (const place of found) {
        const read = nameOf(place);
        this.#kept.add(read, place.bytes);
        if (rows.has(read)) rows.set(read, place.bytes);
      }
    }
    return names.map((one) => rows.get(one));
  }

  /** Nobody will ask for this pack any more. */
  forget(pack: string): void {
    this.#next.delete(pack);
  }

  #readFrom(did: string, { pack, row }: RowPlace): Promise<readonly FoundRow[]> {
    const isRun = this.#next.get(pack) === row;
    const end = row + (isRun ? RUN_ROWS : 1);
    this.#next.set(pack, end);
    if (!isRun) return this.#readRange(did, pack, row, end);
    const ahead = this.#ahead;
    const found = ahead?.pack === pack && ahead.row === row ? ahead.rows : this.#readRange(did, pack, row, end);
    this.#readAhead(did, pack, end);
    return found;
  }

  #readAhead(did: string, pack: string, row: number): void {
    const rows = this.#readRange(did, pack, row, row + RUN_ROWS);
    const ahead = { pack, row, rows };
    this.#ahead = ahead;
    // Who asks for them later tries anew.
    rows.catch(() => {
      if (this.#ahead === ahead) this.#ahead = undefined;
    });
  }

  async #readRange(did: string, pack: string, row: number, end: number): Promise<readonly FoundRow[]> {
    const range = IDBKeyRange.bound([did, pack, row], [did, pack, end], false, true);
    const [keys, rows] = await this.#connection.read(['packs'], (transaction) => {
      const packs = transaction.objectStore('packs');
      return Promise.all([packs.getAllKeys(range), packs.getAll(range)]);
    });
    return rows.map((bytes, index) => ({ pack, row: keys[index]![2], bytes }));
  }
}

function nameOf({ pack, row }: RowPlace): string {
  return `${pack}/${row}`;
}
