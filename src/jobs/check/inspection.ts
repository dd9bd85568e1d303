import type { Cid, CidMap, Nsid } from '../../protocol/index.ts';
import type { BlockReader, Commit } from '../../repo/index.ts';
import type { Account, CollectionCount } from '../../pds/index.ts';

/** A stored row that is not what was stored. */
export interface RowDamage {
  readonly table: 'account' | 'index' | 'pack' | 'tail' | 'history' | 'outbox' | 'preferences';
  /** Of the commit, for history and outbox. */
  readonly rev?: string;
  /** Whether the row itself says what it was. */
  readonly isMendable: boolean;
}

/** All that is stored of one account, read row by row. */
export interface Scan {
  readonly did: string;
  /** Undefined where its row cannot be read. */
  readonly stored: { readonly account: Account } | undefined;
  readonly damages: readonly RowDamage[];
  /** Damaged rows, as whoever looked knows them. */
  readonly rows: readonly object[];
  /** The blocks that are right; those are held that damaged or recent rows have. */
  readonly blocks: BlockReader & { readonly held: { readonly size: number } };
  /** How many commits history remembers. */
  readonly history: number;
  /** Where nobody knows the head: the commits that are stored, newest first. */
  readonly commits: readonly Commit[];
}

/** Whoever looks at the rows of a house as they are stored (`HouseInspection` of storage/idb), and puts them right. */
export interface Inspection {
  dids(): Promise<readonly string[]>;
  /** Until `work` ends, nothing of the account that was read is deleted. */
  scanning<Result>(did: string, reads: (bytes: number) => Promise<void>, work: (scan: Scan) => Promise<Result>): Promise<Result>;
  journal(): Promise<readonly object[]>;
  blobRows(did: string): Promise<ReadonlyMap<string, { readonly cid: string }>>;
  references(did: string): Promise<readonly { readonly cid: string; readonly path: string; readonly isRight: boolean }[]>;
  isCounted(did: string): Promise<boolean>;
  /** What could not be put right was let go. */
  mendRows(did: string | undefined, rows: readonly object[]): Promise<{ readonly history: readonly string[]; readonly outbox: number }>;
  /** False where the account has moved on since it was read. */
  mendReckoning(
    stored: { readonly account: Account },
    reckoned: { readonly collections: ReadonlyMap<Nsid, CollectionCount>; readonly blobs: ReadonlyMap<string, readonly Cid[]> },
  ): Promise<boolean>;
  /** False where packs were replaced meanwhile. */
  mendBlocks(scan: Scan, brought: CidMap<Uint8Array>, isWhole: boolean): Promise<boolean>;
  close(): Promise<void>;
}
