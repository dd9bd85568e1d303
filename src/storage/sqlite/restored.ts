// What is done to a database that is put back; nobody serves its directory meanwhile.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Database } from './database.ts';
import { EventRows } from './event-rows.ts';

/** The number of the newest event that was ever given in a directory, by whichever version; 0 where that cannot be read. Changes nothing. */
export function lastSeqOf(directory: string): number {
  let database: DatabaseSync | undefined;
  try {
    // A newer version than this one has that table, too: its numbers are what is gone back from.
    database = new DatabaseSync(join(directory, 'mirror.db'), { readOnly: true });
    return Number(database.prepare('SELECT last_seq FROM log').get()?.['last_seq'] ?? 0);
  } catch {
    return 0;
  } finally {
    database?.close();
  }
}

/** Lets no number of an event be given again that was given up to `seq`. */
export function raiseSeq(directory: string, seq: number): void {
  const database = new Database(join(directory, 'mirror.db'));
  try {
    new EventRows(database).raise(seq);
  } finally {
    database.close();
  }
}

/** Brings what an older version has written to the present one. @throws MirrorStoreError StoreMissing, StoreNewer, StoreForeign, StoreDamaged */
export function bringUpToDate(directory: string): void {
  const file = join(directory, 'mirror.db');
  Database.toRead(file, { older: true }).close();
  new Database(file).close();
}
