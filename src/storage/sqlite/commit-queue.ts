import { CidMap } from '../../protocol/index.ts';
import type { Cid, Did, Nsid } from '../../protocol/index.ts';
import { MirrorStoreError } from '../../mirroring/index.ts';
import type { CopyChange, StoredEvent } from '../../mirroring/index.ts';
import type { DatedBlock } from './block-rows.ts';
import { checkHead, lead, tell } from './parts.ts';
import type { StoreParts } from './parts.ts';

interface Wish extends PromiseWithResolvers<readonly StoredEvent[]> {
  readonly change: CopyChange;
}

/** What became of a change: its events, or why it was refused. */
type Outcome = readonly StoredEvent[] | MirrorStoreError;

/**
 * Commits on their way into the database. Those of one account that wait for the same transaction are written as one: what one of them makes
 * and a later one replaces, most nodes of the tree, was never to be read, and touches no disk.
 */
export class CommitQueue {
  readonly #parts: StoreParts;
  readonly #waiting = new Map<Did, Wish[]>();

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** As `MirrorStore.commit`: each is refused by itself. What is wrong with the disk is wrong with all of the account. */
  commit(change: CopyChange): Promise<readonly StoredEvent[]> {
    const wish = { change, ...Promise.withResolvers<readonly StoredEvent[]>() };
    const waiting = this.#waiting.get(change.did);
    if (waiting === undefined) this.#begin(change.did, [wish]);
    else waiting.push(wish);
    return wish.promise;
  }

  #begin(did: Did, wishes: Wish[]): void {
    this.#waiting.set(did, wishes);
    this.#parts.database.shared(() => {
      this.#waiting.delete(did);
      return committed(this.#parts, did, wishes.map(({ change }) => change));
    }).then(
      (outcomes) => outcomes.forEach((outcome, index) => {
        if (outcome instanceof MirrorStoreError) wishes[index]!.reject(outcome);
        else wishes[index]!.resolve(outcome);
      }),
      (error: unknown) => {
        // It may never have been begun.
        if (this.#waiting.get(did) === wishes) this.#waiting.delete(did);
        for (const { reject } of wishes) reject(error);
      },
    );
  }
}

/** Within a transaction. @throws MirrorStoreError AccountMissing */
function committed(parts: StoreParts, did: Did, changes: readonly CopyChange[]): Outcome[] {
  const { database, accounts, blocks, blobs, now } = parts;
  const row = accounts.living(did);
  let head = row.head_cid;
  const refusals = changes.map(({ expected, ...change }) => {
    try {
      checkHead({ did, head_cid: head }, expected);
    } catch (error) {
      if (error instanceof MirrorStoreError) return error;
      throw error;
    }
    head = change.head.cid.bytes;
    return undefined;
  });
  const taken = changes.filter((_, index) => refusals[index] === undefined);
  const last = taken.at(-1);
  if (last === undefined) return refusals as MirrorStoreError[];
  const copy = row.copy!;
  const { born, dead } = sumOf(taken);
  const bytes = row.bytes - blocks.kill(copy, dead, now()) + blocks.put(copy, born);
  database.point('blocks');
  for (const change of taken) blobs.refer({ id: copy, account: row.id }, change.blobs, change.head.rev, now());
  database.point('references');
  accounts.grow(row.id, grownBy(taken));
  lead(parts, row.id, { head: last.head, signingKey: last.signingKey, copy, bytes });
  database.point('head');
  const events = tell(parts, row, taken.flatMap((change) => change.events));
  let told = 0;
  return changes.map((change, index) => refusals[index] ?? events.slice(told, told += change.events.length));
}

/** What lives after the changes and did not before them, and what may have lived before them and does not any more. */
function sumOf(changes: readonly CopyChange[]): { readonly born: readonly DatedBlock[]; readonly dead: readonly Cid[] } {
  const born = new CidMap<DatedBlock>();
  const dead = new CidMap<Cid>();
  for (const { deadBlocks, newBlocks, head } of changes) {
    for (const cid of deadBlocks) {
      born.delete(cid);
      // Also what was born here: the same bytes may have lived before.
      dead.set(cid, cid);
    }
    for (const { cid, bytes } of newBlocks) if (!born.has(cid)) born.set(cid, { cid, bytes, came: head.rev });
  }
  return { born: [...born.values()], dead: [...dead.keys()] };
}

function grownBy(changes: readonly CopyChange[]): ReadonlyMap<Nsid, number> {
  const sum = new Map<Nsid, number>();
  for (const { grown } of changes) for (const [name, records] of grown) sum.set(name, (sum.get(name) ?? 0) + records);
  return sum;
}
