import { TidClock } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { accountToWrite } from '../accounts/find-account.ts';
import { isClockDoubtful } from '../mirroring/clock.ts';
import type { Call } from '../xrpc/method.ts';
import { attempt, conclude } from './attempt.ts';
import type { Attempt, Waiting } from './attempt.ts';
import { Batches } from './batches.ts';
import type { DraftingParts } from './draft-change.ts';
import { Signers } from './signers.ts';
import { Upkeep } from './upkeep.ts';
import type { Outcome, WriteRequest } from './wish.ts';

/** What a writer needs of a house. */
export type WriterParts = Omit<DraftingParts, 'signers' | 'clockId'>;

/** How often commits are made anew because another tab was faster. */
const ATTEMPTS = 5;

/**
 * Carries out what is asked of repositories: one commit for a request, durable before it is acknowledged. Requests that wait
 * together share a transaction; each is fulfilled or refused by itself.
 */
export class Writer {
  readonly #parts: DraftingParts;
  readonly #keyClock: TidClock;
  readonly #upkeep: Upkeep;
  readonly #batches = new Batches<Did, Waiting>((did, batch) => this.#turn(did, batch));

  constructor(parts: WriterParts) {
    this.#keyClock = new TidClock({ now: parts.now });
    this.#parts = { ...parts, signers: new Signers(parts.store), clockId: this.#keyClock.clockId };
    this.#upkeep = new Upkeep(parts);
  }

  /** A record key that no record has. */
  newRecordKey(): string {
    return this.#keyClock.next();
  }

  /**
   * Fulfils the wishes in one commit, or gives the answer that the same request got before.
   * @param answer makes the answer of the method; it is kept in the journal
   * @throws XrpcError AccountNotFound, InvalidSwap, BlobNotFound, InvalidMimeType, InvalidSize, InvalidRequest, ClockAhead
   * @throws RepoError as `Repository.write`
   * @throws StoreError HeadMoved, StorageFull and the like; in every case nothing was changed
   */
  async write<Answer>(call: Call, request: WriteRequest, answer: (outcome: Outcome) => Answer): Promise<Answer> {
    const { store } = this.#parts;
    const { did } = store.remembered(request.repo as Did) ?? await accountToWrite(store, request.repo);
    return new Promise<Answer>((resolve, reject) => {
      this.#batches.add(did, { call, request, answer, resolve: resolve as Waiting['resolve'], reject });
    });
  }

  /** Under the lock of the account, once for all that waited. */
  async #turn(did: Did, batch: readonly Waiting[]): Promise<void> {
    // Signing takes about as long as it takes to get the lock. Blobs are looked for under it, where nobody collects them.
    const early = batch.some(namesBlobs) ? undefined : this.#guess(did, batch);
    try {
      await this.#parts.store.exclusive(did, async () => this.#carryOut(did, batch, await (early ?? this.#guess(did, batch))));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#upkeep.begin(did);
  }

  /** On the account as it is remembered, which costs no reading. What is asked of a mirror is noted on what is stored. */
  async #guess(did: Did, batch: readonly Waiting[]): Promise<Attempt | undefined> {
    const remembered = this.#parts.store.remembered(did);
    if (remembered === undefined || isClockDoubtful(remembered)) return undefined;
    return attempt(this.#parts, remembered, batch, false);
  }

  /** What the guess does not fulfil is decided on what is stored. */
  async #carryOut(did: Did, batch: readonly Waiting[], guess: Attempt | undefined): Promise<void> {
    const { store } = this.#parts;
    let left = guess === undefined ? batch : await conclude(this.#parts, guess, false);
    for (let count = guess === undefined ? 1 : 2; left.length > 0; count++) {
      const made = await attempt(this.#parts, await accountToWrite(store, did), left, true);
      left = await conclude(this.#parts, made, count >= ATTEMPTS);
    }
  }
}

function namesBlobs({ request: { wishes } }: Waiting): boolean {
  return wishes.some((wish) => wish.action !== 'delete' && wish.record.blobs.length > 0);
}
