import type { CidMap } from '../../protocol/index.ts';
import type { AccountScan, FoundRow, Reads } from './account-scan.ts';
import { AccountScanner } from './account-scan.ts';
import type { StoredAccount } from './account-row.ts';
import { Connection } from './connection.ts';
import { locked, lockName } from './locks.ts';
import { isCounted, mendBlocks, mendReckoning, mendRows } from './mending.ts';
import type { LetGo, Reckoned } from './mending.ts';
import { under } from './schema.ts';
import type { BlobRow } from './schema.ts';
import { sealedFault } from './sealed-fault.ts';

/** A record's word that it names a blob, as it is stored. */
export interface StoredReference {
  readonly cid: string;
  readonly path: string;
  /** Whether its row agrees with its place. */
  readonly isRight: boolean;
}

/**
 * Looks at every row of a house as it is stored, and puts right what is not. For the worker of long jobs: nothing of it is
 * in the way of those who read and write.
 */
export class HouseInspection {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws StoreError StoreNewer, StoreClosed */
  static async open(name = 'holdfast'): Promise<HouseInspection> {
    const connection = new Connection(name);
    await connection.open();
    return new HouseInspection(connection);
  }

  /** The accounts, also those whose rows cannot be read. */
  dids(): Promise<readonly string[]> {
    return this.#connection.read(['accounts'], (transaction) => transaction.objectStore('accounts').getAllKeys());
  }

  /** Reads all that is stored of an account; until `work` ends, no pack of it is deleted. */
  scanning<Result>(did: string, reads: Reads, work: (scan: AccountScan) => Promise<Result>): Promise<Result> {
    return locked(lockName.readers(did), 'shared', async () => (
      work(await new AccountScanner(this.#connection, did, reads).scan())
    ));
  }

  /** Rows of the journal that are not what was stored. */
  async journal(): Promise<readonly FoundRow[]> {
    const [keys, rows] = await this.#connection.read(['journal'], (transaction) => {
      const journal = transaction.objectStore('journal');
      return Promise.all([journal.getAllKeys(), journal.getAll()]);
    });
    return rows.flatMap((found, index): FoundRow[] => {
      const fault = sealedFault(found);
      return fault === undefined ? [] : [{ table: 'journal', key: keys[index]!, found, mended: fault.mended }];
    });
  }

  /** The blobs of an account by the names under which they lie. */
  async blobRows(did: string): Promise<ReadonlyMap<string, BlobRow>> {
    const [keys, rows] = await this.#connection.read(['blobs'], (transaction) => {
      const blobs = transaction.objectStore('blobs');
      return Promise.all([blobs.getAllKeys(under(did)), blobs.getAll(under(did))]);
    });
    return new Map(keys.map(([, cid], index) => [cid, rows[index]!]));
  }

  async references(did: string): Promise<readonly StoredReference[]> {
    const [keys, rows] = await this.#connection.read(['blobRefs'], (transaction) => {
      const references = transaction.objectStore('blobRefs');
      return Promise.all([references.getAllKeys(under(did)), references.getAll(under(did))]);
    });
    return keys.map(([, cid, path], index) => ({ cid, path, isRight: rows[index]!.did === did && rows[index]!.path === path }));
  }

  /** Whether the counts of the manifest are those of the rows. */
  isCounted(did: string): Promise<boolean> {
    return isCounted(this.#connection, did);
  }

  /** Puts rows right, or lets go of them: mending.ts. @param did whose manifest counts them */
  mendRows(did: string | undefined, rows: readonly FoundRow[]): Promise<LetGo> {
    return mendRows(this.#connection, did, rows);
  }

  /** Puts counts and references right; false where the account has moved on since. */
  mendReckoning(stored: StoredAccount, reckoned: Reckoned): Promise<boolean> {
    return mendReckoning(this.#connection, stored, reckoned);
  }

  /** Stores the blocks of an account anew, with those that were brought; false where packs were replaced meanwhile. */
  mendBlocks(scan: AccountScan, brought: CidMap<Uint8Array>, isWhole: boolean): Promise<boolean> {
    return locked(lockName.maintenance(scan.did), 'exclusive', () => mendBlocks(this.#connection, scan, brought, isWhole));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
