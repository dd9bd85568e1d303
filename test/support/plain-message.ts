import type { CommitMessage } from '../../src/repo/index.ts';
import type { PlainMessage } from './second-inversion.ts';

/** A message as the second inversion takes it. */
export function plain(message: CommitMessage): PlainMessage {
  const { commit, prevData, blocks, ops } = message;
  return {
    commit: commit.toString(), prevData: prevData.toString(), blocks,
    ops: ops.map(({ action, path, cid, prev }) => ({ action, path, cid: cid?.toString() ?? null, prev: prev?.toString() })),
  };
}
