import type { Connection } from './connection.ts';
import type { PackSet } from './account-row.ts';
import { IndexBuilder, PackIndex } from './pack-index.ts';
import { under } from './schema.ts';
import type { OwnBytes } from './schema.ts';
import { isSealed, sealBytes } from './sealed-row.ts';
import { readSections, sectionSize } from './sections.ts';
import { damaged } from './store-fault.ts';

/** Rows of a pack read at a time: 4 MB, as they are written. */
const ROWS = 64;

/** The rows of a pack with their numbers, in their order, some at a time. */
export async function* rowsOfPack(connection: Connection, did: string, id: string): AsyncGenerator<readonly (readonly [number, OwnBytes])[]> {
  for (let first = 0; ;) {
    const range = IDBKeyRange.bound([did, id, first], [did, id, []]);
    const [keys, rows] = await connection.read(['packs'], (transaction) => {
      const packs = transaction.objectStore('packs');
      return Promise.all([packs.getAllKeys(range, ROWS), packs.getAll(range, ROWS)]);
    });
    if (rows.length > 0) yield rows.map((row, index) => [keys[index]![2], row] as const);
    if (rows.length < ROWS) return;
    first = keys.at(-1)![2] + 1;
  }
}

/** The index of a pack as it is stored; undefined where it is damaged or missing. */
export async function storedIndex(connection: Connection, did: string, { id, blocks }: PackSet): Promise<PackIndex | undefined> {
  const parts = await connection.read(['indexes'], (transaction) => transaction.objectStore('indexes').getAll(under(did, id)));
  if (!parts.every(isSealed)) return undefined;
  const index = new PackIndex(parts.map(({ bytes }) => bytes));
  return index.count === blocks ? index : undefined;
}

/**
 * Makes the index of a pack from its rows, and stores it. Undefined where the pack is gone.
 * @throws StoreError StoreDamaged where the rows are damaged too
 */
export async function rebuildIndex(connection: Connection, did: string, { id, blocks }: PackSet): Promise<PackIndex | undefined> {
  const builder = new IndexBuilder();
  for await (const rows of rowsOfPack(connection, did, id)) {
    for (const [row, bytes] of rows) {
      const sections = readSections(bytes);
      if (sections === undefined) throw damaged('A row of a pack, and its index,', { did, pack: id, row });
      let offset = 0;
      for (const section of sections) {
        builder.add(section.cid, row, offset);
        offset += sectionSize(section);
      }
    }
  }
  if (builder.count === 0) return undefined;
  if (builder.count !== blocks) throw damaged('A pack, and its index,', { did, pack: id });
  const parts = [...builder.parts()];
  await storeIndex(connection, did, id, parts);
  return new PackIndex(parts);
}

function storeIndex(connection: Connection, did: string, id: string, parts: readonly OwnBytes[]): Promise<void> {
  return connection.write(['packs', 'indexes'], async (transaction) => {
    // Packs that are gone get no index.
    if (await transaction.objectStore('packs').count(under(did, id)) === 0) return;
    const indexes = transaction.objectStore('indexes');
    await Promise.all([
      indexes.delete(under(did, id)),
      ...parts.map((part, number) => indexes.put(sealBytes(part), [did, id, number])),
    ]);
  });
}
