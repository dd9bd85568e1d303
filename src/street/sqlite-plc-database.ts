import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { assureValidNextOp, getLastOpWithCid } from '@did-plc/lib';
import type { CompatibleOpOrTombstone, ExportedOp, IndexedOperation, OpOrTombstone } from '@did-plc/lib';
import type { PlcDatabase } from '@did-plc/server';
import { inTransaction, openDatabase } from './database.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    did TEXT NOT NULL,
    cid TEXT NOT NULL,
    operation TEXT NOT NULL,
    nullified INTEGER NOT NULL DEFAULT 0,
    createdAt INTEGER NOT NULL,
    UNIQUE (did, cid)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS operations_by_time ON operations (createdAt);
`;

/** Another operation was faster. The server answers with `status`. */
class RivalOperationError extends Error {
  readonly status = 409;

  constructor() {
    super('Another operation of this DID was accepted meanwhile. Nothing was changed: read the log and try again.');
  }
}

interface Row {
  readonly id: number;
  readonly did: string;
  readonly cid: string;
  readonly operation: CompatibleOpOrTombstone;
  readonly nullified: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** The operations of a PLC directory in SQLite. Whether one is allowed is judged by the directory's own library. */
export class SqlitePlcDatabase implements PlcDatabase {
  readonly #database: DatabaseSync;

  /** @param file a path, or `:memory:` */
  constructor(file: string) {
    this.#database = openDatabase(file, 1, SCHEMA);
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  async healthCheck(): Promise<void> {
    this.#database.prepare('SELECT 1').get();
  }

  /**
   * Adds an operation, and marks those that it takes back, in one transaction.
   * @throws PlcError when it is not allowed, RivalOperationError; nothing is changed then
   */
  async validateAndAddOp(did: string, proposed: OpOrTombstone): Promise<void> {
    const before = this.#rows(did);
    const { nullified } = await assureValidNextOp(did, await Promise.all(before.map(indexed)), proposed);
    const { cid } = await getLastOpWithCid([proposed]);
    inTransaction(this.#database, () => {
      // Judging waits, and another may have been added meanwhile.
      if (this.#rows(did).at(-1)?.id !== before.at(-1)?.id) throw new RivalOperationError();
      const nullify = this.#database.prepare('UPDATE operations SET nullified = 1 WHERE did = ? AND cid = ?');
      for (const gone of nullified) nullify.run(did, gone.toString());
      // No two have one time, so that an export can go on after any.
      this.#database.prepare(`
        INSERT INTO operations (did, cid, operation, createdAt)
        VALUES (?, ?, ?, max(?, coalesce((SELECT max(createdAt) FROM operations), 0) + 1))
      `).run(did, cid.toString(), JSON.stringify(proposed), Date.now());
    });
  }

  async opsForDid(did: string): Promise<CompatibleOpOrTombstone[]> {
    return this.#rows(did).map(({ operation }) => operation);
  }

  async indexedOpsForDid(did: string, includeNullified = false): Promise<IndexedOperation[]> {
    return Promise.all(this.#rows(did, includeNullified).map(indexed));
  }

  async lastOpForDid(did: string): Promise<CompatibleOpOrTombstone | null> {
    return this.#rows(did).at(-1)?.operation ?? null;
  }

  async exportOps(count: number, after?: Date): Promise<ExportedOp[]> {
    const rows = this.#database.prepare('SELECT * FROM operations WHERE createdAt > ? ORDER BY createdAt LIMIT ?')
      .all(after?.getTime() ?? -1, count).map(rowOf);
    return rows.map(({ did, cid, operation, nullified, createdAt }) => ({
      did, cid, operation, nullified, createdAt: new Date(createdAt).toISOString(),
    }));
  }

  /** In the order in which they came. */
  #rows(did: string, includeNullified = false): Row[] {
    return this.#database.prepare(`SELECT * FROM operations WHERE did = ? ${includeNullified ? '' : 'AND nullified = 0'} ORDER BY id`)
      .all(did).map(rowOf);
  }
}

function rowOf(row: Record<string, SQLOutputValue>): Row {
  const { id, did, cid, operation, nullified, createdAt } = row;
  return {
    id: Number(id), did: String(did), cid: String(cid), operation: JSON.parse(String(operation)) as CompatibleOpOrTombstone,
    nullified: nullified !== 0, createdAt: Number(createdAt),
  };
}

async function indexed({ did, operation, nullified, createdAt }: Row): Promise<IndexedOperation> {
  const { cid } = await getLastOpWithCid([operation]);
  return { did, operation, cid, nullified, createdAt: new Date(createdAt) };
}
