import { openHouse } from '../../src/storage/idb/index.ts';
import type { House } from '../../src/storage/idb/index.ts';

let count = 0;

/** The name of a database that no other test has. */
export function houseName(): string {
  return `test-house-${Date.now()}-${++count}`;
}

/** Runs `work` in a house of its own, which is closed and deleted after it. */
export async function inHouse(work: (house: House, name: string) => Promise<void>): Promise<void> {
  const name = houseName();
  const house = await openHouse(name);
  try {
    await work(house, name);
  } finally {
    await house.close();
    await deleteHouse(name);
  }
}

export function deleteHouse(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.addEventListener('success', () => resolve());
    request.addEventListener('error', () => reject(request.error ?? new Error('not deleted')));
  });
}
