import { CidMap, isBlockOf } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { CompactionOptions } from '../../pds/index.ts';
import { readAccountRow } from './account-row.ts';
import type { Manifest, StoredAccount } from './account-row.ts';
import type { BlockSource } from './block-source.ts';
import type { Connection } from './connection.ts';
import { isHistoryDue, pruneHistory } from './history.ts';
import { ifFree, locked, lockName } from './locks.ts';
import { deletePack } from './pack-builder.ts';
import { buildingPack, compactPacks, replacePacks } from './replace-packs.ts';
import type { TailRow } from './schema.ts';
import { readCids, readSections } from './sections.ts';
import { accountMissing, damaged } from './store-fault.ts';
import { accountWithTail } from './tail.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MEBIBYTE = 1024 * 1024;
/** The tail is folded when it has so many rows, or a mebibyte. */
const TAIL_ROWS = 256;
/** Every pack is asked for every block: with more than this they are made one. */
const MOST_PACKS = 24;
/** What a node takes in a pack, about: how much is dead need not be known exactly. */
const NODE_BYTES = 400;

/** What is swept and pruned is looked for so often. */
const SWEEP_EVERY_MS = 60 * 60 * 1000;

/**
 * Keeps a house tidy beside its writers: they are not waited for, and do not wait. New packs are built aside; one short
 * transaction lists them in place of what they hold, if nobody else did so. Stopped half-way it leaves packs that no
 * manifest lists, which are swept.
 */
export class Maintenance {
  readonly #connection: Connection;
  readonly #source: BlockSource;
  readonly #now: () => number;
  #swept = -Infinity;

  constructor(connection: Connection, source: BlockSource, now: () => number) {
    this.#connection = connection;
    this.#source = source;
    this.#now = now;
  }

  /**
   * Does what is due for one account. Where another tab is at it, nothing.
   * @param known what it was a moment ago: where nothing is due by that, nothing is read
   */
  async maintain(did: string, known?: StoredAccount): Promise<void> {
    const isSwept = this.#now() - this.#swept < SWEEP_EVERY_MS;
    if (known !== undefined && isSwept && !isFoldDue(known.manifest) && !isCompactionDue(known.manifest) && !isHistoryDue(known)) return;
    await ifFree(lockName.maintenance(did), async () => {
      const row = await this.#connection.read(['accounts'], (transaction) => transaction.objectStore('accounts').get(did));
      if (row === undefined) return;
      if (isFoldDue(readAccountRow(row, did).manifest)) await this.#fold(did);
      await locked(lockName.readers(did), 'shared', () => this.#compactIfDue(did));
      await this.sweep();
      await this.#pruneJournal();
      await pruneHistory(this.#connection, did);
      this.#swept = this.#now();
    });
  }

  /** Makes all that the head leads to one pack, whatever is due, after whoever maintains the account now. */
  async compact(did: string, options?: CompactionOptions): Promise<void> {
    await locked(lockName.maintenance(did), 'exclusive', () => locked(lockName.readers(did), 'shared', async () => {
      let isDone = false;
      while (!isDone) {
        const snapshot = await this.#source.snapshot(did);
        if (snapshot === undefined) throw accountMissing(did);
        isDone = await compactPacks(this.#connection, snapshot, this.#source.fixedReader(did, snapshot), options);
      }
    }));
    await this.sweep();
  }

  /** Deletes packs that no manifest lists and no living writer builds, unless a long reader may need them. */
  async sweep(): Promise<void> {
    for (const [did, id] of await this.#unlisted()) {
      await ifFree(lockName.pack(did, id), () => ifFree(lockName.readers(did), () => deletePack(this.#connection, did, id)));
    }
  }

  async #fold(did: string): Promise<void> {
    const found = await accountWithTail(this.#connection, did);
    if (found === undefined) return;
    const { manifest, rows } = found;
    const { living, deadInPacks } = afterRows(rows, did);
    const deadBytes = rows.reduce((sum, { dropped }) => sum + dropped, deadInPacks * NODE_BYTES);
    await buildingPack(this.#connection, did, async (builder) => {
      await builder.add([...living.entries()].map(([cid, bytes]) => ({ cid, bytes })));
      const set = await builder.finish();
      return replacePacks(this.#connection, did, manifest, (now) => ({
        packs: [...now.packs, set], deadBytes: now.deadBytes + deadBytes,
      }));
    });
  }

  async #compactIfDue(did: string): Promise<void> {
    const snapshot = await this.#source.snapshot(did);
    if (snapshot === undefined) return;
    const { packs, deadBytes } = snapshot.manifest;
    const bytes = packs.reduce((sum, set) => sum + set.bytes, 0);
    if (deadBytes > Math.max(MEBIBYTE, bytes / 3) || packs.length > MOST_PACKS) {
      await compactPacks(this.#connection, snapshot, this.#source.fixedReader(did, snapshot));
    }
  }

  /** Packs that no manifest lists at this moment, by DID and id. */
  #unlisted(): Promise<readonly (readonly [string, string])[]> {
    return this.#connection.read(['accounts', 'packs', 'indexes'], async (transaction) => {
      const accounts = transaction.objectStore('accounts');
      const [dids, rows] = await Promise.all([accounts.getAllKeys(), accounts.getAll()]);
      const listed = new Set(rows.flatMap((row, index) => readAccountRow(row, dids[index]!).manifest.packs.map(({ id }) => id)));
      const found = new Map<string, readonly [string, string]>();
      for (const name of ['packs', 'indexes'] as const) {
        let cursor = await transaction.objectStore(name).openKeyCursor();
        while (cursor !== null) {
          const [did, id] = cursor.key;
          if (!listed.has(id)) found.set(`${did} ${id}`, [did, id]);
          // Past every row of this pack: numbers sort before texts.
          cursor = await cursor.continue([did, id, ''] as unknown as [string, string, number]);
        }
      }
      return [...found.values()];
    });
  }

