// Bits that are turned over in every table: found, named, and put right. Node runs it on a database in memory, browsers on theirs.
import { openDB } from 'idb';
import { readCar } from '../../src/repo/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import type { House } from '../../src/storage/idb/index.ts';
import { pathOf } from '../../src/testing/index.ts';
import {
  BLOB_CID, blocksOf, checked, DID, found, furnish, isAsBefore, LATER, mended, mirrorOf, PACKED, partOf, rescued, spotOf, turn, turnBlock, WITH_BLOB, writing,
} from './idb-damage.ts';
import { codeOf, fault, JOURNAL, ok, rawKeys, same, withHouse } from './idb-house.ts';
import type { HouseCase } from './idb-house.ts';

/** Where in a section, and which bits: its CID at both ends, its length, the block. */
const ONE_BIT = [[1, 0x01], [6, 0x80], [36, 0x01], [39, 0x40], [45, 0x02]] as const;
const LATER_PATH = pathOf(0).replace(/[^/]+$/, 'later-1');

type Sealed = { bytes: Uint8Array; sum: Uint8Array };

export const damageCases: readonly HouseCase[] = [
  {
    name: 'of a house that is as it was stored, all is right, and nothing is changed by mending it',
    async run(_house, name) {
      const before = await furnish(name);
      const result = await checked(name);
      same(found(result), '');
      const [report] = result.accounts;
      same(JSON.stringify([report?.did, report?.records, report?.blobs, report?.history, report?.mirror]), JSON.stringify([DID, PACKED + LATER, 1, LATER, 'https://mirror.test']));
      const packs = (await rawKeys(name, 'packs')).join();
      same(found(await mended(name, before)), '');
      same((await rawKeys(name, 'packs')).join(), packs);
      await isAsBefore(name, before);
    },
  },
  ...(['pack', 'tail'] as const).map((place): HouseCase => ({
    name: `one bit, anywhere in a section of the ${place}, is found, and put right without a copy`,
    async run(_house, name) {
      for (const [at, mask] of ONE_BIT) {
        // What is mended lies in a pack: each time another house, so that the tail is one.
        const each = `${name}-${at}`;
        const before = await furnish(each);
        const cid = blocksOf(before.car).records.get(place === 'pack' ? pathOf(7) : LATER_PATH)!;
        same((await spotOf(each, cid)).table, place === 'pack' ? 'packs' : 'tail');
        await turnBlock(each, cid, at, mask);
        const words = await fault(readAll(each));
        ok(['StoreDamaged', 'BlockHash', 'BlockMissing'].includes(words), `read as ${words}`);
        same(found(await checked(each)), 'rows here');
        same(found(await mended(each)), '');
        await isAsBefore(each, before);
        indexedDB.deleteDatabase(each);
      }
    },
  })),
  {
    name: 'a record of which more is damaged is named, and brought by its CID from a file or from the mirror',
    async run(_house, name) {
      const before = await furnish(name);
      const { records } = blocksOf(before.car);
      for (const [path, given] of [[pathOf(11), { car: before.car }], [LATER_PATH, { fetch: mirrorOf(before.car) }], [pathOf(12), { fetch: mirrorOf(before.car) }]] as const) {
        await turnBlock(name, records.get(path)!, 44, 0x55);
        same(found(await checked(name)), `record ${path} copy, rows here`);
        // Without a copy nothing is lost that was there.
        same(found(await mended(name)), `record ${path} copy, rows here`);
        const result = await mended(name, given);
        same(found(result), '');
        same(result.brought, 1);
        await isAsBefore(name, before);
      }
    },
  },
  {
    name: 'a damaged node names what lies under it, a damaged commit is named, and both come back',
    async run(_house, name) {
      const before = await furnish(name);
      const { nodes, commit } = blocksOf(before.car);
      for (const node of [nodes[0]!, nodes[1]!, nodes.at(-1)!]) {
        await turnBlock(name, node, 42, 0x55);
        const result = await checked(name);
        same(found(result), 'part copy, rows here');
        const [part] = result.accounts[0]!.findings.filter(({ what }) => what === 'part');
        ok(part !== undefined && (node === nodes[0] ? !('above' in part) : 'above' in part || 'below' in part), JSON.stringify(part));
        same(found(await mended(name, before)), '');
        await isAsBefore(name, before);
      }
      await turnBlock(name, commit, 50, 0x55);
      same(found(await checked(name)), 'commit copy, rows here');
      same(found(await mended(name, { fetch: mirrorOf(before.car) })), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'where every row of packs and tail is destroyed, a file brings all of it back, a level of the tree at a time',
    async run(_house, name) {
      const before = await furnish(name);
      for (const table of ['packs', 'tail'] as const) {
        for (const key of await rawKeys(name, table)) {
          await turn(name, table, key as unknown as IDBValidKey, (row: Uint8Array | { blocks: Uint8Array }) => {
            (row instanceof Uint8Array ? row : row.blocks).fill(0x55);
          });
        }
      }
      ok(found(await checked(name)).startsWith('commit copy, part copy, rows here'), 'not named');
      same(found(await mended(name, before)), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'what a copy has is taken though it lacks the rest, which another one brings; a file that is none is refused',
    async run(_house, name) {
      const before = await furnish(name);
      const { records } = blocksOf(before.car);
      const [one, other] = [records.get(pathOf(20))!, records.get(pathOf(40))!];
      for (const cid of [one, other]) await turnBlock(name, cid, 44, 0x55);
      same(await mended(name, { car: Uint8Array.of(1, 2, 3) }).then(() => 'nothing', codeOf), 'CarHeader');
      const half = await mended(name, { car: partOf(before.car, [other]) });
      same(found(half), `record ${pathOf(40)} copy, rows here`);
      same(half.brought, 1);
      await withHouse(name, async ({ store }) => {
        const [bytes] = await store.reader(DID).read([one]);
        ok(bytes !== undefined && bytes[4] !== undefined && (await store.account(DID)) !== undefined, 'what came is not read');
      });
      same(found(await mended(name, { fetch: mirrorOf(before.car, [one]) })), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'a damaged index, and one that is gone, is found and made anew',
    async run(_house, name) {
      const before = await furnish(name);
      for (const at of [0, 7, 10]) {
        await turn(name, 'indexes', undefined, (row: Sealed) => void (row.bytes[at]! ^= 0x55));
        same(found(await checked(name)), 'index here');
        same(found(await mended(name)), '');
        await isAsBefore(name, before);
      }
    },
  },
  {
    name: 'the row of an account is put right after one bit; else it is named, and stays as it is',
    async run(_house, name) {
      const before = await furnish(name);
      for (const change of [(row: Sealed) => void (row.bytes[30]! ^= 4), (row: Sealed) => void (row.sum[3]! ^= 0x80)]) {
        await turn(name, 'accounts', DID, change);
        await withHouse(name, async ({ store }) => same(await fault(store.account(DID)), 'StoreDamaged'));
        same(found(await checked(name)), 'account here');
        same(found(await mended(name)), '');
        await isAsBefore(name, before);
      }
      await turn(name, 'accounts', DID, (row: Sealed) => void (row.bytes[30]! ^= 0x55));
      same(found(await checked(name)), 'account none');
      same(found(await mended(name, before)), 'account none');
      await turn(name, 'accounts', DID, (row: Sealed) => void (row.bytes[30]! ^= 0x55));
      await isAsBefore(name, before);
    },
  },
  {
    name: 'of an account whose row is lost, all that is stored is saved as a file, and comes back over it',
    async run(_house, name) {
      const before = await furnish(name);
      const { account, keys } = await withStore(name, async (store) => ({ account: (await store.account(DID))!, keys: (await store.keys(DID))! }));
      await turn(name, 'accounts', DID, (row: Sealed) => void (row.bytes[30]! ^= 0x55));
      same((await rescued(name)).join(), before.car.join());
      // A damaged record of the newest state: the state before is whole.
      const { records } = blocksOf(before.car);
      await turnBlock(name, records.get(LATER_PATH.replace('1', String(LATER - 1)))!, 44, 0x55);
      same(blocksOf(await rescued(name)).records.size, PACKED + LATER - 1);
      await withStore(name, async (store) => {
        const writer = await store.packs(DID);
        await writer.add(readCar(before.car).blocks, new Map([[WITH_BLOB, [BLOB_CID]]]));
        await writer.adopt(account, keys);
      });
      same(found(await checked(name)), '');
      same((await rawKeys(name, 'history')).length + (await rawKeys(name, 'tail')).length, 0);
      await isAsBefore(name, before);
    },
  },
  {
    name: 'preferences are put right after one bit, else let go and told, and can be set again',
    async run(_house, name) {
      const before = await furnish(name);
      const set = () => withHouse(name, ({ store }) => store.setPreferences(DID, new TextEncoder().encode('[{"$type":"app.bsky.actor.defs#x"}]')));
      await set();
      await turn(name, 'preferences', undefined, (row: Sealed) => void (row.bytes[5]! ^= 4));
      same(found(await checked(name)), 'preferences here');
      same(found(await mended(name)), '');
      await withHouse(name, async ({ store }) => same((await store.preferences(DID))?.length, 35));
      await turn(name, 'preferences', undefined, (row: Sealed) => void (row.bytes[5]! ^= 0x55));
      await withHouse(name, async ({ store }) => same(await fault(store.preferences(DID)), 'StoreDamaged'));
      same(found(await checked(name)), 'preferences drop');
      same(found(await mended(name)), '');
      await withHouse(name, async ({ store }) => same(await store.preferences(DID), undefined));
      await set();
      same(found(await checked(name)), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'rows of history, outbox and journal are put right after one bit, else let go and told, and counted as they are',
    async run(_house, name) {
      const before = await furnish(name);
      for (const table of ['history', 'outbox'] as const) {
        await turn(name, table, undefined, (row: Sealed) => void (row.bytes[20]! ^= 1));
        same(found(await checked(name)), `${table} here`);
        same(found(await mended(name)), '');
        const [, rev] = (await rawKeys(name, table)).at(-1)!;
        await turn(name, table, undefined, (row: Sealed) => void (row.bytes[20]! ^= 0x55));
        await withHouse(name, async ({ store }) => same(await fault(table === 'history' ? store.history(DID, { limit: 9 }) : store.outbox(DID, { limit: 9 })), 'StoreDamaged'));
        same(found(await checked(name)), `${table} drop`);
        const { forgotten, unsent, ...result } = await mended(name);
        same(found(result), '');
        same(forgotten.join(), table === 'history' ? rev : '');
        same(unsent, table === 'outbox' ? 1 : 0);
        same((await rawKeys(name, table)).length, LATER - 1);
      }
      await withHouse(name, async ({ store }) => same((await store.outboxSize(DID)).commits, LATER - 1));
      const [key] = await rawKeys(name, 'journal');
      await turn(name, 'journal', key as unknown as IDBValidKey, (row: Sealed) => void (row.bytes[9]! ^= 0x55));
      await withHouse(name, async ({ store }) => same(await fault(store.journal({ ...JOURNAL, request: key![1] })), 'StoreDamaged'));
      same(found(await checked(name)), 'journal drop');
      same(found(await mended(name)), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'a damaged blob is named with the record that shows it, and comes back from the mirror',
    async run(_house, name) {
      const before = await furnish(name);
      await turnBlob(name);
      same(found(await checked(name)), `blob of ${WITH_BLOB} copy`);
      // A file of the repository holds no blobs.
      same(found(await mended(name, before)), `blob of ${WITH_BLOB} copy`);
      same(found(await mended(name, { fetch: mirrorOf(before.car) })), '');
      await isAsBefore(name, before);
      await turn(name, 'blobs', undefined, (row: { size: number }) => void (row.size ^= 1));
      same(found(await checked(name)), `blob of ${WITH_BLOB} copy`);
      same(found(await mended(name, { fetch: mirrorOf(before.car) })), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'references of blobs that are gone, damaged or too many are made those of the records',
    async run(_house, name) {
      const before = await furnish(name);
      const db = await openDB(name);
      await db.clear('blobRefs');
      await db.put('blobRefs', { did: DID, path: 'app.none/x', rev: '3m6f2k5wq7s2x' }, [DID, BLOB_CID.toString(), 'app.none/x']);
      db.close();
      same(found(await checked(name)), `reference ${WITH_BLOB} here, reference app.none/x here`);
      same(found(await mended(name)), '');
      await turn(name, 'blobRefs', undefined, (row: { path: string }) => {
        row.path = row.path.replace('with', 'wiph');
      });
      same(found(await checked(name)), `reference ${WITH_BLOB} here`);
      same(found(await mended(name)), '');
      await isAsBefore(name, before);
    },
  },
  {
    name: 'writers go on while their house is mended, and nothing of theirs is lost',
    async run(_house, name) {
      const before = await furnish(name);
      await turnBlock(name, blocksOf(before.car).records.get(pathOf(30))!, 44, 0x55);
      await Promise.all([mended(name, before), writing(name, 12)]);
      // What was written while packs were replaced lies beside them.
      const result = await checked(name);
      same(found(result), '');
      same(result.records, PACKED + LATER + 12);
      same(await fault(readAll(name)), 'nothing');
    },
  },
];

async function withStore<Result>(name: string, work: (store: House['store']) => Promise<Result>): Promise<Result> {
  const { store, close } = await openHouse(name);
  return work(store).finally(close);
}

/** Reads every record, as an export does. */
async function readAll(name: string): Promise<void> {
  const { store, close } = await openHouse(name);
  try {
    const { Repository, repositoryBlocks } = await import('../../src/repo/index.ts');
    await store.reading(DID, async ({ head }, reader) => {
      const { commit } = await Repository.open(reader, head.cid);
      for await (const run of repositoryBlocks(reader, commit, head.data)) ok(run.length > 0, 'an empty run');
    });
  } finally {
    await close();
  }
}

/** Turns a byte of the blob over, in its file or in its row. */
async function turnBlob(name: string): Promise<void> {
  const db = await openDB(name);
  const [key] = await db.getAllKeys('blobBytes');
  if (key !== undefined) {
    const bytes: Uint8Array = await db.get('blobBytes', key);
    bytes[2]! ^= 1;
    await db.put('blobBytes', bytes, key);
  }
  db.close();
  if (key !== undefined) return;
  const root = await navigator.storage.getDirectory();
  const folder = await (await root.getDirectoryHandle(`${name}-blobs`)).getDirectoryHandle(encodeURIComponent(DID));
  const file = await folder.getFileHandle(BLOB_CID.toString());
  const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
  bytes[2]! ^= 1;
  const writable = await file.createWritable();
  await writable.write(bytes);
  await writable.close();
}
