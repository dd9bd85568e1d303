import { CidMap, formatDidKey } from '../protocol/index.ts';
import type { Cid, Did, Nsid, PublicKey, Tid } from '../protocol/index.ts';
import { blobsNamedIn, MAX_COMMIT_BYTES, readCar, readCommit, readerOver, RepoError, verifyCommitMessage } from '../repo/index.ts';
import type { CommitMessage, Operation, VerifiedMessage } from '../repo/index.ts';
import { CommitsAhead } from './commits-ahead.ts';
import type { Ahead } from './commits-ahead.ts';
import { commitEvent, keyEvents } from './events.ts';
import type { IntakeOptions } from './ingest-options.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import { isStandby, MirrorStoreError } from './ports/mirror-store.ts';
import type { CopyAccount, CopyChange, CopyHead } from './ports/mirror-store.ts';
import type { Receipt } from './receipt.ts';
import { checkRoom } from './quota.ts';
import { checkAhead, repoRefusal, storeRefusal, twice } from './refusals.ts';
import { SharedRecords } from './shared-records.ts';

/** Takes commits in, in the order of each account. */
export class CommitIntake {
  readonly #options: IntakeOptions;
  readonly #shared = new SharedRecords();
  readonly #ahead = new CommitsAhead();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * As `Ingest.commit`. While commits are on their way to the disk, those that follow are verified on top of them, and share a transaction.
   * Only what the disk has says why one is refused: such a one has a turn of its own.
   */
  async take(did: Did, message: CommitMessage): Promise<Receipt> {
    const { turns } = this.#options;
    const receipt = await turns.overlap(did, () => this.#begin(did, message));
    if (receipt !== undefined) return receipt;
    return turns.take(did, () => twice(async () => (await this.#prepare(did, message))()));
  }

  /** As `Ingest.follow`. */
  follow(did: Did, message: CommitMessage): Promise<CopyHead> {
    return this.#options.turns.take(did, () => twice(async () => {
      const account = await this.#options.store.account(did);
      const head = headToFollow(did, account, 'standby');
      if (message.rev <= head.rev) return head;
      this.#checkPlace(message, head);
      this.#checkTerms(account!, message);
      const { verified, key } = await this.#verify(did, message, head);
      const change = await this.#change(message, verified, key, { head });
      // The network hears of it from the primary.
      await this.#options.store.commit({ ...change, events: [] });
      return change.head;
    }));
  }

  /** Gives undefined where it takes a turn of its own. */
  async #begin(did: Did, message: CommitMessage): Promise<() => Promise<Receipt | undefined>> {
    const ahead = await this.#ahead.of(did);
    try {
      const store = await this.#prepare(did, message, ahead);
      return () => store().catch((error: unknown) => {
        if (error instanceof MirrorStoreError && error.code === 'HeadMoved') return undefined;
        throw storeRefusal(error);
      });
    } catch {
      // Though nothing is ahead: one before it may have a turn of its own still to come.
      return async () => undefined;
    }
  }

