import { isTid } from '../protocol/index.ts';
import type { CborValue } from '../protocol/index.ts';
import { readCar } from './car.ts';
import { readCommit } from './commit.ts';
import type { Commit } from './commit.ts';
import { RepoError } from './errors.ts';

/**
 * The commit that a `#sync` tells of: its form, that its CAR holds the commit, and that both name one rev. Whose it is and
 * its signature are `checkCommit`'s.
 * @param rev, @param blocks as they stand in the message
 * @throws RepoError MessageForm, the faults of a CAR and of a commit
 */
export function readSyncMessage(rev: CborValue | undefined, blocks: CborValue | undefined): Commit {
  if (typeof rev !== 'string' || !isTid(rev) || !(blocks instanceof Uint8Array)) throw new RepoError('MessageForm', 'A #sync is not what its lexicon says');
  const { root, blocks: found } = readCar(blocks);
  const block = found.find(({ cid }) => cid.equals(root));
  if (block === undefined) throw new RepoError('BlockMissing', 'A #sync does not hold its commit', { block: root.toString() });
  const commit = readCommit({ cid: root.detached(), bytes: block.bytes.slice() });
  if (commit.rev !== rev) throw new RepoError('MessageMismatch', 'The commit has another rev than the message says', { field: 'rev' });
  return commit;
}
