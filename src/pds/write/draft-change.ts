import { blobRefsOf, isBlockOf, TidClock } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { draftCommit, RepoError } from '../../repo/index.ts';
import type { BlockReader, CommitBase, NodeCache, Write } from '../../repo/index.ts';
import type { Fetch } from '../../identity/index.ts';
import { checkClock } from '../mirroring/clock.ts';
import type { Account } from '../ports/account.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Announce } from '../ports/events.ts';
import type { HouseStore } from '../ports/house-store.ts';
import { recordValue } from '../record-value.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { checkBlobs } from './blob-refs.ts';
import type { Signers } from './signers.ts';
import type { Change, DraftedChange, WriteRequest } from './wish.ts';

/** What it takes to make a commit for an account of the house. */
export interface DraftingParts {
  readonly store: HouseStore;
  readonly blobs: BlobStore;
  readonly feed: { readonly announce: Announce };
  readonly nodes: NodeCache;
  readonly now: () => number;
  /** Asks a mirror for the time. */
  readonly fetch: Fetch;
  readonly signers: Signers;
  /** Which of the clocks that may write to an account this one is. */
  readonly clockId: number;
}

/**
 * Fulfils wishes by a commit that waits for its signature. Undefined where nothing is to do.
 * @param base what the commit is made on: the head of the account, or a draft on it
 * @param reader has its blocks
 * @throws XrpcError InvalidSwap, BlobNotFound, InvalidMimeType, InvalidSize, ClockAhead
 * @throws RepoError as `Repository.write`
 */
export async function draftChange(
  parts: DraftingParts, account: Account, base: CommitBase, reader: BlockReader, { wishes, swapCommit }: WriteRequest,
): Promise<DraftedChange | undefined> {
  const { did, head } = account;
  if (swapCommit !== undefined && swapCommit !== head.cid.toString()) {
    throw new XrpcError(400, 'InvalidSwap', `The repository is at the commit ${head.cid.toString()}. Nothing was changed.`);
  }
  const changes = await changesOf(base, wishes);
  if (changes.length === 0) return undefined;
  await checkClock(parts, account);
  const previous = await readPrevious(reader, changes);
  await checkNewBlobs(parts.blobs, did, changes, previous);
  const clock = new TidClock({ clockId: parts.clockId, now: parts.now });
  return { changes, previous, draft: await draftCommit(base, changes.map(writeOf), clock) };
}

/** What of the wishes changes anything. @throws XrpcError InvalidSwap */
async function changesOf({ tree }: CommitBase, wishes: WriteRequest['wishes']): Promise<Change[]> {
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

async function checkNewBlobs(blobs: BlobStore, did: Did, changes: readonly Change[], previous: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const { wish, path } of changes) {
    if (wish.action === 'delete' || wish.record.blobs.length === 0) continue;
    const before = previous.get(path);
    const kept = before === undefined ? [] : blobRefsOf(recordValue(before));
    await checkBlobs(blobs, did, wish.record.blobs, new Set(kept.map(({ cid }) => cid.toString())));
  }
}
