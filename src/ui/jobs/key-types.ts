/** What a key was used for, other than a commit. Passes of one hour for the same thing are one of these. */
export interface KeyUse {
  readonly what: 'token' | 'operation' | 'kit-made' | 'kit-opened';
  readonly key: 'signing' | 'house' | 'recovery' | 'imported' | 'kit';
  /** The method, the CID of the operation, or why the kit was made or opened. */
  readonly subject: string;
  /** Who was to have it: a DID, or `directory`. */
  readonly audience: string;
  readonly count: number;
  /** When the last of them was: an ISO datetime. */
  readonly time: string;
}

/**
 * How the kit is opened: the owner's file with its passphrase, or this house's copy with what a passkey answered. The answer goes to
 * the worker, and is not in the page any more.
 */
export type KitOpening = { readonly kit: Blob; readonly passphrase: string } | { readonly passkey: Uint8Array<ArrayBuffer> };

/** A copy of the present kit under a passkey. */
export interface PasskeyCopy {
  /** Of the credential that is to be asked. */
  readonly id: Uint8Array<ArrayBuffer>;
  /** An ISO datetime. */
  readonly createdAt: string;
}

/** Which sealed copies of the kit lie with the mirror of an account. */
export interface MirrorKits {
  /** Its address; undefined where the account is paired with none. */
  readonly mirror?: string;
  /** Why nothing is known of them: the mirror is one that keeps none, or does not answer. */
  readonly fault?: 'MirrorOld' | 'MirrorUnreachable';
  readonly copies: readonly MirrorKit[];
}

/** A sealed copy of the kit at a mirror. */
export interface MirrorKit {
  readonly kind: 'passphrase' | 'passkey';
  /** When it came there, as the mirror says: an ISO datetime. */
  readonly storedAt: string;
  /** As the mirror gives it out. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** Whether it is what this browser put there, or has now under its passkey; undefined where this browser cannot tell. */
  readonly isOurs?: boolean;
}

/** How else the kit is kept, and whether this house asks for it again before what cannot be taken back. */
export interface KitKeeping {
  readonly copy?: PasskeyCopy;
  readonly asksAgain: boolean;
  /** When the owner, who has neither kit nor passkey, may end that: an ISO datetime. */
  readonly liftsAt?: string;
}
