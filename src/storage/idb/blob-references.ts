import type { Cid } from '../../protocol/index.ts';
import type { CommitChange } from '../../pds/index.ts';
import type { Writing } from './connection.ts';
import { under } from './schema.ts';

/** What commits change of references. */
export interface ChangedReferences {
  /** What records at some paths name from now on. */
  readonly blobs: ReadonlyMap<string, readonly Cid[]>;
  /** Paths of which history keeps the record that was there. */
  readonly kept: ReadonlySet<string>;
  /** Blobs that only a record in history names, which came and went within these commits. */
  readonly passed: ReadonlySet<string>;
}

export interface NewReferences extends ChangedReferences {
  readonly did: string;
  /** Of the last of the commits. */
  readonly rev: string;
  /** Milliseconds since 1970: from now on a blob that lost its last record is temporary. */
  readonly now: number;
}

/** What commits change of references, each on the one before. A new record without blobs changes nothing. */
export function newReferences(changes: readonly CommitChange[]): ChangedReferences {
  const blobs = new Map<string, readonly Cid[]>();
  const kept = new Set<string>();
  const passed = new Set<string>();
  for (const change of changes) {
    const created = new Set(change.operations.flatMap(({ action, path }) => (action === 'create' ? [path] : [])));
    for (const [path, cids] of change.blobs) {
      if (change.previous.has(path)) {
        kept.add(path);
        for (const cid of blobs.get(path) ?? []) passed.add(cid.toString());
      }
      if (cids.length > 0 || blobs.has(path) || !created.has(path)) blobs.set(path, cids);
    }
  }
  return { blobs, kept, passed };
}

/** Replaces references, within a transaction on `blobRefs` and `blobs`. */
export async function replaceReferences(transaction: Writing, { did, rev, blobs, kept, passed, now }: NewReferences): Promise<void> {
  const references = transaction.objectStore('blobRefs');
  const lost = new Set(passed);
  const remembered = new Set(passed);
  for (const [path, cids] of blobs) {
    for (const key of await references.index('path').getAllKeys([did, path])) {
      lost.add(key[1]);
      if (kept.has(path)) remembered.add(key[1]);
      await references.delete(key);
    }
    await Promise.all(cids.map((cid) => references.put({ did, path, rev }, [did, cid.toString(), path])));
  }
  for (const cid of lost) {
    if (await references.count(under(did, cid)) > 0) continue;
    const row = await transaction.objectStore('blobs').get([did, cid]);
    if (row === undefined) continue;
    await transaction.objectStore('blobs').put({ ...row, temporarySince: now, ...(remembered.has(cid) && { keptBy: rev }) }, [did, cid]);
  }
}

/** For an account that comes into the house with its records: there are none to replace, so none is asked for. */
export async function addReferences(transaction: Writing, { did, rev, blobs }: Pick<NewReferences, 'did' | 'rev' | 'blobs'>): Promise<void> {
  const references = transaction.objectStore('blobRefs');
  const puts: Promise<unknown>[] = [];
  for (const [path, cids] of blobs) for (const cid of cids) puts.push(references.put({ did, path, rev }, [did, cid.toString(), path]));
  await Promise.all(puts);
}
