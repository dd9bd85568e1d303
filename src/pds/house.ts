import type { Did, Handle } from '../protocol/index.ts';
import { NodeCache } from '../repo/index.ts';
import type { EventFeed } from './event-feed.ts';
import type { BlobStore } from './ports/blob-store.ts';
import type { HouseStore } from './ports/house-store.ts';
import type { JobStore } from './ports/job.ts';
import { Writer } from './write/writer.ts';

/** Room of the origin, in bytes, and where blobs lie. */
export interface Usage {
  readonly usage: number;
  readonly quota: number;
  readonly blobStore: 'opfs' | 'indexeddb';
}

/** What a server is made of. */
export interface PdsOptions {
  readonly store: HouseStore;
  readonly blobs: BlobStore;
  readonly jobs: JobStore;
  readonly feed: EventFeed;
  /** Of Holdfast, as people see it. */
  readonly version: string;
  /** The DID of the service itself, `did:web:…`. */
  readonly did: Did;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
  readonly usage?: () => Promise<Usage>;
  /** 50 MB by default. */
  readonly maxBlobBytes?: number;
  /** Asked for handles that no account of the house has. */
  readonly resolveHandle?: (handle: Handle) => Promise<Did | undefined>;
  /** Hears of errors that nobody foresaw; the caller is told nothing of them. */
  readonly onError?: (error: unknown) => void;
}

/** What the methods work with. */
export interface House extends PdsOptions {
  readonly now: () => number;
  readonly maxBlobBytes: number;
  /** Decoded nodes of all accounts: a node is what its CID says, whoever has it. */
  readonly nodes: NodeCache;
  readonly writer: Writer;
}

const MAX_BLOB_BYTES = 50_000_000;

/** Fills in what was left out. */
export function makeHouse(options: PdsOptions): House {
  const { now = Date.now, maxBlobBytes = MAX_BLOB_BYTES } = options;
  const house = { ...options, now, maxBlobBytes, nodes: new NodeCache() };
  return { ...house, writer: new Writer(house) };
}
