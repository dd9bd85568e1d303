import { readCommit, RepoError } from '../../repo/index.ts';
import type { Block, Commit } from '../../repo/index.ts';
import type { StoredAccount } from './account-row.ts';
import { readAccountRow } from './account-row.ts';
import type { Connection, Reading } from './connection.ts';
import { IndexBuilder } from './pack-index.ts';
import type { PackIndex } from './pack-index.ts';
import { rowsOfPack, storedIndex } from './rebuild-index.ts';
import { RightBlocks } from './right-blocks.ts';
import { salvage } from './salvage.ts';
import { under } from './schema.ts';
import type { SealedRow, TailRow } from './schema.ts';
import { sealedFault } from './sealed-fault.ts';

/** A stored row, or an index, that is not what was stored. */
export interface RowDamage {
  readonly table: 'account' | 'index' | 'pack' | 'tail' | 'history' | 'outbox' | 'preferences';
  /** Of the commit, for history and outbox. */
  readonly rev?: string;
  /** Whether the row itself says what it was. Blocks of packs and tail are told of one by one, where they are missing. */
  readonly isMendable: boolean;
}

/** A row that is not what was sealed, as it was found, and what it was, where that can be told. */
export interface FoundRow {
  readonly table: 'accounts' | 'history' | 'outbox' | 'journal' | 'preferences';
  readonly key: readonly string[];
  readonly found: SealedRow;
  readonly mended: SealedRow | undefined;
}

/** All that is stored of one account, read row by row. */
export interface AccountScan {
  readonly did: string;
  /** The account with its manifest; undefined where its row cannot be read. */
  readonly stored: StoredAccount | undefined;
  readonly damages: readonly RowDamage[];
  readonly rows: readonly FoundRow[];
  /** The blocks that are right. */
  readonly blocks: RightBlocks;
  /** How many commits history remembers. */
  readonly history: number;
  /** Where nobody knows the head: the commits that are stored, newest first. */
  readonly commits: readonly Commit[];
}

/** Hears of bytes that were read. @throws to end the work */
export type Reads = (bytes: number) => Promise<void>;

/** Blocks in which a single bit is looked for, at most, in one scan. */
const MOST_TRIES = 40;
/** How a commit begins in DAG-CBOR, and more than any takes. */
const SIX_FIELDS = 0xa6;
const MOST_COMMIT_BYTES = 1_000;
/** Sealed rows read at a time. */
const ROWS = 16;

/** Reads all rows of an account. Its packs have to be kept from deletion. */
export class AccountScanner {
  readonly #connection: Connection;
  readonly #did: string;
  readonly #reads: Reads;
  readonly #damages: RowDamage[] = [];
  readonly #rows: FoundRow[] = [];
  readonly #blocks: RightBlocks;
  readonly #commits: Commit[] = [];
  #tries = 0;

  constructor(connection: Connection, did: string, reads: Reads) {
    this.#connection = connection;
    this.#did = did;
    this.#reads = reads;
    this.#blocks = new RightBlocks(connection, did);
  }

