import type { Cid, Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import type { BlockReader } from '../../repo/index.ts';
import type { Head } from './account.ts';
import type { BlobInfo } from './blob-store.ts';

/** What of an account everybody may know. */
export interface ServedAccount {
  readonly did: Did;
  readonly handle?: Handle;
  /** Other than `active`: its repository is not served (`com.atproto.sync.getRepoStatus`). */
  readonly status: 'active' | 'deactivated' | 'suspended' | 'takendown' | 'deleted';
  readonly head: Head;
  readonly collections: ReadonlyMap<Nsid, unknown>;
  /** `did:key` of the key that signs commits. */
  readonly signingKey: string;
}

/** What the methods that read need of a store: a house's, or a mirror's. */
export interface RepositoryStore {
  account(did: Did): Promise<ServedAccount | undefined>;
  accountNamed(handle: Handle): Promise<ServedAccount | undefined>;
  /** Blocks of an account. What it gives is not trusted: the engine checks the hash. */
  reader(did: Did): BlockReader;
  /**
   * Runs a long read: until it ends, no block of the account's head that it may need is deleted.
   * @throws StoreError AccountMissing
   */
  reading<Result>(did: Did, work: (account: ServedAccount, reader: BlockReader) => Promise<Result>): Promise<Result>;
  /**
   * Living blocks that came with a rev above `since`, without the commit, some at a time; undefined from a store that does not
   * know when its blocks came.
   */
  blocksSince?(did: Did, since: Tid): AsyncIterable<readonly { readonly cid: Cid; readonly bytes: Uint8Array }[]>;
}

/** What the methods that read need of a blob store. */
export interface BlobReader {
  info(did: Did, cid: Cid): Promise<BlobInfo | undefined>;
  /** Whether a record names it. */
  isReferenced(did: Did, cid: Cid): Promise<boolean>;
  /** The bytes, read lazily; undefined where there is none. */
  bytes(did: Did, cid: Cid): Promise<Blob | undefined>;
  /** Those of a small one, at once: undefined where it is large too. Of a store whose platform takes long to begin reading a Blob. */
  small?(did: Did, cid: Cid): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** CIDs that records name, in the order of their text; `since`: of records written after that rev. */
  list(did: Did, options: { readonly limit: number; readonly after?: string; readonly since?: Tid }): Promise<readonly Cid[]>;
}
