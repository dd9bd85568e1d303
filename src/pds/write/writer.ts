import { blobRefsOf, isBlockOf, TidClock } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { RepoError, Repository } from '../../repo/index.ts';
import type { BlockReader, NodeCache, Write } from '../../repo/index.ts';
import type { Fetch } from '../../identity/index.ts';
import { accountToWrite } from '../accounts/find-account.ts';
import { checkClock } from '../mirroring/clock.ts';
import type { Account } from '../ports/account.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Announce } from '../ports/events.ts';
import type { HouseStore } from '../ports/house-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { recordValue } from '../record-value.ts';
import type { Call } from '../xrpc/method.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { checkBlobs } from './blob-refs.ts';
import { commitChange } from './commit-change.ts';
import { journalEntry, recall } from './journal.ts';
import { Signers } from './signers.ts';
import { Upkeep } from './upkeep.ts';
import type { Change, Outcome, SignedChange, WriteRequest } from './wish.ts';

/** What a writer needs of a house. */
export interface WriterParts {
  readonly store: HouseStore;
  readonly blobs: BlobStore;
  readonly feed: { readonly announce: Announce };
  readonly nodes: NodeCache;
  readonly now: () => number;
  /** Asks a mirror for the time. */
  readonly fetch: Fetch;
}

/** How often a commit is made anew because another tab was faster. */
const ATTEMPTS = 5;

/** Carries out what is asked of repositories: one commit for a request, durable before it is acknowledged. */
export class Writer {
  readonly #parts: WriterParts;
  readonly #signers: Signers;
  readonly #keyClock: TidClock;
  readonly #upkeep: Upkeep;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#signers = new Signers(parts.store);
    this.#keyClock = new TidClock({ now: parts.now });
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
    const { did } = await accountToWrite(store, request.repo);
    const given = await store.exclusive(did, async () => {
      const before = await recall(store, call);
      if (before !== undefined) return before as Answer;
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#attempt(call, await accountToWrite(store, did), request, answer);
        } catch (error) {
          const hasMoved = error instanceof StoreError && error.code === 'HeadMoved';
          if (!hasMoved || attempt === ATTEMPTS) throw error;
        }
      }
    });
    this.#upkeep.begin(did);
    return given;
  }

  async #attempt<Answer>(call: Call, account: Account, request: WriteRequest, answer: (outcome: Outcome) => Answer): Promise<Answer> {
    const { store, feed, now } = this.#parts;
    const { did, head } = account;
    if (request.swapCommit !== undefined && request.swapCommit !== head.cid.toString()) {
      throw new XrpcError(400, 'InvalidSwap', `The repository is at the commit ${head.cid.toString()}. Nothing was changed.`);
    }
    const signed = await this.#sign(account, request);
    if (signed === undefined) return answer({ did });
    const { commit, operations } = signed.result;
    const given = answer({ did, commit: { cid: commit.cid.toString(), rev: commit.rev } });
    const change = commitChange(account, signed, now(), journalEntry(call, given));
    await store.commit(change);
    const { outgoing } = change;
    feed.announce({ type: 'commit', did, rev: commit.rev, cid: commit.cid, operations, ...(outgoing !== undefined && { outgoing }) });
    return given;
  }

  /** Signed before the store's transaction begins: awaiting a signature would end it. Undefined where nothing is to do. */
  async #sign(account: Account, { wishes }: WriteRequest): Promise<SignedChange | undefined> {
    const { did, head } = account;
    const reader = this.#parts.store.reader(did);
    const repository = await Repository.open(reader, head.cid, this.#parts.nodes);
    const changes = await changesOf(repository, wishes);
    if (changes.length === 0) return undefined;
    await checkClock(this.#parts, account);
    const previous = await readPrevious(reader, changes);
    await this.#checkBlobs(did, changes, previous);
    const clock = new TidClock({ clockId: this.#keyClock.clockId, now: this.#parts.now });
    const result = await repository.write(changes.map(writeOf), { signer: await this.#signers.of(account), clock });
    return { changes, result, previous };
  }

  async #checkBlobs(did: Did, changes: readonly Change[], previous: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const { wish, path } of changes) {
      if (wish.action === 'delete' || wish.record.blobs.length === 0) continue;
      const before = previous.get(path);
      const kept = before === undefined ? [] : blobRefsOf(recordValue(before));
      await checkBlobs(this.#parts.blobs, did, wish.record.blobs, new Set(kept.map(({ cid }) => cid.toString())));
    }
  }
}

/** What of the wishes changes anything. @throws XrpcError InvalidSwap */
async function changesOf({ tree }: Repository, wishes: WriteRequest['wishes']): Promise<Change[]> {
  const changes: Change[] = [];
  for (const wish of wishes) {
    const path = `${wish.collection}/${wish.rkey}`;
    const existing = wish.action === 'create' ? null : await tree.get(path);
    if (wish.action === 'delete' && wish.isMissingFine && existing === null) continue;
    if ('swapRecord' in wish && wish.swapRecord !== (existing?.toString() ?? null)) {
      throw new XrpcError(400, 'InvalidSwap', `The record is ${existing?.toString() ?? 'not there'}. Nothing was changed.`);
    }
    if (wish.action === 'put' && existing?.equals(wish.record.cid) === true) continue;
    changes.push({ wish, path, existing });
  }
  return changes;
}

function writeOf({ wish, path, existing }: Change): Write {
  if (wish.action === 'delete') return { action: 'delete', path };
  const action = wish.action === 'put' ? (existing === null ? 'create' : 'update') : wish.action;
  return { action, path, record: wish.record.value };
}

async function readPrevious(reader: BlockReader, changes: readonly Change[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const there = changes.filter((change): change is Change & { existing: Cid } => change.existing !== null);
  const found = there.length === 0 ? [] : await reader.read(there.map(({ existing }) => existing));
  const previous = new Map<string, Uint8Array>();
  for (const [index, { path, existing }] of there.entries()) {
    const bytes = found[index];
    if (bytes === undefined || !isBlockOf(existing, bytes)) {
      throw new RepoError('BlockMissing', 'A record is missing or damaged', { key: path, block: existing.toString() });
    }
    previous.set(path, bytes);
  }
  return previous;
}
