import type { KeyUse } from '../../pds/index.ts';

/** What a key was used for, as the page shows it. */
export interface KeyUseReport extends KeyUse {
  readonly count: number;
  /** When the last of them was: an ISO datetime. */
  readonly time: string;
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
