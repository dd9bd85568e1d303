import type { Cid, Did } from '../protocol/index.ts';
import type { ByteSource, CommitMessage } from '../repo/index.ts';
import { CommitIntake } from './commit-intake.ts';
import type { HandedOver, IngestOptions, IntakeOptions } from './ingest-options.ts';
import { HourlyWrites } from './quota.ts';
import { signReceipt } from './receipt.ts';
import type { Receipt } from './receipt.ts';
import type { CopyHead } from './ports/mirror-store.ts';
import { RepositoryIntake } from './repository-intake.ts';
import { Turns } from './turns.ts';

/**
 * How a mirror takes in what houses send: it verifies, then calls its store once, then tells, and signs the receipt. A
 * refusal leaves head and events as they were. What is sent for one account is looked at in its order.
 */
export class Ingest {
  readonly #turns = new Turns();
  readonly #writes: HourlyWrites;
  readonly #hasBlob: IngestOptions['hasBlob'];
  readonly #commits: CommitIntake;
  readonly #repositories: RepositoryIntake;

  constructor(options: IngestOptions) {
    const { now = Date.now, signer, hasBlob } = options;
    this.#writes = new HourlyWrites(now);
    const intake: IntakeOptions = {
      ...options, now, turns: this.#turns, writes: this.#writes,
      receiptOf: (did, { cid, rev }, { seq, time }) => signReceipt(signer, { did, commit: cid, rev, seq }, time),
    };
    this.#hasBlob = hasBlob;
    this.#commits = new CommitIntake(intake);
    this.#repositories = new RepositoryIntake(intake);
  }

  /**
   * Takes a commit. One that is held already gets its first receipt again.
   * @throws MirrorRefusal AccountMissing, AccountInactive, IdentityUnknown, StaleRev, StaleHead, FutureRev, InvalidCommit,
   *   CommitTooLarge, QuotaExceeded, RateLimitExceeded, StorageFull
   */
  commit(did: Did, message: CommitMessage): Promise<Receipt> {
    return this.#commits.take(did, message);
  }

  /**
   * Takes a whole repository in the place of what is there, as one `#sync`. The head that is held already is no change.
   * Nothing is visible before all of it is verified. Reading stops at the first thing that is wrong.
   * @param replaces the commit that has to be the head until then; anything where it is left out
   * @throws MirrorRefusal AccountMissing, AccountInactive, IdentityUnknown, StaleRev, StaleHead, FutureRev, InvalidRepo, RepoTooLarge,
   *   RateLimitExceeded, StorageFull; what `source` throws; the reason of `signal`
   */
  putRepo(did: Did, source: ByteSource, signal?: AbortSignal, replaces?: Cid): Promise<HandedOver> {
    return this.#repositories.take(did, source, { ...(signal !== undefined && { signal }), ...(replaces !== undefined && { replaces }) });
  }

  /**
   * Takes a commit of an account that is a standby here, whose primary has confirmed it or a later one. What is held is no change.
   * @throws as `commit`
   */
  follow(did: Did, message: CommitMessage): Promise<CopyHead> {
    return this.#commits.follow(did, message);
  }

  /**
   * Takes the whole repository of an account that is a standby here, in the place of what is there.
   * @param confirmed the commit that the primary has confirmed: the repository is at that, or is refused
   * @throws as `putRepo`
   */
  async followRepo(did: Did, source: ByteSource, confirmed: Cid, signal?: AbortSignal): Promise<CopyHead> {
    return (await this.#repositories.take(did, source, { confirmed, ...(signal !== undefined && { signal }) })).head;
  }

  /** Runs work on an account between what is taken in for it: nothing of the account changes meanwhile but by the work. */
  inTurn<Result>(did: Did, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(did, work);
  }

  /** Commits, and repositories in the place of others, that were taken of an account in the last hour, where its terms set a number; since the start at most. */
  writesOf(did: Did): number {
    return this.#writes.of(did);
  }

  /** Those of the blobs that are not here. */
  async missing(did: Did, blobs: readonly Cid[]): Promise<readonly Cid[]> {
    const missing: Cid[] = [];
    for (const cid of blobs) if (!await this.#hasBlob(did, cid)) missing.push(cid);
    return missing;
  }
}
