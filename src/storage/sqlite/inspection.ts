import { existsSync, openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { Cid, Did } from '../../protocol/index.ts';
import type { BlockReader } from '../../repo/index.ts';
import type { CopyAccount, CopyHead, StoredEvent, WatchedLog } from '../../mirroring/index.ts';
import { AccountRows } from './account-rows.ts';
import { blobPath } from './blob-files.ts';
import { BlobRows } from './blob-rows.ts';
import { BlockRows } from './block-rows.ts';
import { Database } from './database.ts';
import { EventRows } from './event-rows.ts';
import { OperationRows } from './operation-rows.ts';

/** What is read at a time. */
const PART = { rows: 500, bytes: 8_000_000 };

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
  /** In the order of their numbers. As with all that is many here, a part is read at a time. */
  events(): Generator<StoredEvent>;
  event(seq: number): StoredEvent | undefined;
  count(): number;
  account(did: Did): CopyAccount | undefined;
  /** In the order of DIDs; `deleted` ones too. */
  accounts(): Generator<CopyAccount>;
  /** Of the copy that the account is at, and no other. */
  blocks(did: Did): BlockReader;
  /** Bytes of its living blocks, and how many blocks have a rev that they cannot have come with, the head being this. */
  sums(did: Did, head: Pick<CopyHead, 'cid' | 'rev'>): { readonly bytes: number; readonly misdated: number };
  /** Which blobs the records of the account name, in the order of paths. */
  references(did: Did): readonly { readonly path: string; readonly cid: string }[];
  blobs(did: Did): Generator<KeptBlob>;
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
    events: () => inParts((last) => events.read(last?.seq ?? 0, PART.rows, PART.bytes)),
    event: (seq) => events.read(seq - 1, 1, PART.bytes).find((event) => event.seq === seq),
    count: () => accounts.counts().reduce((sum, { count }) => sum + count, 0),
    account: (did) => {
      const row = accounts.row(did);
      return row && accounts.account(row);
    },
    accounts: () => inParts((last) => accounts.page(last?.did ?? '', PART.rows).map((row) => accounts.account(row))),
    blocks: (did) => ({
      read: async (cids) => blocks.read(did, cids),
    }),
    sums: (did, head) => {
      const copy = copyOf(did);
      return copy === undefined ? { bytes: 0, misdated: 0 } : blocks.sums(copy, head);
    },
    references: (did) => {
      const copy = copyOf(did);
      return copy === undefined ? [] : blobs.references(copy);
    },
    blobs: (did) => {
      const row = accounts.row(did);
      return inParts((last) => (row === undefined ? [] : blobs.page(row.id, last?.cid.toString() ?? '', PART.rows)));
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

function* inParts<Item>(read: (last: Item | undefined) => readonly Item[]): Generator<Item> {
  for (let part = read(undefined); part.length > 0; part = read(part.at(-1)!)) yield* part;
}
