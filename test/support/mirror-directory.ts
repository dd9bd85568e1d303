import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openMirrorStore } from '../../src/storage/sqlite/index.ts';
import { MIGRATIONS } from '../../src/storage/sqlite/schema.ts';
import type { MirrorStoreOptions, MirrorStores } from '../../src/storage/sqlite/index.ts';

/** Runs `work` in a directory of its own, which is gone afterwards. */
export async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-mirror-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Opens the stores of a mirror for `work`, and closes them. */
export async function opened<Result>(
  directory: string, options: MirrorStoreOptions, work: (stores: MirrorStores) => Promise<Result>,
): Promise<Result> {
  const stores = await openMirrorStore(directory, options);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

/** Every row of every table, as text that can be compared. */
export function dumped(directory: string): string {
  const database = new DatabaseSync(join(directory, 'mirror.db'), { readOnly: true });
  try {
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all();
    return tables.map(({ name }) => {
      const rows = database.prepare(`SELECT * FROM ${String(name)}`).all();
      return [name, ...rows.map((row) => JSON.stringify(row, plain))].join('\n');
    }).join('\n');
  } finally {
    database.close();
  }
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** Makes of a database one that an older version has written: its tables, with those of the rows that they have a place for. */
export function asOfVersion(directory: string, version: number): void {
  const [file, old] = [join(directory, 'mirror.db'), join(directory, 'old.db')];
  const database = new DatabaseSync(old);
  try {
    database.exec(`PRAGMA foreign_keys = OFF; ${MIGRATIONS.slice(0, version).join(';')}; PRAGMA user_version = ${version}`);
    database.prepare('ATTACH ? AS present').run(file);
    for (const { name } of database.prepare(`SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all()) {
      const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(String(name)).map((column) => String(column['name'])).join();
      // Some have rows from the beginning.
      database.exec(`DELETE FROM main.${String(name)}; INSERT INTO main.${String(name)} (${columns}) SELECT ${columns} FROM present.${String(name)}`);
    }
  } finally {
    database.close();
  }
  renameSync(old, file);
}
