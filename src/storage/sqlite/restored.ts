// What is done to a database that is put back; nobody serves its directory meanwhile.
import { join } from 'node:path';
import { Database } from './database.ts';
import { EventRows } from './event-rows.ts';

/** The number of the newest event that was ever given in a directory, by whichever version; 0 where that cannot be read. Changes nothing. */
export function lastSeqOf(directory: string): number {
  let database: Database | undefined;
  try {
    database = Database.toRead(join(directory, 'mirror.db'), { older: true });
    return new EventRows(database).seqs().last;
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
