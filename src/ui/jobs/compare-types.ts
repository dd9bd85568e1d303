import type { FileContents } from './job-types.ts';

/** A record of a file that the house has not, or has otherwise. */
export interface FoundChange {
  readonly path: string;
  /** CID of what the house has there now; left out where it has nothing. */
  readonly here?: string;
  /** Where its DAG-CBOR lies in `values`. */
  readonly at: number;
  readonly size: number;
  /** CIDs of blobs that it names, which the file has and the house has not. */
  readonly brings?: readonly string[];
  /** It names blobs that neither has. */
  readonly isLacking?: true;
}

/** How the records of one collection of a file stand to those of the house. */
export interface ComparedCollection {
  readonly collection: string;
  readonly fresh: number;
  readonly differs: number;
  readonly same: number;
}

/** A file that was verified strictly, and in what its records differ from those of the house. */
export interface CompareResult extends FileContents {
  /** Of a backup. */
  readonly createdAt?: string;
  /** CID of the commit of the house that it was compared with. */
  readonly houseHead: string;
  readonly compared: readonly ComparedCollection[];
  /** In the order of their paths. What is outside the data model is left out. */
  readonly changes: readonly FoundChange[];
  readonly values: Blob;
}

/** Records that were brought back. */
export interface TakeResult {
  readonly did: string;
  readonly records: number;
  /** Bytes of them. */
  readonly bytes: number;
  /** Of the commits, oldest first. */
  readonly revs: readonly string[];
  /** Those that the house did not take, with what it said. */
  readonly refused: readonly { readonly path: string; readonly message: string }[];
  /** Why it ended before all was done; left out where all was. */
  readonly stopped?: string;
}
