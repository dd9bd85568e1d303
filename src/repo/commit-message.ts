import { CidMap } from '../protocol/index.ts';
import type { Cid, Did, Tid } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { carBytes } from './car.ts';
import type { Operation } from './operation.ts';
import type { CommitResult } from './repository.ts';

/**
 * The body of a `#commit` of sync v1.1 (`com.atproto.sync.subscribeRepos`), without the `seq` that the firehose which
 * carries it gives. As it comes from outside: nothing in it is checked until `verifyCommitMessage` has.
 */
export interface CommitMessage {
  readonly repo: Did;
  readonly rev: Tid;
  readonly since: Tid | null;
  readonly commit: Cid;
  readonly prevData: Cid;
  readonly ops: readonly Operation[];
  /** A CAR: the commit, fresh and proving nodes, written records. */
  readonly blocks: Uint8Array;
  readonly blobs: readonly Cid[];
  readonly rebase: boolean;
  readonly tooBig: boolean;
  readonly time: string;
}

/** What to tell the network about a commit that was just made. */
export function commitMessage(result: CommitResult, time: Date): CommitMessage {
  const { commit, operations, newBlocks, proof, since, prevData } = result;
  const blocks = new CidMap<Block>();
  for (const block of [...newBlocks, ...proof]) blocks.set(block.cid, block);
  return {
    repo: commit.did, rev: commit.rev, since, commit: commit.cid, prevData,
    ops: operations, blocks: carBytes(commit.cid, [...blocks.values()]),
    blobs: [], rebase: false, tooBig: false, time: time.toISOString(),
  };
}
