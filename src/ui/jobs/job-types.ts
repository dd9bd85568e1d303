/** How far a job is. It says so some ten times a second at most. */
export interface JobProgress {
  /**
   * `kit`: the kit is being opened; `reading`: a file is read and verified; `writing`: a file is written; `checking`: what
   * was written is read back and verified; `storing`: what was verified becomes visible; `blobs`: blobs are fetched, or
   * looked at. Of a check, `rows`: everything stored is read; `verifying`: the repository is verified; `fetching`: what is
   * damaged is fetched from a copy. Of a test, `second`: the second verifier reads the file.
   * Of a backup, `packing`: blobs are written into it; `unpacking`: they are read from it.
   */
  readonly phase: 'kit' | 'reading' | 'writing' | 'checking' | 'storing' | 'blobs' | 'rows' | 'verifying' | 'fetching' | 'second' | 'packing' | 'unpacking';
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: 'bytes' | 'records' | 'blobs';
  /** Records met so far. */
  readonly records: number;
}

/** What one collection of a file holds. */
export interface CollectionTally {
  readonly collection: string;
  readonly records: number;
  readonly bytes: number;
}

/** What a file was found to hold, when it is right. */
export interface FileContents {
  readonly did: string;
  /** CID of the commit. */
  readonly head: string;
  readonly rev: string;
  readonly records: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** In the order of their names. */
  readonly collections: readonly CollectionTally[];
  /** Different blobs that records name. */
  readonly blobs: number;
  /** Records kept though other software wrote them outside the data model. */
  readonly foreign: number;
  /** Blocks that no part of the repository leads to. They were left out. */
  readonly unreachable: number;
}

export interface RestoreResult extends FileContents {
  readonly handle?: string;
  /** Of `blobs`, those that are not in this house. */
  readonly missingBlobs: number;
  /** The kit was made later than the file: what was written between is not in it. */
  readonly newerKit?: { readonly rev: string };
  /** The mirror has a later state than the file, or than the standby that was asked. */
  readonly newerMirror?: { readonly rev: string };
  /** Whether the operation that gives this house a key of its own waits for a directory; false where the kit does not know the DID's last one. */
  readonly operationQueued: boolean;
  /** The mirror that the DID names, to be paired with again; or the standby that it came from, to be put in its place. */
  readonly mirror?: string;
  readonly isStandby?: true;
}

export interface CompactResult {
  readonly did: string;
  readonly records: number;
  /** What the repository takes now. */
  readonly bytes: number;
  /** Bytes that it took more before. */
  readonly brought: number;
}

/** What a backup holds beside the repository. */
export interface BackupContents {
  /** ISO datetime. */
  readonly createdAt: string;
  /** Blobs that are in it, of those that its records name. */
  readonly blobs: number;
  readonly blobBytes: number;
  readonly hasKit: boolean;
  readonly preferences: number;
  /** Operations of the DID that are in it. */
  readonly operations: number;
}

export interface SaveResult extends FileContents {
  readonly backup?: BackupContents;
  readonly fileName: string;
  /** Where the job chose the place: the file to download. It is kept for an hour. */
  readonly file?: Blob;
}

export interface VerifyResult extends FileContents {
  /** Where the file is a backup, and no bare CAR. */
  readonly backup?: BackupContents;
  /** `verified`: by the key of `signedBy`. `unknown`: form and tree are right; whose signature it is cannot be told without a key. */
  readonly signature: 'verified' | 'unknown';
  /** `did:key` */
  readonly signedBy?: string;
  /** Whether this account is in this house, and how the file stands to it. */
  readonly house: 'absent' | 'same' | 'older' | 'newer';
  /**
   * What @atproto/repo says, where it was asked. It holds a file in memory: one above 100 MB is `too-large`; `unable`, there was
   * no room for it, or it could not be loaded.
   */
  readonly second?: { readonly says: 'accepted' | 'too-large' | 'unable' } | { readonly says: 'refused'; readonly reason: string };
}

/**
 * Something that is stored and is not what was stored. `cure`: `here`, what is here says what it was; `copy`, a copy is
 * needed, of the mirror or of a backup; `drop`, it can only be let go, and no record is lost; `none`, see what is told.
 */
export type Finding = { readonly cure: 'here' | 'copy' | 'drop' | 'none' } & (
  | { readonly what: 'account' | 'keys' | 'commit' | 'rows' | 'index' | 'counts' | 'journal' | 'preferences' }
  | { readonly what: 'record' | 'reference'; readonly path: string }
  /** Everything between the two paths; a missing end is the repository's. */
  | { readonly what: 'part'; readonly above?: string; readonly below?: string }
  | { readonly what: 'form'; readonly code: string; readonly message: string }
  | { readonly what: 'blob'; readonly cid: string; readonly paths: readonly string[] }
  | { readonly what: 'history' | 'outbox'; readonly rev: string }
);

/** What was found of one account. */
export interface AccountReport {
  readonly did: string;
  readonly handle?: string;
  readonly records: number;
  readonly blobs: number;
  /** Commits that history remembers. */
  readonly history: number;
  /** Bytes that were read. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly more: number;
  /** The origin of its mirror, which may have a copy. */
  readonly mirror?: string;
}

export interface CheckResult {
  readonly accounts: readonly AccountReport[];
  /** Of the house as a whole. */
  readonly findings: readonly Finding[];
  readonly records: number;
  readonly bytes: number;
}

export interface MendResult extends CheckResult {
  /** Records, parts of the tree and blobs that a copy brought. */
  readonly brought: number;
  /** Revs of the commits that history had to forget. */
  readonly forgotten: readonly string[];
  /** Commits that waited for the mirror, which is handed the whole repository instead. */
  readonly unsent: number;
}

/** A job that failed, or was cancelled (`Cancelled`). `message` is for the reader, and says what of the data is safe. */
export class JobFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'JobFailure';
    this.code = code;
  }
}

/** A job under way in its own worker. */
export interface RunningJob<Result> {
  /** As in `app.holdfast.job.list`. */
  readonly id: string;
  /** Tells one listener, the last that was given, how the job moves on. */
  follow(listener: (progress: JobProgress) => void): void;
  /** Ends the job; nothing of it stays. `done` rejects with `Cancelled`, or resolves if the job was faster. */
  cancel(): void;
  /** Rejects with `JobFailure`. */
  readonly done: Promise<Result>;
}
