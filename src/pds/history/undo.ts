import { blobRefsOf, decodeCbor, parseRepoPath, validateCbor } from '../../protocol/index.ts';
import type { BlobRef, CborMap, CborValue, Cid, Did } from '../../protocol/index.ts';
import type { Operation } from '../../repo/index.ts';
import type { House } from '../house.ts';
import type { HistoryEntry } from '../ports/house-store.ts';
import type { PreparedRecord } from '../write/prepare-record.ts';
import type { Wish } from '../write/wish.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { operationAt, presentRecords } from './change.ts';

/** What of a commit is taken back. */
export interface UndoOptions {
  /** Only what it did to this record. */
  readonly path?: string | undefined;
  /** Also what was changed again since. */
  readonly force?: boolean | undefined;
}

/**
 * What to wish for so that records are as they were before a commit. Each wish expects what is there now, so that nobody's change
 * is lost that came in between. What is so already needs no wish.
 * @throws XrpcError ChangedSince, NotRestorable, BlobNotFound
 */
export async function undoWishes(house: House, did: Did, entry: HistoryEntry, { path, force = false }: UndoOptions): Promise<readonly Wish[]> {
  const operations = path === undefined ? entry.operations : [operationAt(entry, path)].flatMap((operation) => operation ?? []);
  const present = await presentRecords(house, did, operations.map((operation) => operation.path));
  const left = operations.flatMap((operation, index) => {
    const now = present[index]!;
    return isSame(now, operation.prev ?? null) ? [] : [{ operation, now }];
  });
  const changed = left.filter(({ operation, now }) => !isSame(now, operation.cid));
  if (changed.length > 0 && !force) {
    const names = list(changed.map(({ operation }) => operation.path));
    throw new XrpcError(400, 'ChangedSince', `This was changed again since: ${names}. Nothing was changed.`);
  }
  const wishes = left.map(({ operation, now }) => wishOf(operation, now, entry));
  for (const wish of wishes) if (wish.action === 'put' && wish.swapRecord === null) await checkKept(house, did, wish);
  return wishes;
}

/** Of blobs that a record names, those that are not here. */
export async function missingBlobs({ blobs }: House, did: Did, refs: readonly BlobRef[]): Promise<readonly Cid[]> {
  const missing: Cid[] = [];
  for (const { cid } of refs) if (await blobs.info(did, cid) === undefined) missing.push(cid);
  return missing;
}

function wishOf({ path, prev }: Operation, now: Cid | null, { previous }: HistoryEntry): Wish {
  const place = parseRepoPath(path);
  const swapRecord = now?.toString() ?? null;
  // Neither is null where the other is: they are not the same.
  if (prev === undefined) return { ...place, action: 'delete', isMissingFine: false, swapRecord: swapRecord! };
  return { ...place, action: 'put', record: restored(path, prev, previous.get(path)), swapRecord };
}

/** The record as it was. The encoding of a record is one: what is read from its bytes is written as these bytes. */
function restored(path: string, cid: Cid, bytes: Uint8Array | undefined): PreparedRecord {
  if (bytes === undefined || !isRecord(bytes)) {
    const why = bytes === undefined ? 'History does not have what it was' : 'Other software wrote it in a form that the network does not take';
    throw new XrpcError(400, 'NotRestorable', `${path} cannot be put back. ${why}. Nothing was changed.`);
  }
  const value = decodeCbor(bytes) as CborMap;
  return { value, cid, size: bytes.length, blobs: blobRefsOf(value as CborValue) };
}

function isRecord(bytes: Uint8Array): boolean {
  try {
    return validateCbor(bytes) === 'record';
  } catch {
    return false;
  }
}

async function checkKept(house: House, did: Did, { collection, rkey, record }: Wish & { readonly action: 'put' }): Promise<void> {
  const missing = await missingBlobs(house, did, record.blobs);
  if (missing.length === 0) return;
  const names = list(missing.map((cid) => cid.toString()));
  throw new XrpcError(400, 'BlobNotFound', `Files that ${collection}/${rkey} names are not here any more: ${names}. Nothing was changed.`);
}

function isSame(a: Cid | null, b: Cid | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

/** The first of them, and how many more. */
function list(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
