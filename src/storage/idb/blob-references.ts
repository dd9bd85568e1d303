import type { Cid } from '../../protocol/index.ts';
import type { CommitChange } from '../../pds/index.ts';
import type { Writing } from './connection.ts';
import { under } from './schema.ts';

/** What records at some paths name from now on. */
export interface NewReferences {
  readonly did: string;
  readonly rev: string;
  readonly blobs: ReadonlyMap<string, readonly Cid[]>;
  /** Milliseconds since 1970: from now on a blob that lost its last record is temporary. */
  readonly now: number;
}

/** What commits change of references, each on the one before. A new record without blobs changes nothing. */
export function newReferences(changes: readonly CommitChange[]): ReadonlyMap<string, readonly Cid[]> {
  const blobs = new Map<string, readonly Cid[]>();
  for (const change of changes) {
    const created = new Set(change.operations.flatMap(({ action, path }) => (action === 'create' ? [path] : [])));
    for (const [path, cids] of change.blobs) if (cids.length > 0 || blobs.has(path) || !created.has(path)) blobs.set(path, cids);
  }
  return blobs;
}

/** Replaces references, within a transaction on `blobRefs` and `blobs`. */
export async function replaceReferences(transaction: Writing, { did, rev, blobs, now }: NewReferences): Promise<void> {
  const references = transaction.objectStore('blobRefs');
  const lost = new Set<string>();
  for (const [path, cids] of blobs) {
    for (const key of await references.index('path').getAllKeys([did, path])) {
      lost.add(key[1]);
      await references.delete(key);
    }
    await Promise.all(cids.map((cid) => references.put({ did, path, rev }, [did, cid.toString(), path])));
  }
  for (const cid of lost) {
    if (await references.count(under(did, cid)) > 0) continue;
    const row = await transaction.objectStore('blobs').get([did, cid]);
    if (row !== undefined) await transaction.objectStore('blobs').put({ ...row, temporarySince: now }, [did, cid]);
  }
}

/** For an account that comes into the house with its records: there are none to replace, so none is asked for. */
export async function addReferences(transaction: Writing, { did, rev, blobs }: Omit<NewReferences, 'now'>): Promise<void> {
  const references = transaction.objectStore('blobRefs');
  const puts: Promise<unknown>[] = [];
  for (const [path, cids] of blobs) for (const cid of cids) puts.push(references.put({ did, path, rev }, [did, cid.toString(), path]));
  await Promise.all(puts);
}
