import type { P256KeyPair, Cid, Datetime, Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import type { PairedMirror } from './paired-mirror.ts';

/** The commit that an account is at. */
export interface Head {
  readonly cid: Cid;
  readonly rev: Tid;
  /** The root of the tree. */
  readonly data: Cid;
}

/** What one collection holds. */
export interface CollectionCount {
  readonly records: number;
  /** Bytes of the records. */
  readonly bytes: number;
}

/** The sealed kit while the house keeps it, and what the printed page says beside it. */
export interface KeptKit {
  readonly file: Uint8Array;
  readonly createdAt: Datetime;
  /** The rev that the kit names, where it does. */
  readonly rev?: Tid;
}

/** One account of the house, as it is stored: no private key is in it. */
export interface Account {
  readonly did: Did;
  readonly handle?: Handle;
  readonly status: 'active';
  readonly origin: 'created' | 'restored';
  readonly createdAt: Datetime;
  readonly head: Head;
  readonly collections: ReadonlyMap<Nsid, CollectionCount>;
  /** `did:key` of the key that signs commits. */
  readonly signingKey: string;
  /** `did:key`s in the order of the DID: recovery key first, then the house's own. */
  readonly rotationKeys: readonly string[];
  /** The signed genesis operation of a did:plc as DAG-CBOR, where it is known. */
  readonly genesis?: Uint8Array;
  /** Signed PLC operations as DAG-CBOR that no directory has yet, in their order. */
  readonly operations: readonly Uint8Array[];
  /**
   * CIDs of PLC operations that were signed here, or that the owner has taken for theirs: what the log has beside them is somebody
   * else's. Left out where nothing was registered, and in rows of earlier versions.
   */
  readonly signedOperations?: readonly string[];
  /** CIDs of those that the directory has shown, and cannot take back. */
  readonly shownOperations?: readonly string[];
  /** Kept until the owner has proved that they hold it; then it is gone, and so is the amber light. */
  readonly kit?: KeptKit;
  /** While there is one, what is committed waits for it in the outbox. */
  readonly mirror?: PairedMirror;
  /** What the mirror before had confirmed: of what was written here up to it, another house may have changed its mind elsewhere since. */
  readonly confirmed?: Tid;
  /** Bytes that history may take; `HISTORY_LIMIT` where the owner has set none. */
  readonly historyLimit?: number;
  /**
   * The owner is asked again before anything that cannot be taken back, and has confirmed what is done until then, in milliseconds since
   * 1970. Left out where they have not asked for that.
   */
  readonly confirmedUntil?: number;
}

/** Bytes of history, where the owner has set no other limit. */
export const HISTORY_LIMIT = 50_000_000;

/** The keys of an account as the house holds them: they sign, and cannot be read. */
export interface AccountKeys {
  readonly signing: P256KeyPair;
  /** The house's own rotation key. */
  readonly rotation: P256KeyPair;
}

/** What of an account may change without a commit; `undefined` takes handle, kit, mirror or the wish to be asked again away. */
export interface AccountDetails {
  readonly handle: Handle | undefined;
  readonly operations: readonly Uint8Array[];
  readonly kit: KeptKit | undefined;
  readonly mirror: PairedMirror | undefined;
  readonly confirmed: Tid;
  readonly rotationKeys: readonly string[];
  readonly historyLimit: number;
  readonly confirmedUntil: number | undefined;
  readonly signedOperations: readonly string[];
  readonly shownOperations: readonly string[];
}

/**
 * Whether the mirror has not confirmed a commit of this rev: then history keeps it, as what was written here that may have to be
 * done again on top of what another house of the owner wrote.
 */
export function isUnconfirmed({ mirror }: Pick<Account, 'mirror'>, rev: string): boolean {
  return mirror !== undefined && (mirror.acknowledged === undefined || rev > mirror.acknowledged.rev);
}
