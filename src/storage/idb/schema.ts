import type { DBSchema, IDBPDatabase } from 'idb';
import type { VaultEntry } from '../../keys/index.ts';
import type { AccountKeys, Job, NotedUse } from '../../pds/index.ts';

/** Bytes that are alone in their buffer: a view would be stored with all that it looks at. */
export type OwnBytes = Uint8Array<ArrayBuffer>;

/** A value as DAG-CBOR, and the SHA-256 of that. */
export interface SealedRow {
  readonly bytes: OwnBytes;
  readonly sum: OwnBytes;
}

/** What one commit brought. */
export interface TailRow {
  /** Sections (see sections.ts) of the new blocks. */
  readonly blocks: OwnBytes;
  /** CIDs of the nodes that died, one after the other. */
  readonly dead: OwnBytes;
  /** Bytes of the records that lost a path. */
  readonly dropped: number;
}

export interface BlobRow {
  readonly cid: string;
  readonly mimeType: string;
  readonly size: number;
  readonly createdAt: number;
  /** Since when no record names it; of no meaning while one does. */
  readonly temporarySince: number;
  /** The last commit whose row of history has a record that named it: it is kept as long as that row. */
  readonly keptBy?: string;
  /** Where its bytes are: in a file, or in a row of `blobBytes`. */
  readonly place: 'file' | 'row';
}

/** A commit that waits for the mirror, and the bytes of its message. */
export interface OutboxRow extends SealedRow {
  readonly size: number;
}

/** The tables. Keys are kept apart from values, and begin with the DID where the row is of an account. */
export interface HouseSchema extends DBSchema {
  /** The account with its manifest: account-row.ts. */
  accounts: { readonly key: string; readonly value: SealedRow };
  /** Handles of keys that cannot be read. */
  keys: { readonly key: string; readonly value: AccountKeys };
  /** By DID and number of the row. */
  tail: { readonly key: [string, number]; readonly value: TailRow };
  /** Sections, 60 KiB at most or one block, by DID, pack and number of the row. */
  packs: { readonly key: [string, string, number]; readonly value: OwnBytes };
  /** Entries (see pack-index.ts) of a pack, in parts. */
  indexes: { readonly key: [string, string, number]; readonly value: SealedRow };
  /** By DID and rev. */
  history: { readonly key: [string, string]; readonly value: SealedRow };
  /** By caller and request. */
  journal: {
    readonly key: [string, string];
    readonly value: SealedRow & { readonly at: number };
    readonly indexes: { readonly at: number };
  };
  /** By DID and CID. */
  blobs: { readonly key: [string, string]; readonly value: BlobRow };
  blobBytes: { readonly key: [string, string]; readonly value: OwnBytes };
  /** By DID, CID of the blob and path of the record. */
  blobRefs: {
    readonly key: [string, string, string];
    readonly value: { readonly did: string; readonly path: string; readonly rev: string };
    readonly indexes: { readonly path: [string, string] };
  };
  jobs: { readonly key: string; readonly value: Job };
  /** By DID and rev. */
  outbox: { readonly key: [string, string]; readonly value: OutboxRow };
  /** By DID: JSON. */
  preferences: { readonly key: string; readonly value: SealedRow };
  /** What keys were used for, by DID, kind, time and the rest in words. */
  uses: { readonly key: [string, string, number, string]; readonly value: NotedUse };
  /** What is sealed under something that is not here, by DID and name. */
  vault: { readonly key: [string, string]; readonly value: VaultEntry };
}

export const SCHEMA_VERSION = 4;

/** Brings a database from any earlier version to this one. */
export function upgrade(db: IDBPDatabase<HouseSchema>, from: number): void {
  if (from < 1) {
    for (const name of ['accounts', 'keys', 'tail', 'packs', 'indexes', 'history', 'blobs', 'blobBytes', 'jobs'] as const) {
      db.createObjectStore(name);
    }
    db.createObjectStore('journal').createIndex('at', 'at');
    db.createObjectStore('blobRefs').createIndex('path', ['did', 'path']);
  }
  if (from < 2) db.createObjectStore('outbox');
  if (from < 3) db.createObjectStore('preferences');
  if (from < 4) {
    for (const name of ['uses', 'vault'] as const) db.createObjectStore(name);
  }
}

/** Every key that begins with these parts and has more. */
export function under(...parts: readonly (string | number)[]): IDBKeyRange {
  // Arrays sort after every text, number and byte string.
  return IDBKeyRange.bound(parts, [...parts, []]);
}
