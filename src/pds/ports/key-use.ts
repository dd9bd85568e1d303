/** What a key of the owner was used for, other than a commit: history has those. */
export interface KeyUse {
  /** A pass for one method of a mirror; an operation of the DID; a kit that was sealed, or opened. */
  readonly what: 'token' | 'operation' | 'kit-made' | 'kit-opened';
  /** The key that signs the repository, the house's own key, the one of the kit, or one brought in; of a kit, that it holds both. */
  readonly key: 'signing' | 'house' | 'recovery' | 'imported' | 'kit';
  /** The method, the CID of the operation, or why the kit was made or opened. */
  readonly subject: string;
  /** Who was to have it: a DID, or an address. Empty where it was for this house alone. */
  readonly audience: string;
}

/** Uses of one kind. Passes of one hour for the same thing are one of these, anything else stands by itself. */
export interface NotedUse extends KeyUse {
  readonly count: number;
  /** When the last of them was, in milliseconds since 1970. */
  readonly at: number;
}

/** Passes are grouped by so many milliseconds, and let go of after so many. */
export const PASS_HOUR_MS = 3_600_000;
export const PASSES_KEPT_MS = 90 * 24 * PASS_HOUR_MS;
