import type { Did } from '../../protocol/index.ts';
import type { BlobStore, HouseStore, JobStore } from '../../pds/index.ts';
import { BlobFiles } from './blob-files.ts';
import { BlockSource } from './block-source.ts';
import { Connection } from './connection.ts';
import { IdbBlobStore } from './idb-blob-store.ts';
import { IdbHouseStore } from './idb-house-store.ts';
import { IdbJobStore } from './idb-job-store.ts';
import { Maintenance } from './maintenance.ts';

/** The stores of a house, on one connection. */
export interface House {
  readonly store: HouseStore;
  readonly blobs: BlobStore;
  readonly jobs: JobStore;
  /** Lets go of what is remembered of an account whose stored rows were put right by someone else. */
  forget(did: Did): void;
  /** Ends the connection when what was begun has ended; what comes later is refused as StoreClosed. */
  close(): Promise<void>;
}

/**
 * Opens the house of this origin, and makes it when there is none. Service worker, job workers and pages open it each
 * for themselves. Packs that were begun and never adopted are removed in the background.
 * @param name of the database
 * @throws StoreError StoreNewer, StoreClosed
 */
export async function openHouse(name = 'holdfast', { now = Date.now }: { readonly now?: () => number } = {}): Promise<House> {
  const connection = new Connection(name);
  await connection.open();
  const source = new BlockSource(connection);
  const maintenance = new Maintenance(connection, source, now);
  const blobs = new IdbBlobStore(connection, await BlobFiles.open(name), now);
  const store = new IdbHouseStore({ connection, source, maintenance, now, forgetBlobs: (did) => blobs.forget(did) });
  // What cannot be swept now is swept at the next start.
  const swept = maintenance.sweep().catch(() => undefined);
  return {
    store,
    blobs,
    jobs: new IdbJobStore(connection, now),
    forget: (did) => store.forget(did),
    close: async () => {
      await swept;
      await connection.close();
    },
  };
}
