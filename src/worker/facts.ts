import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';

const STORE = 'facts';

const open = (): Promise<IDBPDatabase> =>
  openDB('holdfast-worker', 1, { upgrade: (database) => void database.createObjectStore(STORE) });

/** What the worker itself keeps, apart from the house: it may be stopped at any moment and begins without a memory. */
export async function readFact(name: string): Promise<unknown> {
  const database = await open();
  try {
    return await database.get(STORE, name);
  } finally {
    database.close();
  }
}

/** Keeps `value` if nothing has the name yet; what the name has then. */
export async function firstFact(name: string, value: unknown): Promise<unknown> {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, 'readwrite');
    const known: unknown = await transaction.store.get(name);
    if (known === undefined) await transaction.store.put(value, name);
    await transaction.done;
    return known ?? value;
  } finally {
    database.close();
  }
}

/** Keeps `value` in the place of what had the name before. */
export async function keepFact(name: string, value: unknown): Promise<void> {
  const database = await open();
  try {
    await database.put(STORE, value, name);
  } finally {
    database.close();
  }
}

/** Keeps it no more. */
export async function dropFact(name: string): Promise<void> {
  const database = await open();
  try {
    await database.delete(STORE, name);
  } finally {
    database.close();
  }
}
