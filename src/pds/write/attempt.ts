import { CidMap } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { readerOver, Repository } from '../../repo/index.ts';
import type { Commit, CommitBase } from '../../repo/index.ts';
import { afterCommit } from '../accounts/after-commit.ts';
import { accountToWrite } from '../accounts/find-account.ts';
import type { Account } from '../ports/account.ts';
import type { CommitChange } from '../ports/house-store.ts';
import { StoreError } from '../ports/store-error.ts';
import type { StoreFault } from '../ports/store-error.ts';
import type { Call } from '../xrpc/method.ts';
import { commitChange } from './commit-change.ts';
import { draftChange } from './draft-change.ts';
import type { DraftingParts } from './draft-change.ts';
import { isRepeat, journalEntry, recall } from './journal.ts';
import type { DraftedChange, Outcome, WriteRequest } from './wish.ts';

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

/** A request with the commit that would fulfil it, being signed. */
interface Drafted {
  readonly waiting: Waiting;
  readonly drafted: DraftedChange;
  readonly signing: Promise<Commit>;
}

/**
 * Makes a commit for each request that can be fulfilled. Never rejects for what is wrong with one of them.
 * @param isSure the account was read just now, and nobody else writes: what is refused, or found to be done already, is so
 */
export async function attempt(parts: DraftingParts, account: Account, batch: readonly Waiting[], isSure: boolean): Promise<Attempt> {
  const { store } = parts;
  const { did, head } = account;
  const drafts: Drafted[] = [];
  const left: Waiting[] = [];
  const answers: (() => void)[] = [];
  const refuse = (waiting: Waiting, error: unknown): void => {
    if (isSure) answers.push(() => waiting.reject(error));
    else left.push(waiting);
  };
  const fresh = new CidMap<Uint8Array>();
  const reader = readerOver(fresh, store.reader(did));
  let base: CommitBase | undefined;
  for (const waiting of batch) {
    const { call, request, resolve, answer } = waiting;
    // Which commit a draft becomes is not known before it is signed.
    const mustWait = drafts.length > 0 && request.swapCommit !== undefined;
    if (mustWait || drafts.some((other) => isRepeat(other.waiting.call, call))) {
      left.push(waiting);
      continue;
    }
    try {
      const before = isSure ? await recall(store, call) : undefined;
      if (before !== undefined) {
        answers.push(() => resolve(before));
        continue;
      }
      base ??= await Repository.open(reader, head.cid, parts.nodes);
      const drafted = await draftChange(parts, account, base, reader, request);
      if (drafted !== undefined) {
        base = drafted.draft;
        for (const { cid, bytes } of drafted.draft.blocks) fresh.set(cid, bytes);
        drafts.push({ waiting, drafted, signing: sign(parts, account, drafted) });
      } else if (isSure) {
        answers.push(() => resolve(answer({ did })));
      } else {
        left.push(waiting);
      }
    } catch (error) {
      refuse(waiting, error);
    }
  }
  return { did, batch, left, answers, made: await signed(parts, account, drafts).catch((error: unknown) => {
    for (const { waiting } of drafts) refuse(waiting, error);
    return [];
  }) };
}

/** What was drafted, once all of it is signed. */
async function signed({ now }: DraftingParts, account: Account, drafts: readonly Drafted[]): Promise<Made[]> {
  const commits = await Promise.all(drafts.map(({ signing }) => signing));
  const made: Made[] = [];
  let present = account;
  for (const [index, { waiting, drafted }] of drafts.entries()) {
    const { cid, rev } = commits[index]!;
    const result = drafted.draft.result(commits[index]!, present.head.cid);
    const given = waiting.answer({ did: account.did, commit: { cid: cid.toString(), rev } });
    const change = commitChange(present, drafted, result, now(), journalEntry(waiting.call, given));
    made.push({ waiting, given, change });
    present = afterCommit(present, change);
  }
  return made;
}

/** Signs while others are drafted on it: each signature is a turn to another thread. */
function sign({ signers }: DraftingParts, account: Account, { draft }: DraftedChange): Promise<Commit> {
  const signing = signers.of(account).then((signer) => draft.sign(signer));
  // Whoever waits for it hears of it.
  signing.catch(() => undefined);
  return signing;
}

/**
 * Stores what an attempt has made, in one transaction, and answers.
 * @param isLast there is no other attempt: what cannot be stored is refused
 * @returns those that have no answer yet: to be tried again, on the account as it is then
 */
export async function conclude(parts: DraftingParts, { did, batch, made, left, answers }: Attempt, isLast: boolean): Promise<readonly Waiting[]> {
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

/** Stores, tells and answers; or gives what went wrong, and then nothing of it was stored. */
async function storeAll({ store, feed }: DraftingParts, made: readonly [Made, ...Made[]]): Promise<unknown> {
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
