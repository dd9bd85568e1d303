import { tidFrom, tidTime } from '../../protocol/index.ts';
import type { lexicons } from '../../protocol/index.ts';
import { decodeCommitBody } from '../../mirroring/index.ts';
import { EMPTY_NODE } from '../../repo/index.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';

/** A commit that somebody holds of the account. */
type ToldHead = Pick<lexicons.AppHoldfastMirrorDefs.Head, 'commit' | 'rev'> & { readonly data?: string };

/**
 * Whether the house knows the commit that a mirror holds as one of its own, so that what it has now can take its place and
 * nothing is lost. Until it has confirmed something, an empty repository can be replaced; after that, another house has deleted all.
 */
export async function isKnownHead({ store }: Pick<House, 'store'>, account: Account, { commit, rev, data }: ToldHead): Promise<boolean> {
  const { did, head, mirror } = account;
  if (head.cid.toString() === commit) return true;
  if (rev >= head.rev) return false;
  const acknowledged = mirror?.acknowledged?.commit.toString();
  if (acknowledged === commit || (acknowledged === undefined && data === EMPTY_NODE.cid.toString())) return true;
  if (mirror?.builtOn?.toString() === commit) return true;
  const [first] = await store.outbox(did, { limit: 1 });
  if (first !== undefined && isBefore(first.message, rev, data)) return true;
  const above = tidFrom(tidTime(rev as Account['head']['rev']) + 1, 0);
  const [entry] = await store.history(did, { limit: 1, before: above });
  return entry?.cid.toString() === commit;
}

/** Whether the commit that waits first was made on that one. */
function isBefore(message: Uint8Array, rev: string, data: string | undefined): boolean {
  const { since, prevData } = decodeCommitBody(message);
  return since === rev && prevData.toString() === data;
}
