import { encodeCommitBody } from '../../mirroring/index.ts';
import { commitMessage } from '../../repo/index.ts';
import type { CommitResult } from '../../repo/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { OutboxEntry } from '../ports/house-store.ts';

/**
 * What waits in the outbox for the mirror, of a commit that was just made. Its message is made when somebody asks for it:
 * without a mirror nobody does.
 * @param blobs by path, what the records that were written name
 * @param now milliseconds since 1970
 */
export function outgoingOf(result: CommitResult, blobs: ReadonlyMap<string, readonly Cid[]>, now: number): OutboxEntry {
  const { rev, cid } = result.commit;
  const named = new Map([...blobs.values()].flat().map((blob) => [blob.toString(), blob]));
  let message: Uint8Array | undefined;
  return {
    rev, cid, blobs: [...named.values()],
    get message() {
      return (message ??= encodeCommitBody(commitMessage(result, new Date(now))));
    },
  };
}
