import { HoldfastError } from '../protocol/index.ts';
import type { ErrorDetails } from '../protocol/index.ts';
import type { CopyHead } from './ports/mirror-store.ts';

/** Why a mirror did not take what it was given. In every case its copy is as it was. */
export type MirrorFault =
  /** The account is not kept here. */
  | 'AccountMissing'
  /** It is kept, and not served now: it is being paired, or was deactivated or taken down. */
  | 'AccountInactive'
  /** The directory does not say which key signs for the account. */
  | 'IdentityUnknown'
  /** The token does not prove who is speaking. */
  | 'InvalidToken'
  /** The rev is not greater than that of the head. */
  | 'StaleRev'
  /** What was sent is not the successor of the head. */
  | 'StaleHead'
  /** The rev is too far ahead of the mirror's clock. */
  | 'FutureRev'
  /** The commit is not right; `reason` of the details is the code of the RepoError. */
  | 'InvalidCommit'
  | 'CommitTooLarge'
  /** The repository is not right; `reason` as above. */
  | 'InvalidRepo'
  | 'RepoTooLarge'
  /** More than the mirror keeps for an account. */
  | 'QuotaExceeded'
  /** More changes in an hour than were agreed upon; it passes. */
  | 'RateLimitExceeded'
  /** The mirror has no room, for anyone. */
  | 'StorageFull';

/** A refusal of a mirror, in words for the person whose house it is. */
export class MirrorRefusal extends HoldfastError<MirrorFault> {
  /** What the mirror holds, where it matters. */
  readonly head: CopyHead | undefined;

  constructor(code: MirrorFault, message: string, details: ErrorDetails = {}, head?: CopyHead, cause?: unknown) {
    super(code, message, details, cause);
    this.head = head;
  }
}
