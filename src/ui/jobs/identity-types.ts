import type { AnyPlcOperation, HandleProof, PlcChange, WebFinding } from '../../identity/index.ts';

/** Whose key it is: in the owner's kit, in one that a new kit has replaced, in this house, or one that this house knows nothing of. */
export type KeyHolder = 'kit' | 'old-kit' | 'house' | 'other';

export interface IdentityKey {
  /** `did:key` */
  readonly key: string;
  readonly holder: KeyHolder;
}

/** What an operation changed; where it is about a rotation key, whose that is. */
export type IdentityChange = PlcChange & { readonly holder?: KeyHolder };

/** One operation, verified. */
export interface IdentityEntry {
  readonly cid: string;
  /** When the directory took it: an ISO datetime. Left out of what waits in this house. */
  readonly time?: string;
  readonly signer: IdentityKey;
  /** Whether a recovery undid it. */
  readonly isUndone: boolean;
  readonly changes: readonly IdentityChange[];
  readonly operation: AnyPlcOperation;
}

/** What the DID says now. */
export interface IdentityState {
  readonly handle?: string;
  /** URIs beside the handle. */
  readonly furtherNames: readonly string[];
  /** The origin of the server. */
  readonly server?: string;
  /** `did:key` that signs the repository, and whether it is this house's. */
  readonly signingKey?: { readonly key: string; readonly isOwn: boolean };
  /** In the order of their rank. */
  readonly rotationKeys: readonly IdentityKey[];
}

/** Somebody else has changed the identity. */
export interface IdentityAlarm {
  /** CIDs of the operations that hold and are not the owner's, oldest first. */
  readonly cids: readonly string[];
  /** When the first of them was taken: an ISO datetime. */
  readonly time: string;
  /** Whose key signed the first. */
  readonly signer: KeyHolder;
  /** Until when the kit can undo them; left out where its key does not stand above the one that signed. */
  readonly until?: string;
  /** When the mirror saw it first, by its own word: an ISO datetime. */
  readonly seenAt?: string;
  /** The mirror shows it, signed, and the directory that was asked does not. */
  readonly isMirrorOnly?: true;
  /** What undoing them would change. */
  readonly changes: readonly IdentityChange[];
}

/** A K-256 key that was brought in from another server. */
export interface ImportedKey {
  /** `did:key` */
  readonly key: string;
  /** Its rank among those that may change the DID, from 0; -1 where it is none of them any more. */
  readonly place: number;
  /** Whether this house may not change the DID by itself, and the key can give it that. */
  readonly isNeeded: boolean;
}

/** The identity of an account, as the directory tells it and the jobs worker has verified it. Newest operations first. */
export interface IdentityReport {
  readonly did: string;
  /** The address that was asked, or would be. */
  readonly directory: string;
  /** `unregistered`: the directory has never heard of the account. */
  readonly standing: 'registered' | 'unregistered' | 'ended';
  readonly state: IdentityState | undefined;
  readonly entries: readonly IdentityEntry[];
  readonly alarm?: IdentityAlarm;
  /** How many operations the directory has shown before, and does not show any more. */
  readonly missing: number;
  /** A key that was brought in from another server. */
  readonly imported?: ImportedKey;
  /** The mirror watches too: its address, when the directory last showed it a log that holds, how many operations only it shows. */
  readonly mirror?: { readonly url: string; readonly lookedAt?: string; readonly only: number };
  /** Why what is told here is what the mirror has seen, and not what the directory says. */
  readonly fault?: 'DirectoryUnreachable' | 'DirectoryRefused' | 'DirectoryLies';
}

/** Whether a handle leads to an account: what the name servers say, and what the server at the handle says. */
export interface HandleProofs {
  readonly dns: HandleProof;
  readonly file: HandleProof;
  readonly isProven: boolean;
}

/** A further name that the owner wants. */
export interface FurtherName {
  /** A URI. */
  readonly name: string;
  /** Whether the identity does not say it yet. */
  readonly isNew: boolean;
  /** Of a new one that is a handle. */
  readonly proofs?: HandleProofs;
}

/** What one operation would change that gives an account other further names. */
export interface NamesCheck {
  /** All of them, in their order. */
  readonly names: readonly FurtherName[];
  /** Whether all new handles lead to the account. */
  readonly isProven: boolean;
  /** None where the identity says so already. */
  readonly changes: readonly PlcChange[];
  /** Of the operation; the directory takes 4,000. */
  readonly bytes: number;
}

/** Whether a handle leads to an account, and what one operation would change. */
export interface HandleCheck extends HandleProofs {
  readonly handle: string;
  /** None where the identity says so already. */
  readonly changes: readonly PlcChange[];
  /** Of the operation; the directory takes 4,000. */
  readonly bytes: number;
}

/** The document of a did:web on a domain of the owner. */
export interface WebCheck {
  readonly did: string;
  /** Where it is to be published. */
  readonly address: string;
  /** What it is to say: JSON. */
  readonly document: string;
  /** Whether it names a mirror: an account without one has none to name. */
  readonly hasServer: boolean;
  /** What is wrong with the one that is there; left out where nobody looked. */
  readonly findings?: readonly WebFinding[];
}