  async #pruneJournal(): Promise<void> {
    const range = IDBKeyRange.upperBound(this.#now() - DAY_MS, true);
    const old = await this.#connection.read(['journal'], (transaction) => transaction.objectStore('journal').index('at').getAllKeys(range));
    if (old.length === 0) return;
    await this.#connection.write(['journal'], (transaction) => (
      Promise.all(old.map((key) => transaction.objectStore('journal').delete(key)))
    ));
  }
}

function isFoldDue({ from, next, tailBytes }: Manifest): boolean {
  return next - from >= TAIL_ROWS || tailBytes >= MEBIBYTE;
}

function isCompactionDue({ packs, deadBytes }: Manifest): boolean {
  const bytes = packs.reduce((sum, set) => sum + set.bytes, 0);
  return deadBytes > Math.max(MEBIBYTE, bytes / 3) || packs.length > MOST_PACKS;
}

interface AfterRows {
  readonly living: CidMap<Uint8Array>;
  /** How many blocks died that no row brought. */
  readonly deadInPacks: number;
}

/** What rows of the tail come to: a block that came and died within them is not kept. Every hash is checked. */
function afterRows(rows: readonly TailRow[], did: string): AfterRows {
  const living = new CidMap<Uint8Array>();
  let deadInPacks = 0;
  const kill = (cid: Cid): void => {
    if (!living.delete(cid)) deadInPacks++;
  };
  for (const { blocks, dead } of rows) {
    readCids(dead).forEach(kill);
    const sections = readSections(blocks);
    if (sections === undefined) throw damaged('A row of the tail', { did });
    for (const { cid, bytes } of sections) {
      if (!isBlockOf(cid, bytes)) throw damaged('A row of the tail', { did, block: cid.toString() });
      living.set(cid, bytes);
    }
  }
  return { living, deadInPacks };
}
