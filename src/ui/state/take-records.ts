import { collectionOf } from './take-choice.ts';
import type { JsonMap } from '../../protocol/index.ts';
import type { FoundChange, TakeResult } from '../jobs/compare-types.ts';

/** What is brought back, and into what. */
export interface TakeRequest {
  readonly did: string;
  /** CID of the commit that the file was compared with. */
  readonly head: string;
  /** In the order of their paths. */
  readonly changes: readonly FoundChange[];
  readonly valueOf: (change: FoundChange) => Promise<JsonMap>;
}

/** A commit as `com.atproto.repo.applyWrites` names it. */
interface NamedCommit {
  readonly cid: string;
  readonly rev: string;
}

/** How it reaches the house. */
export interface TakeParts {
  /** Carries out `com.atproto.repo.applyWrites`. */
  readonly apply: (input: object) => Promise<NamedCommit | undefined>;
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

interface Write extends JsonMap {
  readonly $type: string;
  readonly collection: string;
  readonly rkey: string;
  readonly value: JsonMap;
}

/** As many writes as one commit may hold, and as many bytes of JSON as a request may; with room for what is around them. */
const MOST_WRITES = 200;
const MOST_BYTES = 800_000;

/** What concerns a whole request, not a record in it. */
const WHOLE = ['InvalidSwap', 'ClockAhead', 'AccountNotFound', 'CapabilityInvalid'];

/**
 * Writes records of a file into the account by new commits, at their own paths. Each commit is made on the one before: if
 * somebody else writes meanwhile, it ends, and what was brought so far stays. Records that the house refuses are left out and
 * named.
 * @throws what the house answers, where nothing was brought
 */
export async function takeRecords({ did, head, changes, valueOf }: TakeRequest, { apply, signal, progress }: TakeParts): Promise<TakeResult> {
  const revs: string[] = [];
  const refused: { path: string; message: string }[] = [];
  const size = new Map(changes.map((change) => [change.path, change.size]));
  let swapCommit = head;
  let [records, bytes] = [0, 0];

  const send = async (writes: readonly Write[]): Promise<void> => {
    signal.throwIfAborted();
    try {
      const commit = await apply({ repo: did, writes, validate: false, swapCommit });
      if (commit !== undefined) {
        swapCommit = commit.cid;
        revs.push(commit.rev);
      }
      records += writes.length;
      for (const write of writes) bytes += size.get(pathOf(write)) ?? 0;
    } catch (error) {
      if (!isAboutRecords(error)) throw error;
      // One of them is to blame, or there are too many: the others are taken without it.
      if (writes.length > 1) {
        const half = writes.length >> 1;
        await send(writes.slice(0, half));
        return send(writes.slice(half));
      }
      refused.push({ path: pathOf(writes[0]!), message: error.message });
    }
    progress(records + refused.length);
  };

  try {
    for await (const writes of batches(changes, valueOf)) await send(writes);
  } catch (error) {
    if (revs.length === 0) throw error;
    return { did, records, bytes, revs, refused, stopped: signal.aborted ? '' : messageOf(error) };
  }
  return { did, records, bytes, revs, refused };
}

async function* batches(changes: readonly FoundChange[], valueOf: TakeRequest['valueOf']): AsyncGenerator<readonly Write[]> {
  const encoder = new TextEncoder();
  let batch: Write[] = [];
  let bytes = 0;
  for (const change of changes) {
    const write = writeOf(change, await valueOf(change));
    const length = encoder.encode(JSON.stringify(write)).length;
    if (batch.length === MOST_WRITES || (batch.length > 0 && bytes + length > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(write);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

function writeOf(change: FoundChange, value: JsonMap): Write {
  const collection = collectionOf(change);
  return {
    $type: `com.atproto.repo.applyWrites#${change.here === undefined ? 'create' : 'update'}`,
    collection, rkey: change.path.slice(collection.length + 1), value,
  };
}

const pathOf = ({ collection, rkey }: Write): string => `${collection}/${rkey}`;

function isAboutRecords(error: unknown): error is Error {
  if (!(error instanceof Error) || !('status' in error) || !('code' in error)) return false;
  return (error.status === 400 || error.status === 413) && !WHOLE.includes(String(error.code));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
