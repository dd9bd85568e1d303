/** What a key was used for, other than a commit. Passes of one hour for the same thing are one of these. */
export interface KeyUse {
  readonly what: 'token' | 'operation' | 'kit-made' | 'kit-opened';
  readonly key: 'signing' | 'house' | 'recovery' | 'kit';
  /** The method, the CID of the operation, or why the kit was made or opened. */
  readonly subject: string;
  /** Who was to have it: a DID, or `directory`. */
  readonly audience: string;
  readonly count: number;
  /** When the last of them was: an ISO datetime. */
  readonly time: string;
}
