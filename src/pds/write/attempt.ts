import { CidMap } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { readerOver } from '../../repo/index.ts';
import type { BlockReader } from '../../repo/index.ts';
import { afterCommit } from '../accounts/after-commit.ts';
import { accountToWrite } from '../accounts/find-account.ts';
import type { Account } from '../ports/account.ts';
import type { CommitChange } from '../ports/house-store.ts';
import { StoreError } from '../ports/store-error.ts';
import type { StoreFault } from '../ports/store-error.ts';
import type { Call } from '../xrpc/method.ts';
import { commitChange } from './commit-change.ts';
import { isRepeat, journalEntry, recall } from './journal.ts';
import { signChange } from './sign-change.ts';
import type { SigningParts } from './sign-change.ts';
import type { Outcome, WriteRequest } from './wish.ts';

/** A request that waits for its answer. */
export interface Waiting {
  readonly call: Call;
  readonly request: WriteRequest;
  readonly answer: (outcome: Outcome) => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A request with the commit that would fulfil it, not yet stored. */
interface Made {
  readonly waiting: Waiting;
  readonly change: CommitChange;
  readonly given: unknown;
}

/** Commits that would fulfil requests, each on the one before, and none of them stored yet. */
export interface Attempt {
  readonly did: Did;
  readonly batch: readonly Waiting[];
  readonly made: readonly Made[];
  /** Those that this attempt does not decide. */
  readonly left: readonly Waiting[];
  /** What was decided on commits of this attempt: it is so when they are stored. */
  readonly answers: readonly (() => void)[];
}

/**
 * Makes a commit for each request that can be fulfilled. Never rejects for what is wrong with one of them.
 * @param isSure the account was read just now, and nobody else writes: what is refused, or found to be done already, is so
 */
export async function attempt(parts: SigningParts, account: Account, batch: readonly Waiting[], isSure: boolean): Promise<Attempt> {
  const { store } = parts;
  const { did } = account;
  const made: Made[] = [];
  const left: Waiting[] = [];
  const answers: (() => void)[] = [];
  const fresh = new CidMap<Uint8Array>();
  const reader = readerOver(fresh, store.reader(did));
  let present = account;
  for (const waiting of batch) {
    const { call, resolve, reject, answer } = waiting;
    if (made.some((other) => isRepeat(other.waiting.call, call))) {
      left.push(waiting);
      continue;
    }
    try {
      const before = isSure ? await recall(store, call) : undefined;
      const one = before === undefined ? await make(parts, present, reader, waiting) : undefined;
      if (one !== undefined) {
        made.push(one);
        present = afterCommit(present, one.change);
        for (const { cid, bytes } of one.change.newBlocks) fresh.set(cid, bytes);
      } else if (isSure) {
        answers.push(() => resolve(before ?? answer({ did })));
      } else {
        left.push(waiting);
      }
    } catch (error) {
      if (isSure) answers.push(() => reject(error));
      else left.push(waiting);
    }
  }
  return { did, batch, made, left, answers };
}

/**
 * Stores what an attempt has made, in one transaction, and answers.
 * @param isLast there is no other attempt: what cannot be stored is refused
 * @returns those that have no answer yet: to be tried again, on the account as it is then
 */
export async function conclude(parts: SigningParts, { did, batch, made, left, answers }: Attempt, isLast: boolean): Promise<readonly Waiting[]> {
  const [first, ...others] = made;
  const fault = first && await storeAll(parts, [first, ...others]);
  if (fault === undefined) {
    for (const give of answers) give();
    return left;
  }
  if (isBehind(fault) && !isLast) return batch;
  if (others.length === 0) {
    first!.waiting.reject(fault);
    return batch.filter((waiting) => waiting !== first!.waiting);
  }
  // What one of them asks for may be what cannot be stored.
  for (const waiting of batch) {
    await conclude(parts, await attempt(parts, await accountToWrite(parts.store, did), [waiting], true), true);
  }
  return [];
}

async function make(parts: SigningParts, account: Account, reader: BlockReader, waiting: Waiting): Promise<Made | undefined> {
  const { call, request, answer } = waiting;
  const signed = await signChange(parts, account, reader, request);
  if (signed === undefined) return undefined;
  const { cid, rev } = signed.result.commit;
  const given = answer({ did: account.did, commit: { cid: cid.toString(), rev } });
  return { waiting, given, change: commitChange(account, signed, parts.now(), journalEntry(call, given)) };
}

/** Stores, tells and answers; or gives what went wrong, and then nothing of it was stored. */
async function storeAll({ store, feed }: SigningParts, made: readonly [Made, ...Made[]]): Promise<unknown> {
  const [first, ...others] = made;
  let account: Account;
  try {
    account = await store.commit(first.change, ...others.map(({ change }) => change));
  } catch (error) {
    return error ?? new TypeError('The store failed, and did not say why');
  }
  for (const { waiting, given, change: { did, head, operations, outgoing } } of made) {
    const waits = outgoing !== undefined && account.mirror !== undefined;
    feed.announce({ type: 'commit', did, rev: head.rev, cid: head.cid, operations, ...(waits && { outgoing }) });
    waiting.resolve(given);
  }
  return undefined;
}

/** What says that somebody else was faster: with this account, or with this very request. */
const BEHIND: ReadonlySet<StoreFault> = new Set(['HeadMoved', 'AccountMissing', 'RequestKnown']);

function isBehind(error: unknown): boolean {
  return error instanceof StoreError && BEHIND.has(error.code);
}
