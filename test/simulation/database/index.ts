import { Connection } from './connection.ts';
import { Cursor, CursorWithValue } from './cursor.ts';
import { OpenRequest, Request } from './events.ts';
import { Factory } from './factory.ts';
import { KeyRange } from './keys.ts';
import { Index, ObjectStore } from './object-store.ts';
import { Transaction } from './transaction.ts';

export { Factory } from './factory.ts';

/** The names that a browser has for them. */
export const DATABASE_NAMES = {
  IDBFactory: Factory, IDBDatabase: Connection, IDBTransaction: Transaction, IDBObjectStore: ObjectStore, IDBIndex: Index,
  IDBCursor: Cursor, IDBCursorWithValue: CursorWithValue, IDBRequest: Request, IDBOpenDBRequest: OpenRequest, IDBKeyRange: KeyRange,
} as const;
