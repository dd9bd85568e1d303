import type { Did } from '../../protocol/index.ts';

/** What an account may take here; what is left out is as it is for everybody. */
export interface AccountTerms {
  /** Bytes of its repository. */
  readonly repoBytes?: number;
  /** Bytes of all its blobs. */
  readonly blobBytes?: number;
  /** Commits in any hour. */
  readonly writesPerHour?: number;
  /** Until then it is kept: milliseconds since 1970. */
  readonly until?: number;
}

/** The right to bring one account here, on terms. */
export interface Invitation {
  readonly code: string;
  /** For the operator alone: whom it was given to. */
  readonly note: string;
  readonly terms: Omit<AccountTerms, 'until'>;
  /** For so many days from its use on the account is kept; without an end where it is left out. */
  readonly days?: number;
  /** Higher than that of every one that was made before and is there. */
  readonly place: number;
  /** Milliseconds since 1970, as the others. */
  readonly createdAt: number;
  /** Not to be used from then on. */
  readonly expiresAt?: number;
  /** Whose it is since then. */
  readonly used?: { readonly by: Did; readonly at: number };
}

/** What an invitation is made of. */
export type NewInvitation = Omit<Invitation, 'place' | 'createdAt' | 'used'>;

/** The part of a mirror's store that keeps invitations, and the terms of accounts. */
export interface Lettings {
  /** False where there is one with that code. */
  invite(invitation: NewInvitation): Promise<boolean>;
  /** Newest first, those that were made before a place; the one that had it may be gone. */
  invitations(options: { readonly limit: number; readonly before?: number }): Promise<readonly Invitation[]>;
  invitation(code: string): Promise<Invitation | undefined>;
  /** Those whose code begins so. */
  invitationsFrom(start: string): Promise<readonly Invitation[]>;
  /**
   * Those that the settings name are these from now on, on the terms of everybody. One that was taken back stays so; others that the
   * settings have named and nobody has used are forgotten.
   */
  offer(codes: readonly string[], note: string): Promise<void>;
  /** Takes one back that nobody has used; false where there is none. One that the settings name is over from now on. */
  withdraw(code: string): Promise<boolean>;
  /** Puts these terms in the place of those that an account has. @throws MirrorStoreError AccountMissing */
  setTerms(did: Did, terms: AccountTerms): Promise<void>;
}
