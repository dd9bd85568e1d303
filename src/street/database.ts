import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens a database of the street, making file and folder where there are none. What a transaction has committed survives
 * the end of the power: WAL, synchronous=FULL.
 * @param file a path, or `:memory:`
 * @param schema statements that may run again on what they have made
 * @throws Error when the file was written by a later version
 */
export function openDatabase(file: string, version: number, schema: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (found > version) throw new Error(`${file} was written by a later version of Holdfast. It was left as it is.`);
    inTransaction(database, () => database.exec(`${schema}; PRAGMA user_version = ${version};`));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Does all of the work, or none of it where it throws. The work is synchronous: nothing of another comes between. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
