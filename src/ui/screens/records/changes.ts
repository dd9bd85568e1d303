import type { JsonMap } from '../../../protocol/index.ts';

/** A record as it was or is: its CID and its value in the JSON form. */
export interface Version {
  readonly cid: string;
  readonly value: JsonMap;
}

/** Where a record is. */
export interface Place {
  readonly collection: string;
  readonly rkey: string;
}

/** What was done to one record; all that taking it back needs. */
export type Change = Place & (
  | { readonly action: 'create'; readonly cid: string }
  | { readonly action: 'update'; readonly cid: string; readonly previous: Version }
  | { readonly action: 'delete'; readonly previous: Version }
);

/** A record written anew by a batch. */
export interface CreateWrite extends Place {
  readonly $type: 'com.atproto.repo.applyWrites#create';
  readonly value: JsonMap;
}

/** A record removed by a batch. */
export interface DeleteWrite extends Place {
  readonly $type: 'com.atproto.repo.applyWrites#delete';
}

/** A call to the house that takes something back. */
export type UndoCall =
  | { readonly method: 'com.atproto.repo.deleteRecord'; readonly input: Place & { readonly repo: string; readonly swapRecord: string } }
  | {
    readonly method: 'com.atproto.repo.putRecord';
    readonly input: Place & {
      readonly repo: string; readonly record: JsonMap; readonly swapRecord: string | null; readonly validate: false;
    };
  }
  | {
    readonly method: 'com.atproto.repo.applyWrites';
    readonly input: { readonly repo: string; readonly writes: readonly CreateWrite[]; readonly validate: false };
  };

/** As many writes as one commit may hold. */
const MOST_WRITES = 200;

/** The list in pieces that one commit can hold. */
export function batches<Item>(items: readonly Item[], size = MOST_WRITES): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/**
 * The calls that take the changes back, the last change first. None of them overwrites what somebody else has done in
 * between: the house then answers InvalidSwap, or that the record exists, and changes nothing. What was there before is
 * put back as it was, even if it would not pass a check today.
 */
export function undoCalls(repo: string, changes: readonly Change[]): readonly UndoCall[] {
  const deletes = changes.filter((change) => change.action === 'delete');
  if (deletes.length > 1 && deletes.length === changes.length) {
    return batches(deletes).map((batch) => ({
      method: 'com.atproto.repo.applyWrites',
      input: { repo, writes: batch.map(createAgain), validate: false },
    }));
  }
  return changes.toReversed().map((change) => undoCall(repo, change));
}

function undoCall(repo: string, change: Change): UndoCall {
  const { collection, rkey } = change;
  if (change.action === 'create') {
    return { method: 'com.atproto.repo.deleteRecord', input: { repo, collection, rkey, swapRecord: change.cid } };
  }
  // Null: there must be no record now.
  const swapRecord = change.action === 'update' ? change.cid : null;
  return {
    method: 'com.atproto.repo.putRecord',
    input: { repo, collection, rkey, record: change.previous.value, swapRecord, validate: false },
  };
}

function createAgain({ collection, rkey, previous }: Change & { action: 'delete' }): CreateWrite {
  return { $type: 'com.atproto.repo.applyWrites#create', collection, rkey, value: previous.value };
}