  /** Verifies it on what is ahead, or else on what is stored. @returns what stores it, and tells of it */
  async #prepare(did: Did, message: CommitMessage, ahead?: Ahead): Promise<() => Promise<Receipt>> {
    const { store, admit } = this.#options;
    const account = await store.account(did);
    const stored = headToFollow(did, account);
    const head = ahead?.head ?? stored;
    const known = ahead === undefined && message.rev <= head.rev ? await this.#heldReceipt(did, message, head) : undefined;
    if (known !== undefined) return async () => known;
    await admit?.(did);
    this.#checkPlace(message, head);
    // Too much rather than too little: part of what is ahead may be stored by now.
    this.#checkTerms({ ...account!, bytes: account!.bytes + (ahead?.bytes ?? 0) }, message);
    const { verified, key } = await this.#verify(did, message, head);
    const knownKey = ahead?.signingKey ?? account!.signingKey;
    const change = await this.#change(message, verified, key, { head, ...(knownKey !== undefined && { knownKey }), ...(ahead !== undefined && { ahead }) });
    return () => this.#store(account!, change);
  }

  async #store(account: CopyAccount, change: CopyChange): Promise<Receipt> {
    const { store, announce, receiptOf, writes } = this.#options;
    const forget = writes.note(account);
    const events = await this.#ahead.during(change, () => store.commit(change)).catch((error: unknown) => {
      forget();
      throw error;
    });
    announce(events);
    return receiptOf(change.did, change.head, events.find(({ head }) => head !== undefined)!);
  }

  /** A commit that is held is sent again by a house that did not hear of its receipt. */
  async #heldReceipt(did: Did, message: CommitMessage, head: CopyHead): Promise<Receipt | undefined> {
    const { store, receiptOf } = this.#options;
    const told = await store.eventOf(did, message.commit);
    if (told === undefined) return undefined;
    return receiptOf(did, { cid: message.commit, rev: revOf(message, head) }, told);
  }

  /** @throws MirrorRefusal QuotaExceeded, RateLimitExceeded */
  #checkTerms(account: CopyAccount, { ops }: CommitMessage): void {
    const { limits, writes } = this.#options;
    checkRoom(account, limits, ops.every(({ action }) => action === 'delete'));
    writes.check(account);
  }

  #checkPlace({ repo, rev, since, prevData, blocks }: CommitMessage, head: CopyHead): void {
    if (blocks.length > MAX_COMMIT_BYTES) {
      throw new MirrorRefusal('CommitTooLarge', `The blocks of a commit take at most ${MAX_COMMIT_BYTES} bytes.`, { bytes: blocks.length }, head);
    }
    if (rev <= head.rev) {
      throw new MirrorRefusal('StaleRev', 'The mirror holds a commit with this rev or a later one already.', { repo, rev, held: head.rev }, head);
    }
    if (since !== head.rev || !prevData.equals(head.data)) {
      throw new MirrorRefusal('StaleHead', 'The commit does not follow the one that the mirror holds.', { repo, rev, held: head.rev }, head);
    }
    checkAhead(rev, this.#options.now(), this.#options.limits, head);
  }

  /** With the key that is remembered, and if that did not sign it, with the one that the directory has now. */
  async #verify(did: Did, message: CommitMessage, head: CopyHead): Promise<{ readonly verified: VerifiedMessage; readonly key: PublicKey }> {
    const verify = (key: PublicKey): Promise<VerifiedMessage> => verifyCommitMessage(message, { key, previous: head, now: this.#options.now() });
    if (message.repo !== did) {
      throw new MirrorRefusal('InvalidCommit', 'The commit belongs to another account than the one that is speaking.', { reason: 'CommitDid' }, head);
    }
    const { keys } = this.#options;
    const key = await keys.keyOf(did);
    try {
      return { verified: await verify(key), key };
    } catch (error) {
      if (!(error instanceof RepoError) || error.code !== 'CommitSignature') throw repoRefusal(error, 'Commit', head);
    }
    const fresh = await keys.keyOf(did, true);
    try {
      return { verified: await verify(fresh), key: fresh };
    } catch (error) {
      throw repoRefusal(error, 'Commit', head);
    }
  }

  async #change(
    message: CommitMessage, { commit, newBlocks, deadNodes, droppedRecords }: VerifiedMessage, key: PublicKey, { head: before, knownKey, ahead }: Base,
  ): Promise<CopyChange> {
    const { did, rev, data } = commit;
    const reader = this.#options.store.reader(did);
    const stored = ahead === undefined ? reader : readerOver(ahead.blocks, reader);
    const fresh = new CidMap<Uint8Array>();
    for (const { cid, bytes } of newBlocks) fresh.set(cid, bytes);
    const dead = await this.#shared.dead({
      did, before: before.cid, after: commit, operations: message.ops, dropped: droppedRecords, stored, reader: readerOver(fresh, stored),
    });
    const signingKey = formatDidKey(key);
    return {
      did, expected: before.cid, head: { cid: commit.cid.detached(), rev, data }, signingKey,
      newBlocks, deadBlocks: [before.cid, ...deadNodes, ...dead],
      grown: grownBy(message.ops), blobs: blobsByPath(message.ops, fresh), events: [...keyEvents(did, knownKey, signingKey), commitEvent(message)],
    };
  }
}

/** What a commit is made on. */
interface Base {
  readonly head: CopyHead;
  /** `did:key` that signed that. */
  readonly knownKey?: string;
  /** Where that is on its way to the disk. */
  readonly ahead?: Ahead;
}

/** @throws MirrorRefusal AccountMissing, AccountInactive, StaleHead where there is nothing to follow */
function headToFollow(did: Did, account: CopyAccount | undefined, as: 'active' | 'standby' = 'active'): CopyHead {
  if (account === undefined || account.status === 'deleted') {
    throw new MirrorRefusal('AccountMissing', 'This mirror does not keep the account.', { did });
  }
  const { status, head } = account;
  if (as === 'active' ? status !== as : !isStandby(account)) {
    throw new MirrorRefusal('AccountInactive', `This mirror takes commits of active accounts, and the account is ${status}.`, { did, status }, head);
  }
  if (head !== undefined) return head;
  throw new MirrorRefusal('StaleHead', 'The mirror has nothing of the account yet; it needs the whole repository first.', { did });
}

/** What the commit itself says: a receipt says nothing else. */
function revOf({ commit, blocks }: CommitMessage, head: CopyHead): Tid {
  try {
    const block = readCar(blocks).blocks.find(({ cid }) => cid.equals(commit));
    if (block !== undefined) return readCommit(block).rev;
  } catch (error) {
    throw repoRefusal(error, 'Commit', head);
  }
  throw new MirrorRefusal('InvalidCommit', 'The CAR of the commit does not hold the commit.', { reason: 'BlockMissing' }, head);
}

function grownBy(operations: readonly Operation[]): ReadonlyMap<Nsid, number> {
  const grown = new Map<Nsid, number>();
  for (const { action, path } of operations) {
    if (action === 'update') continue;
    const collection = path.slice(0, path.indexOf('/')) as Nsid;
    grown.set(collection, (grown.get(collection) ?? 0) + (action === 'create' ? 1 : -1));
  }
  return grown;
}

function blobsByPath(operations: readonly Operation[], records: CidMap<Uint8Array>): ReadonlyMap<string, readonly Cid[]> {
  const named = operations.map(({ action, path, cid }) => ({ action, path, cids: cid === null ? [] : blobsNamedIn(records.get(cid)!) }));
  // Where there was no record, nothing was named before.
  return new Map(named.filter(({ action, cids }) => action !== 'create' || cids.length > 0).map(({ path, cids }) => [path, cids]));
}
