import { isBlockOf } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import type { Operation } from '../../repo/index.ts';
import type { House } from '../house.ts';
import type { HistoryEntry } from '../ports/house-store.ts';
import { readRepository } from '../repositories.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';

/** What a commit did to one record. */
export interface RecordChange {
  readonly operation: Operation;
  readonly before?: Uint8Array;
  /** Absent where there was none, or where it is not kept. */
  readonly after?: Uint8Array;
}

/** @throws XrpcError CommitNotFound where history has no such commit, or it did not touch the record */
export async function keptCommit({ store }: House, did: Did, rev: Tid, path?: string): Promise<HistoryEntry> {
  const [entry] = await store.history(did, { from: rev, limit: 1 });
  if (entry?.rev !== rev || (path !== undefined && operationAt(entry, path) === undefined)) {
    throw new XrpcError(400, 'CommitNotFound', 'History does not have this change any more, or never had it. Nothing was changed.');
  }
  return entry;
}

/** What a commit did to a record: to what was here, or, where that stayed, to what another house had written there. */
export function operationAt({ operations, own = [] }: HistoryEntry, path: string): Operation | undefined {
  return [...operations, ...own].find((operation) => operation.path === path);
}

/** Finds how a record was before a commit and after it. @throws XrpcError CommitNotFound */
export async function recordChange(house: House, did: Did, rev: Tid, path: string): Promise<RecordChange> {
  const entry = await keptCommit(house, did, rev, path);
  const operation = operationAt(entry, path)!;
  const before = entry.previous.get(path);
  const after = operation.cid === null ? undefined : await bytesAfter(house, did, rev, path, operation.cid);
  return { operation, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** The record as it is still stored, or as the next change of it remembers it. */
async function bytesAfter({ store }: House, did: Did, rev: Tid, path: string, cid: Cid): Promise<Uint8Array | undefined> {
  const [stored] = await store.reader(did).read([cid]);
  if (stored !== undefined && isBlockOf(cid, stored)) return stored;
  const [, next] = await store.history(did, { from: rev, path, limit: 2 });
  const bytes = next?.previous.get(path);
  return bytes !== undefined && isBlockOf(cid, bytes) ? bytes : undefined;
}

/** CIDs of the records that are at these paths now; null where there is none. */
export function presentRecords(house: House, did: Did, paths: readonly string[]): Promise<readonly (Cid | null)[]> {
  return readRepository(house, did, async ({ repository: { tree } }) => {
    const present: (Cid | null)[] = [];
    for (const path of paths) present.push(await tree.get(path));
    return present;
  });
}