  async scan(): Promise<AccountScan> {
    const stored = await this.#account();
    if (stored === undefined) for (const id of await this.#packIds()) await this.#pack(id, undefined);
    for (const set of stored?.manifest.packs ?? []) {
      const index = await storedIndex(this.#connection, this.#did, set);
      if (!await this.#pack(set.id, index)) this.#damages.push({ table: 'index', isMendable: true });
    }
    const history = await this.#sealed('history');
    await this.#sealed('outbox');
    await this.#preferences();
    const commits = this.#commits.sort((a, b) => (a.rev < b.rev ? 1 : -1));
    return { did: this.#did, stored, damages: this.#damages, rows: this.#rows, blocks: this.#blocks, history, commits };
  }

  /** The account and its tail as they are at one moment. */
  async #account(): Promise<StoredAccount | undefined> {
    const did = this.#did;
    const { stored, tail } = await this.#connection.read(['accounts', 'tail'], async (transaction) => {
      const row = await transaction.objectStore('accounts').get(did);
      const account = row && this.#accountOf(row);
      return { stored: account, tail: await tailRows(transaction, did, account) };
    });
    for (const row of tail.values()) {
      await this.#reads(row?.blocks.length ?? 0);
      const { right, salvaged, isDamaged } = row === undefined ? MISSING : salvage(row.blocks, this.#mayTry);
      for (const block of [...right, ...salvaged]) this.#blocks.hold(block);
      if (stored === undefined) this.#note(right);
      if (isDamaged) this.#damages.push({ table: 'tail', isMendable: false });
    }
    return stored;
  }

  #accountOf(row: SealedRow): StoredAccount | undefined {
    const mended = this.#look('accounts', [this.#did], row);
    return mended && readAccountRow(mended, this.#did);
  }

  /** Packs of an account, listed or not. */
  #packIds(): Promise<readonly string[]> {
    return this.#connection.read(['packs'], async (transaction) => {
      const ids: string[] = [];
      let cursor = await transaction.objectStore('packs').openKeyCursor(under(this.#did));
      while (cursor !== null) {
        const [did, id] = cursor.key;
        ids.push(id);
        cursor = await cursor.continue([did, id, []] as unknown as [string, string, number]);
      }
      return ids;
    });
  }

  /** Keeps the commits among blocks. */
  #note(blocks: readonly Block[]): void {
    for (const { cid, bytes } of blocks) {
      if (bytes[0] !== SIX_FIELDS || bytes.length > MOST_COMMIT_BYTES) continue;
      try {
        const commit = readCommit({ cid: cid.detached(), bytes: bytes.slice() });
        if (commit.did === this.#did) this.#commits.push(commit);
      } catch (error) {
        // A record of six fields.
        if (!(error instanceof RepoError)) throw error;
      }
    }
  }

  /** Whether its index is right. */
  async #pack(id: string, index: PackIndex | undefined): Promise<boolean> {
    const builder = new IndexBuilder();
    let next = 0;
    let isIndexRight = index !== undefined;
    const note = (isDamaged: boolean): void => {
      if (isDamaged) this.#damages.push({ table: 'pack', isMendable: false });
    };
    for await (const rows of rowsOfPack(this.#connection, this.#did, id)) {
      for (const [number, row] of rows) {
        note(number !== next);
        next = number + 1;
        const { right, salvaged, isDamaged } = salvage(row, this.#mayTry);
        note(isDamaged);
        for (const { cid, offset } of right) {
          builder.add(cid, number, offset);
          if (index?.find(cid).some((at) => at.row === number && at.offset === offset) === false) isIndexRight = false;
        }
        for (const block of salvaged) this.#blocks.hold(block);
        if (index === undefined) this.#note(right);
      }
      await this.#reads(rows.reduce((sum, [, { length }]) => sum + length, 0));
    }
    note(index !== undefined && builder.count === 0);
    this.#blocks.addPack(id, builder);
    return isIndexRight;
  }

  async #sealed(table: 'history' | 'outbox'): Promise<number> {
    let count = 0;
    for (let range = under(this.#did); ;) {
      const [keys, rows] = await this.#connection.read([table], (transaction) => {
        const store = transaction.objectStore(table);
        return Promise.all([store.getAllKeys(range, ROWS), store.getAll(range, ROWS)]);
      });
      rows.forEach((row, index) => this.#look(table, keys[index]!, row));
      count += rows.length;
      await this.#reads(rows.reduce((sum, { bytes }) => sum + bytes.length, 0));
      if (rows.length < ROWS) return count;
      range = IDBKeyRange.bound(keys.at(-1)!, [this.#did, []], true);
    }
  }

  async #preferences(): Promise<void> {
    const row = await this.#connection.read(['preferences'], (transaction) => transaction.objectStore('preferences').get(this.#did));
    if (row === undefined) return;
    this.#look('preferences', [this.#did], row);
    await this.#reads(row.bytes.length);
  }

  /** The row as it was sealed; undefined where nobody knows. */
  #look(table: 'accounts' | 'history' | 'outbox' | 'preferences', key: readonly string[], row: SealedRow): SealedRow | undefined {
    const fault = sealedFault(row);
    if (fault === undefined) return row;
    const { mended } = fault;
    this.#rows.push({ table, key, found: row, mended });
    this.#damages.push({
      table: table === 'accounts' ? 'account' : table, isMendable: mended !== undefined, ...(key[1] !== undefined && { rev: key[1] }),
    });
    return mended;
  }

  readonly #mayTry = (): boolean => this.#tries++ < MOST_TRIES;
}

const MISSING = { right: [], salvaged: [], isDamaged: true } as const;

/** The rows of the tail by number; undefined for one that is listed and not there. Where nobody knows what is listed, all. */
async function tailRows(transaction: Reading, did: string, stored: StoredAccount | undefined): Promise<ReadonlyMap<number, TailRow | undefined>> {
  const [keys, rows] = await Promise.all([
    transaction.objectStore('tail').getAllKeys(under(did)), transaction.objectStore('tail').getAll(under(did)),
  ]);
  const found = new Map(keys.map((key, index) => [key[1], rows[index]!] as const));
  if (stored === undefined) return found;
  const { from, next } = stored.manifest;
  return new Map(Array.from({ length: next - from }, (_, index) => [from + index, found.get(from + index)] as const));
}
