import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyStatus, MirrorStore } from '../../mirroring/index.ts';
import { AccountRows } from './account-rows.ts';
import { AlertRows } from './alert-rows.ts';
import { BlobFiles } from './blob-files.ts';
import { BlobRows } from './blob-rows.ts';
import { BlockRows } from './block-rows.ts';
import { Database } from './database.ts';
import type { StorePoint } from './database.ts';
import { shareDirectory } from './directory-lock.ts';
import type { Share } from './directory-lock.ts';
import { EventRows } from './event-rows.ts';
import { FileBlobStore } from './file-blob-store.ts';
import { HostRows } from './host-rows.ts';
import { InvitationRows } from './invitation-rows.ts';
import { KitRows } from './kit-rows.ts';
import { OperationRows } from './operation-rows.ts';
import { BATCH, GRACE_MS } from './parts.ts';
import type { StoreParts } from './parts.ts';
import { SqliteMirrorStore } from './sqlite-mirror-store.ts';
import { Sweeper } from './sweeper.ts';
import { UploadRows } from './upload-rows.ts';

/** What a host name of a mirror has. */
export interface HostTotals {
  readonly name: string;
  /** Active ones. */
  readonly accounts: number;
  /** All that have not left, whatever their status: those may be served one day. */
  readonly kept: number;
  /** As of all. */
  readonly eventsInHour: number;
}

/** What a mirror keeps, as sums. */
export interface StoreTotals {
  readonly accounts: Readonly<Record<CopyStatus, number>>;
  /** What two accounts have counts twice. */
  readonly blobs: { readonly count: number; readonly bytes: number };
  /** Events that were told in the last hour and still are in the log. */
  readonly eventsInHour: number;
  /** Bytes of its files, what is not yet written back among them. */
  readonly databaseBytes: number;
}

/** The stores of a mirror, on one connection. */
export interface MirrorStores {
  readonly store: MirrorStore;
  readonly blobs: FileBlobStore;
  /** Of each host name that accounts live under, or have lived. Counts all accounts, and the events of an hour. */
  hosts(): readonly HostTotals[];
  /** Counts all rows: not for every request. */
  totals(): StoreTotals;
  /** What comes later is refused. */
  close(): Promise<void>;
}

export interface MirrorStoreOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** For tests: is told how far the work has come, and may throw, or end the process. */
  readonly onPoint?: (point: StorePoint) => void;
}

const HOUR_MS = 3_600_000;
const NO_ACCOUNTS: StoreTotals['accounts'] = { pairing: 0, active: 0, deactivated: 0, suspended: 0, takendown: 0, deleted: 0 };

/**
 * Opens the stores of a mirror in a directory, `mirror.db` and `blobs/`, and makes them where there are none. What a killed
 * process was taking in is discarded.
 * @throws MirrorStoreError StoreInUse, StoreNewer, StoreForeign, StoreDamaged, StorageFull
 */
export async function openMirrorStore(directory: string, { now = Date.now, onPoint }: MirrorStoreOptions = {}): Promise<MirrorStores> {
  mkdirSync(directory, { recursive: true });
  const share = shareDirectory(directory);
  try {
    return await openShared(directory, share, now, onPoint);
  } catch (error) {
    share.release();
    throw error;
  }
}

async function openShared(directory: string, share: Share, now: () => number, onPoint: MirrorStoreOptions['onPoint']): Promise<MirrorStores> {
  const file = join(directory, 'mirror.db');
  const database = new Database(file, onPoint);
  const blocks = new BlockRows(database);
  const sweeper = new Sweeper(
    () => database.isOpen,
    () => database.transaction(() => blocks.sweepCopy(now() - GRACE_MS, BATCH)),
    () => blobs.sweepLoose(),
    () => blobs.uploads.sweepLoose(),
  );
  const accounts = new AccountRows(database);
  const parts: StoreParts = {
    database, accounts, alerts: new AlertRows(database, accounts, now), blocks, blobs: new BlobRows(database), uploads: new UploadRows(database), events: new EventRows(database), hosts: new HostRows(database),
    operations: new OperationRows(database), invitations: new InvitationRows(database), kits: new KitRows(database), sweeper, now,
  };
  const blobs = new FileBlobStore({ ...parts, files: new BlobFiles(join(directory, 'blobs')) });
  if (share.isFirst) {
    database.transaction(() => blocks.removeStaged());
    await blobs.sweepNew();
  }
  sweeper.begin();
  return {
    store: new SqliteMirrorStore(parts),
    blobs,
    hosts: () => {
      const [counts, events] = [parts.accounts.counts(), parts.events.countsSince(now() - HOUR_MS)];
      return parts.hosts.all().map(({ id, name }) => {
        const own = counts.filter(({ host_id }) => host_id === id);
        return {
          name, accounts: sum(own.filter(({ status }) => status === 'active')), kept: sum(own.filter(({ status }) => status !== 'deleted')),
          eventsInHour: sum(events.filter(({ host_id }) => host_id === id)),
        };
      });
    },
    totals: () => ({
      accounts: parts.accounts.counts().reduce((sums, { status, count }) => ({ ...sums, [status]: sums[status] + count }), NO_ACCOUNTS),
      blobs: parts.blobs.total(),
      eventsInHour: sum(parts.events.countsSince(now() - HOUR_MS)),
      databaseBytes: [file, `${file}-wal`].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
    }),
    close: async () => {
      await blobs.uploads.close();
      database.close();
      await sweeper.ended();
      share.release();
    },
  };
}

function sum(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((all, { count }) => all + count, 0);
}
