import type { Fetch } from '../identity/index.ts';
import type { KeyVault } from '../keys/index.ts';
import type { BlobStore, HouseSettings, HouseStore } from '../pds/index.ts';
import type { JobProgress } from './messages.ts';

/** What a long job has from where it runs. */
export interface JobContext {
  readonly store: HouseStore;
  readonly blobs: BlobStore;
  /** For what a restore by passkey keeps; where there is none, it keeps nothing of it. */
  readonly vault?: KeyVault;
  readonly fetch: Fetch;
  /** What whoever serves the pages has set. */
  readonly settings: () => Promise<HouseSettings>;
  /** Aborted when nobody wants the result any more. */
  readonly signal: AbortSignal;
  /** Says how far the job is; may be called as often as one likes. */
  readonly progress: (progress: JobProgress) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
