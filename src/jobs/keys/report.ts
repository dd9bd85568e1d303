import type { KeyUse } from '../../pds/index.ts';

/** What a key was used for, as the page shows it. */
export interface KeyUseReport extends KeyUse {
  readonly count: number;
  /** When the last of them was: an ISO datetime. */
  readonly time: string;
}

/** Which sealed copies of the kit lie with the mirror of an account. */
export interface MirrorKitReport {
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
  /** Whether it is, to the byte, what this house put there, or has now under its passkey; undefined where this house cannot tell. */
  readonly isOurs?: boolean;
}

/** Whether this house has a copy of the present kit under a passkey, and asks again before what cannot be taken back. */
export interface PasskeyReport {
  readonly copy?: {
    /** Of the credential that is to be asked. */
    readonly id: Uint8Array<ArrayBuffer>;
    readonly createdAt: string;
  };
  readonly asksAgain: boolean;
  /** When the owner, who has neither kit nor passkey, may end that: an ISO datetime. */
  readonly liftsAt?: string;
}
