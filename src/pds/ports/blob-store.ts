import type { Cid, Did, Tid } from '../../protocol/index.ts';

/** What is known of a blob. */
export interface BlobInfo {
  readonly cid: Cid;
  readonly mimeType: string;
  readonly size: number;
  /** When it came, milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * The port behind which a house keeps blobs. A blob is temporary until a commit's record names it (`CommitChange.blobs`),
 * and again when none does; `collect` removes what was temporary for longer than the grace. What a record named that history
 * keeps (`CommitChange.previous`) stays as long as the commit that replaced or deleted it.
 */
export interface BlobStore {
  /** Keeps the bytes, durably. The same blob again renews its grace; its first type stays while a record names it. */
  put(did: Did, bytes: Uint8Array, info: Omit<BlobInfo, 'size' | 'createdAt'>): Promise<BlobInfo>;
  /** Of temporary ones too. */
  info(did: Did, cid: Cid): Promise<BlobInfo | undefined>;
  /** Whether a record names it. */
  isReferenced(did: Did, cid: Cid): Promise<boolean>;
  /** The path of a record that names it; of several the first. */
  namedBy(did: Did, cid: Cid): Promise<string | undefined>;
  /** The bytes, read lazily; undefined where there is none. */
  bytes(did: Did, cid: Cid): Promise<Blob | undefined>;
  /** CIDs that records name, in the order of their text; `since`: of records written after that rev. */
  list(did: Did, options: { readonly limit: number; readonly after?: string; readonly since?: Tid }): Promise<readonly Cid[]>;
  /** Number and bytes of all blobs. */
  usage(did: Did): Promise<{ readonly blobs: number; readonly bytes: number }>;
  /** Removes temporary blobs older than `graceMs`, with their bytes, unless history keeps them; how many. */
  collect(did: Did, graceMs: number): Promise<number>;
}
