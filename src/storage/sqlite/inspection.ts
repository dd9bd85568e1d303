import { existsSync, openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { Cid, Did } from '../../protocol/index.ts';
import type { BlockReader } from '../../repo/index.ts';
import type { CopyAccount, StoredEvent, WatchedLog } from '../../mirroring/index.ts';
import { AccountRows } from './account-rows.ts';
import { blobPath } from './blob-files.ts';
import { BlobRows } from './blob-rows.ts';
import { BlockRows } from './block-rows.ts';
import { Database } from './database.ts';
import { EventRows } from './event-rows.ts';
import { OperationRows } from './operation-rows.ts';

/** A blob that an account has, as its row says. */
export interface KeptBlob {
  readonly cid: Cid;
  readonly size: number;
}

/** What a mirror keeps, for whoever looks after it: on a connection of its own, which changes nothing. A mirror may serve it meanwhile. */
export interface MirrorInspection {
  /** Runs work that sees everything as it is when the work begins, whoever writes meanwhile. One at a time. */
  atOneMoment<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What SQLite finds wrong with the file, so many lines at most; reads all of it. */
  damage(most: number): readonly string[];
  seqs(): { readonly last: number; readonly pruned: number };
  events(after: number, limit: number, bytes: number): readonly StoredEvent[];
  count(): number;
  account(did: Did): CopyAccount | undefined;
  /** In the order of DIDs; `deleted` ones too. */
  accounts(after: string, limit: number): readonly CopyAccount[];
  /** Of the copy that the account is at, and no other. */
  blocks(did: Did): BlockReader;
  /** Which blobs the records of the account name, in the order of paths. */
  references(did: Did): readonly { readonly path: string; readonly cid: string }[];
  blobs(did: Did, after: string, limit: number): readonly KeptBlob[];
  /** Whether some account has the blob. */
  isKept(cid: string): boolean;
  /** Read lazily; undefined where there is no such file. */
  blobFile(cid: string): Promise<Blob | undefined>;
  watched(did: Did): WatchedLog;
  /**
   * Copies the database as it is at one moment, by the means of SQLite, into one file that needs no other. Within `atOneMoment`.
   * @param onPages hears how many pages are left
   */
  copyTo(file: string, onPages: (left: number, of: number) => void): Promise<void>;
  close(): void;
}

/** Opens what a mirror keeps in a directory. @throws MirrorStoreError StoreMissing, StoreNewer, StoreOlder, StoreForeign, StoreDamaged */
export function inspectMirrorStore(directory: string): MirrorInspection {
  const database = Database.toRead(join(directory, 'mirror.db'));
  const [accounts, blocks, blobs, events, operations] = [
    new AccountRows(database), new BlockRows(database), new BlobRows(database), new EventRows(database), new OperationRows(database),
  ];
  const copyOf = (did: Did): number | undefined => accounts.row(did)?.copy ?? undefined;
  return {
    atOneMoment: (work) => database.atOneMoment(work),
    damage: (most) => database.damage(most),
    seqs: () => events.seqs(),
    events: (after, limit, bytes) => events.read(after, limit, bytes),
    count: () => accounts.counts().reduce((sum, { count }) => sum + count, 0),
    account: (did) => {
      const row = accounts.row(did);
      return row && accounts.account(row);
    },
    accounts: (after, limit) => accounts.page(after, limit).map((row) => accounts.account(row)),
    blocks: (did) => ({
      read: async (cids) => {
        const copy = copyOf(did);
        return cids.map((cid) => (copy === undefined ? undefined : blocks.read(copy, cid)));
      },
    }),
    references: (did) => {
      const copy = copyOf(did);
      return copy === undefined ? [] : blobs.references(copy);
    },
    blobs: (did, after, limit) => {
      const row = accounts.row(did);
      return row === undefined ? [] : blobs.page(row.id, after, limit);
    },
    isKept: (cid) => blobs.isKept(cid),
    blobFile: async (cid) => {
      const path = blobPath(join(directory, 'blobs'), cid);
      return existsSync(path) ? openAsBlob(path) : undefined;
    },
    watched: (did) => {
      const row = accounts.row(did);
      return row === undefined ? { operations: [], claimed: [] } : operations.log(row);
    },
    copyTo: (file, onPages) => database.copyTo(file, onPages),
    close: () => database.close(),
  };
}
