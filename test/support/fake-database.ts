// IndexedDB in memory, under the names that a browser has for it. For unit tests; browsers are asked in test/browser.
import {
  IDBCursor, IDBCursorWithValue, IDBDatabase, IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore, IDBOpenDBRequest, IDBRequest,
  IDBTransaction, IDBVersionChangeEvent,
} from 'fake-indexeddb';

/** Puts the names in place, with no database behind them. */
export function installFakeDatabase(): void {
  Object.assign(globalThis, {
    indexedDB: new IDBFactory(),
    IDBCursor, IDBCursorWithValue, IDBDatabase, IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore, IDBOpenDBRequest, IDBRequest,
    IDBTransaction, IDBVersionChangeEvent,
  });
}
