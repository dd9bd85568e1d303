import { decodeCbor } from '../../protocol/index.ts';
import type { CborMap, Cid, Tid } from '../../protocol/index.ts';
import { RepoError } from '../../repo/index.ts';
import type { BlockReader, Tree, Write } from '../../repo/index.ts';
import type { HouseStore } from '../ports/house-store.ts';
import type { PairedAccount } from './paired.ts';

/** A record that was changed here since the last receipt, and is not yet so where the other house has gone on. */
export interface Pending {
  readonly path: string;
  /** What it is here; null where it was deleted. */
  readonly ours: Cid | null;
  readonly theirs: Cid | null;
  /** Whether the other house has changed it too. */
  readonly isConflict: boolean;
}

/** What becomes of this house's own writes on top of what another house of the owner wrote. */
export interface OwnWrites {
  /** To be done again. */
  readonly pending: readonly Pending[];
  /** Records that a mirror of before has confirmed as they are here, and that are otherwise by now, or gone: as the other house has them they stay. */
  readonly yielded: readonly string[];
}

const PAGE = 100;

/** Looks at what this house wrote and the present mirror has not confirmed. */
export async function ownWritesOn(
  store: Pick<HouseStore, 'history'>, account: PairedAccount, trees: { readonly ours: Tree; readonly theirs: Tree },
): Promise<OwnWrites> {
  const pending: Pending[] = [];
  const yielded: string[] = [];
  for (const [path, { before, written, isConfirmed }] of await touchedSince(store, account)) {
    const [ours, theirs] = [await trees.ours.get(path), await trees.theirs.get(path)];
    if (isSame(ours, theirs)) continue;
    if (isConfirmed) {
      yielded.push(path);
      continue;
    }
    // Written here, taken by the mirror, and the receipt was lost: what came after it here counts, also where it took it back.
    const isFromHere = written.some((each) => isSame(each, theirs));
    if (isSame(ours, before) && !isFromHere) continue;
    pending.push({ path, ours, theirs, isConflict: !isFromHere && !isSame(theirs, before) });
  }
  return { pending, yielded };
}

/** What this house did to a record. */
interface Touched {
  /** What was there at the last receipt, or when this house went on from another. */
  readonly before: Cid | null;
  /** What was written there since, newest first; null where it was deleted. */
  readonly written: readonly (Cid | null)[];
  /** Whether a mirror of before has confirmed all of it. */
  readonly isConfirmed: boolean;
}

/** By path. */
async function touchedSince(store: Pick<HouseStore, 'history'>, { did, head, confirmed, mirror: { acknowledged } }: PairedAccount): Promise<ReadonlyMap<string, Touched>> {
  const touched = new Map<string, Touched>();
  let before: Tid | undefined;
  do {
    const page = await store.history(did, { limit: PAGE, ...(before !== undefined && { before }) });
    for (const { rev, operations, own } of page) {
      if (acknowledged !== undefined && rev <= acknowledged.rev) return touched;
      const isConfirmed = confirmed !== undefined && rev <= confirmed;
      // The oldest of several is written last.
      for (const { path, cid, prev } of own ?? operations) {
        const since = touched.get(path);
        // What came after it was made on what was confirmed.
        if (isConfirmed && since?.isConfirmed === false) continue;
        touched.set(path, { before: prev ?? null, written: [...since?.written ?? [], cid], isConfirmed });
      }
      // What was written before it is in it, done to what the other house had; the rest of it was not written here. What is dated
      // ahead of the head says nothing of its place.
      if (own !== undefined && rev <= head.rev) return touched;
    }
    before = page.at(-1)?.rev;
  } while (before !== undefined);
  return touched;
}

/** What to write, with the size of each record. @throws RepoError BlockMissing */
export async function writesOf(pending: readonly Pending[], reader: BlockReader): Promise<readonly { readonly write: Write; readonly bytes: number }[]> {
  return Promise.all(pending.map(async ({ path, ours, theirs }) => {
    if (ours === null) return { write: { action: 'delete', path }, bytes: 0 };
    const bytes = await recordBytes(reader, ours, path);
    return { write: { action: theirs === null ? 'create' : 'update', path, record: decodeCbor(bytes) as CborMap }, bytes: bytes.length };
  }));
}

/** @throws RepoError BlockMissing */
export async function recordBytes(reader: BlockReader, cid: Cid, path: string): Promise<Uint8Array> {
  const [bytes] = await reader.read([cid]);
  if (bytes === undefined) throw new RepoError('BlockMissing', 'A record is missing', { key: path, block: cid.toString() });
  return bytes;
}

function isSame(a: Cid | null, b: Cid | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
