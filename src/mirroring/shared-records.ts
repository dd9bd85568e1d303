import { CidSet } from '../protocol/index.ts';
import type { Cid, Did } from '../protocol/index.ts';
import { NodeCache, NodeSource, Tree, unreferenced } from '../repo/index.ts';
import type { BlockReader, Operation } from '../repo/index.ts';
import { othersTurn } from './others-turn.ts';

/** A commit that was verified, before it is stored. */
export interface RecordChange {
  readonly did: Did;
  /** The head that it is made on, and the one that it makes. */
  readonly before: Cid;
  readonly after: { readonly cid: Cid; readonly data: Cid };
  readonly operations: readonly Operation[];
  /** Records that lost a path. */
  readonly dropped: readonly Cid[];
  /** What is stored now, or will be before the change is. */
  readonly stored: BlockReader;
  /** The same with the blocks of the commit. */
  readonly reader: BlockReader;
}

/** What is known of an account at one head. */
interface Known {
  readonly head: Cid;
  /** Records that may have several paths; all others have one. */
  readonly shared: CidSet;
}

const MOST_ACCOUNTS = 1_000;
const WALK_CACHE_BYTES = 1_000_000;
/** So many entries are walked before others have a turn. */
const STRIDE = 2_048;

/**
 * Tells which records die when they lose a path. Two paths may hold the same record, and to look for the other one is a walk
 * over the whole tree. So it is remembered, by account, which records may have several paths: a walk is made once, and again
 * only where one of those loses a path.
 */
export class SharedRecords {
  readonly #known = new Map<Did, Known>();

  /** The records that are dead after the change. What is learned of the tree that it makes holds whether it is stored or not. */
  async dead(change: RecordChange): Promise<readonly Cid[]> {
    const { did, before, after, dropped, reader } = change;
    const known = this.#known.get(did);
    if (known === undefined || !known.head.equals(before)) {
      if (dropped.length === 0) return [];
      const { dead, shared } = await walk(treeOf(reader, after.data), dropped);
      this.#remember(did, { head: after.cid.detached(), shared });
      return dead;
    }
    const { shared } = known;
    // One too many does no harm.
    for (const cid of await repeated(change)) shared.add(cid.detached());
    const doubtful = dropped.filter((cid) => shared.has(cid));
    const dead = dropped.filter((cid) => !shared.has(cid));
    if (doubtful.length > 0) dead.push(...await unreferenced(treeOf(reader, after.data), doubtful));
    this.#remember(did, { head: after.cid.detached(), shared });
    return dead;
  }

  /** The accounts that have changed last. */
  #remember(did: Did, known: Known): void {
    this.#known.delete(did);
    this.#known.set(did, known);
    const [first] = this.#known.keys();
    if (this.#known.size > MOST_ACCOUNTS) this.#known.delete(first!);
  }
}

function treeOf(reader: BlockReader, root: Cid): Tree {
  return new Tree(new NodeSource(reader, new NodeCache(WALK_CACHE_BYTES)), root);
}

/** Records that are written though they are stored already, perhaps for another path, or written at two paths. */
async function repeated({ operations, stored }: RecordChange): Promise<readonly Cid[]> {
  const written = operations.flatMap(({ cid }) => cid ?? []);
  const found = await stored.read(written);
  const seen = new CidSet();
  return written.filter((cid, index) => !seen.add(cid) || found[index] !== undefined);
}

async function walk(tree: Tree, dropped: readonly Cid[]): Promise<{ readonly dead: readonly Cid[]; readonly shared: CidSet }> {
  const seen = new CidSet();
  const shared = new CidSet();
  let count = 0;
  for await (const { value } of tree.entries()) {
    if (!seen.add(value)) shared.add(value);
    if (++count % STRIDE === 0) await othersTurn();
  }
  return { dead: dropped.filter((cid) => !seen.has(cid)), shared };
}
