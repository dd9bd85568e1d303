import { Cid, CidMap, isDatetime, isDid, isRepoPath, isTid } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { readCar } from './car.ts';
import { checkCommit, readCommit } from './commit.ts';
import type { Commit, CommitExpectations } from './commit.ts';
import type { CommitMessage } from './commit-message.ts';
import { RepoError } from './errors.ts';
import { invert, replay } from './inversion.ts';
import { topLayer } from './node-check.ts';
import { checkPaths, droppedRecords } from './operation.ts';
import type { Operation } from './operation.ts';
import { checkRecord } from './record-check.ts';
import { nodeChange, sealDrafts, sealsTo } from './seal.ts';
import { byCid, supplied, SuppliedNodes } from './supplied-nodes.ts';

/** What the reader of a `#commit` knows of the account. */
export interface MessageExpectations extends CommitExpectations {
  /** The commit before, verified by this reader; left out where the message is the first it sees of the repository. */
  readonly previous?: { readonly rev: Tid; readonly data: Cid };
}

/** What a verified `#commit` brings. */
export interface VerifiedMessage {
  readonly commit: Commit;
  /** The commit, and the nodes and records that the operations brought. */
  readonly newBlocks: readonly Block[];
  /** Nodes that the tree has no more. */
  readonly deadNodes: readonly Cid[];
  /** Records that lost a path; see `unreferenced`. */
  readonly droppedRecords: readonly Cid[];
}

/**
 * Verifies a `#commit` by itself: its form and sizes, the commit and its signature, every operation and its record, and,
 * by undoing the operations and doing them again, that they and nothing else made this tree of `prevData`.
 * @throws RepoError with the one reason
 */
export async function verifyCommitMessage(message: CommitMessage, expected: MessageExpectations): Promise<VerifiedMessage> {
  checkForm(message);
  const car = readCar(message.blocks);
  if (!car.root.equals(message.commit)) throw mismatch('commit', 'The CAR has another root than the message names');
  const blocks = byCid(car.blocks);
  const commit = readCommit(supplied(blocks, message.commit));
  checkMatch(message, commit, expected.previous);
  await checkCommit(commit, { ...expected, did: message.repo });
  const records = recordsOf(message.ops, blocks);
  return { commit, droppedRecords: droppedRecords(message.ops), ...verifyTree(message, commit, blocks, records, expected.previous !== undefined) };
}

type Change = Pick<VerifiedMessage, 'newBlocks' | 'deadNodes'>;

function verifyTree(message: CommitMessage, commit: Commit, blocks: CidMap<Block>, records: readonly Block[], isKnown: boolean): Change {
  const nodes = new SuppliedNodes(blocks);
  if (!isKnown) nodes.checkFrom(commit.data);
  try {
    return undoAndRedo(message, commit, nodes, records);
  } catch (fault) {
    // Where the tree before is known to be right, doing the operations again proves all of the new one, and no node needs
    // a look of its own; only a refusal should name what is wrong with the tree, not what came of it.
    if (isKnown) nodes.checkFrom(commit.data);
    throw fault;
  }
}

function undoAndRedo(message: CommitMessage, commit: Commit, nodes: SuppliedNodes, records: readonly Block[]): Change {
  const root = { link: commit.data, layer: topLayer(nodes.stored(commit.data)) };
  const before = invert(nodes, root, message.ops);
  const sealed = sealDrafts(before);
  if (!sealed.cid.equals(message.prevData)) {
    throw new RepoError('PrevDataMismatch', 'Undoing the operations does not give prevData', { prevData: message.prevData.toString() });
  }
  // What undoing took for granted, such as which side of a subtree a key is on, doing it again finds out.
  if (!sealsTo(nodes, replay(nodes, before, message.ops).link, commit.data)) {
    throw new RepoError('OperationMismatch', 'Doing the operations again does not give the tree', { data: commit.data.toString() });
  }
  // Seen from the new tree, undoing was an edit: the nodes it let go are the new ones, the nodes it made are dead.
  const { added, dead } = nodeChange(nodes, { cid: commit.data, layer: root.layer }, sealed);
  // Of an empty tree that stays empty no node is new, but the reader of a first commit does not have it yet.
  const isBorn = message.since === null && commit.data.equals(sealed.cid);
  const fresh = isBorn ? [commit.data] : dead;
  return { newBlocks: [commit, ...fresh.map((cid) => nodes.stored(cid)), ...records], deadNodes: added.map(({ cid }) => cid) };
}

/** The records that the operations wrote, each once though several paths may have it. */
function recordsOf(operations: readonly Operation[], blocks: CidMap<Block>): Block[] {
  const records = new CidMap<Block>();
  for (const { path, cid } of operations) {
    if (cid === null) continue;
    const block = supplied(blocks, cid, { key: path });
    checkRecord(path, block);
    records.set(cid, block);
  }
  return [...records.values()];
}

function checkMatch(message: CommitMessage, commit: Commit, previous: MessageExpectations['previous']): void {
  const { repo, rev, since, prevData } = message;
  if (commit.did !== repo) throw mismatch('repo', 'The commit belongs to another account than the message says');
  if (commit.rev !== rev) throw mismatch('rev', 'The commit has another rev than the message says');
  if (since !== null && since >= rev) throw mismatch('since', 'A rev is greater than the one before it');
  if (previous === undefined) return;
  if (previous.rev >= rev) throw new RepoError('CommitRev', 'A rev is greater than the one before it', { rev, previous: previous.rev });
  if (since !== previous.rev) throw mismatch('since', 'The commit before is another than the message says');
  if (!prevData.equals(previous.data)) throw mismatch('prevData', 'The tree before is another than the message says');
}

function mismatch(field: string, message: string): RepoError {
  return new RepoError('MessageMismatch', message, { field });
}

/** A message comes from outside: what its type says is looked at here. */
function checkForm(message: CommitMessage): void {
  if (typeof message !== 'object' || message === null) throw new RepoError('MessageForm', 'A #commit is an object');
  const { repo, rev, since, commit, prevData, ops, blocks, blobs, rebase, tooBig, time } = message;
  const fields: Record<string, boolean> = {
    repo: typeof repo === 'string' && isDid(repo),
    rev: typeof rev === 'string' && isTid(rev),
    since: since === null || (typeof since === 'string' && isTid(since)),
    commit: commit instanceof Cid,
    prevData: prevData instanceof Cid,
    ops: Array.isArray(ops),
    blocks: blocks instanceof Uint8Array,
    blobs: Array.isArray(blobs) && blobs.every((blob) => blob instanceof Cid),
    rebase: rebase === false,
    tooBig: tooBig === false,
    time: typeof time === 'string' && isDatetime(time),
  };
  const wrong = Object.keys(fields).find((field) => !fields[field]);
  if (wrong !== undefined) throw new RepoError('MessageForm', 'A field of a #commit is missing or not what it should be', { field: wrong });
  for (const [index, operation] of ops.entries()) checkOperation(operation, index);
  checkPaths(ops);
}

function checkOperation(operation: Operation | null | undefined, index: number): void {
  const { action, path, cid, prev } = operation ?? {};
  const hasCid = cid instanceof Cid;
  const hasPrev = prev instanceof Cid;
  const fits =
    action === 'create' ? hasCid && prev === undefined
    : action === 'update' ? hasCid && hasPrev
    : action === 'delete' && cid === null && hasPrev;
  if (!fits || typeof path !== 'string' || !isRepoPath(path)) {
    throw new RepoError('OperationForm', 'An operation is not a create, update or delete of a record', {
      index, ...(typeof path === 'string' ? { key: path.slice(0, 100) } : {}),
    });
  }
}
