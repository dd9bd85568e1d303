import type { Fetch } from '../identity/index.ts';
import type { EventFeed } from './event-feed.ts';
import { makeHost } from './host.ts';
import type { Host, HostOptions } from './host.ts';
import { BlobsUnderWay } from './mirroring/blobs-under-way.ts';
import type { BlobStore } from './ports/blob-store.ts';
import type { HouseStore } from './ports/house-store.ts';
import type { JobStore } from './ports/job.ts';
import { DEFAULT_SETTINGS } from './ports/settings.ts';
import type { HouseSettings } from './ports/settings.ts';
import { Signers } from './write/signers.ts';
import { Writer } from './write/writer.ts';

/** Room of the origin, in bytes, and where blobs lie. */
export interface Usage {
  readonly usage: number;
  readonly quota: number;
  readonly blobStore: 'opfs' | 'indexeddb';
}

/** What the server of a house is made of. */
export interface PdsOptions extends HostOptions {
  readonly store: HouseStore;
  readonly blobs: BlobStore;
  readonly jobs: JobStore;
  readonly feed: EventFeed;
  /** Of Holdfast, as people see it. */
  readonly version: string;
  readonly usage?: () => Promise<Usage>;
  /** How mirrors and the directory are reached; the platform's own by default. */
  readonly fetch?: Fetch;
  /** What whoever serves the pages has set. */
  readonly settings?: () => Promise<HouseSettings>;
}

/** What the methods of a house work with. */
export interface House extends PdsOptions, Omit<Host, 'store' | 'blobs'> {
  readonly now: () => number;
  readonly maxBlobBytes: number;
  readonly description: Host['description'];
  readonly writer: Writer;
  readonly signers: Signers;
  readonly fetch: Fetch;
  readonly settings: () => Promise<HouseSettings>;
  readonly blobsUnderWay: BlobsUnderWay;
}

/** Fills in what was left out. */
export function makeHouse(options: PdsOptions): House {
  const house = {
    // As a method of another object it would refuse to work.
    fetch: ((input, init) => globalThis.fetch(input, init)) as Fetch,
    settings: async () => DEFAULT_SETTINGS,
    blobsUnderWay: new BlobsUnderWay(),
    ...makeHost(options),
  };
  return { ...house, writer: new Writer(house), signers: new Signers(house.store) };
}
