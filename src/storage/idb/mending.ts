import type { Cid, CidMap, Nsid } from '../../protocol/index.ts';
import { readerOver } from '../../repo/index.ts';
import { StoreError } from '../../pds/index.ts';
import type { CollectionCount } from '../../pds/index.ts';
import { accountRow, readAccountRow } from './account-row.ts';
import type { Manifest, StoredAccount } from './account-row.ts';
import type { AccountScan, FoundRow } from './account-scan.ts';
import type { Connection, Reading, Writing } from './connection.ts';
import { buildingPack, compactPacks, replacePacks } from './replace-packs.ts';
import { under } from './schema.ts';
import type { SealedRow } from './schema.ts';
import { damaged } from './store-fault.ts';

/** Rows that nobody can put right, and that were let go. */
export interface LetGo {
  /** Revs of commits that history forgot. */
  readonly history: readonly string[];
  /** Commits that waited for the mirror: it is handed the whole repository instead. */
  readonly outbox: number;
  /** Answers that were kept for requests that are asked twice. */
  readonly journal: number;
}

/**
 * Puts rows right that say themselves what they were, and lets go of those that do not, but for the account's own. Rows that
 * were changed since they were found stay. Counts of the manifest follow.
 */
export async function mendRows(connection: Connection, did: string | undefined, rows: readonly FoundRow[]): Promise<LetGo> {
  const gone: FoundRow[] = [];
  await connection.write(['accounts', 'history', 'outbox', 'journal', 'preferences'], async (transaction) => {
    gone.length = 0;
    for (const row of rows) if (await isStill(transaction, row) && !await putBack(transaction, row)) gone.push(row);
    if (did !== undefined) await recount(transaction, did);
  });
  const count = (table: FoundRow['table']): FoundRow[] => gone.filter((row) => row.table === table);
  return { history: count('history').map(({ key }) => key[1]!), outbox: count('outbox').length, journal: count('journal').length };
}

async function isStill(transaction: Writing, { table, key, found }: FoundRow): Promise<boolean> {
  const now = await transaction.objectStore(table).get(keyOf(key)) as SealedRow | undefined;
  return now !== undefined && same(now.bytes, found.bytes) && same(now.sum, found.sum);
}

/** False where it had to be let go. */
async function putBack(transaction: Writing, { table, key, mended }: FoundRow): Promise<boolean> {
  if (mended === undefined) {
    // Whoever restores the account takes this row away; until then it says that there is one.
    if (table !== 'accounts') await transaction.objectStore(table).delete(keyOf(key));
    return false;
  }
  await transaction.objectStore(table).put(mended as never, keyOf(key));
  return true;
}

/** Of a row that an account has one of, the DID alone. */
function keyOf(key: readonly string[]): never {
  return (key.length === 1 ? key[0] : key) as never;
}

/** Whether the manifest of an account counts what is there; so it does where there is none that can be read. */
export function isCounted(connection: Connection, did: string): Promise<boolean> {
  return connection.read(['accounts', 'history', 'outbox'], async (transaction) => {
    const row = await transaction.objectStore('accounts').get(did);
    const manifest = row && readable(row, did)?.manifest;
    if (manifest === undefined) return true;
    const counted = await counts(transaction, did);
    return (Object.keys(counted) as (keyof Counts)[]).every((name) => counted[name] === manifest[name]);
  });
}

/** Bytes of history and outbox as they are now. */
async function recount(transaction: Writing, did: string): Promise<void> {
  const row = await transaction.objectStore('accounts').get(did);
  const stored = row && readable(row, did);
  if (stored === undefined) return;
  const manifest = { ...stored.manifest, ...await counts(transaction, did) };
  await transaction.objectStore('accounts').put(accountRow({ ...stored, manifest }), did);
}

type Counts = Pick<Manifest, 'historyBytes' | 'waiting' | 'waitingBytes'>;

async function counts(transaction: Reading | Writing, did: string): Promise<Counts> {
  const reading = transaction as Reading;
  let [historyBytes, waiting, waitingBytes] = [0, 0, 0];
  for (let row = await reading.objectStore('history').openCursor(under(did)); row !== null; row = await row.continue()) {
    historyBytes += row.value.bytes.length;
  }
  for (let row = await reading.objectStore('outbox').openCursor(under(did)); row !== null; row = await row.continue()) {
    waiting++;
    waitingBytes += row.value.size;
  }
  return { historyBytes, waiting, waitingBytes };
}

function readable(row: SealedRow, did: string): StoredAccount | undefined {
  try {
    return readAccountRow(row, did);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'StoreDamaged') return undefined;
    throw error;
  }
}

/** What a whole reading of the repository has found, which rows of the account are to say. */
export interface Reckoned {
  readonly collections: ReadonlyMap<Nsid, CollectionCount>;
  /** The blobs that records name, by path. */
  readonly blobs: ReadonlyMap<string, readonly Cid[]>;
}

/**
 * Puts counts and blob references right, if the account is still at the head at which they were reckoned; false where it
 * is not.
 */
export function mendReckoning(connection: Connection, { account: { did, head } }: StoredAccount, { collections, blobs }: Reckoned): Promise<boolean> {
  return connection.write(['accounts', 'blobRefs'], async (transaction) => {
    const row = await transaction.objectStore('accounts').get(did);
    const stored = row && readAccountRow(row, did);
    if (stored === undefined || !stored.account.head.cid.equals(head.cid)) return false;
    await transaction.objectStore('accounts').put(accountRow({ ...stored, account: { ...stored.account, collections } }), did);
    const references = transaction.objectStore('blobRefs');
    const wanted = new Map([...blobs].flatMap(([path, cids]) => cids.map((cid) => [`${cid.toString()} ${path}`, [did, cid.toString(), path]] as const)));
    for (let cursor = await references.openCursor(under(did)); cursor !== null; cursor = await cursor.continue()) {
      const [, cid, path] = cursor.key;
      const isRight = cursor.value.did === did && cursor.value.path === path && wanted.delete(`${cid} ${path}`);
      if (!isRight) await references.delete(cursor.primaryKey);
    }
    for (const [cidAndPath, key] of wanted) await references.put({ did, path: cidAndPath.slice(cidAndPath.indexOf(' ') + 1), rev: head.rev }, key as never);
    return true;
  });
}

/**
 * Stores the blocks of an account anew: those that were found to be right, and those that were brought. With all of them
 * everything becomes one pack; else what was brought and what the tail held becomes a pack that is asked first.
 * @returns false where packs were replaced meanwhile: nothing was changed then
 */
export function mendBlocks(connection: Connection, scan: AccountScan, brought: CidMap<Uint8Array>, isWhole: boolean): Promise<boolean> {
  const { stored, blocks, did } = scan;
  if (stored === undefined) throw damaged('The row of an account', { did });
  if (isWhole) return compactPacks(connection, stored, readerOver(brought, blocks));
  return buildingPack(connection, did, async (builder) => {
    for (const held of [blocks.held, brought]) await builder.add([...held.entries()].map(([cid, bytes]) => ({ cid, bytes })));
    const set = await builder.finish();
    return replacePacks(connection, did, stored.manifest, ({ packs, deadBytes }) => ({ packs: [set, ...packs], deadBytes }));
  });
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
