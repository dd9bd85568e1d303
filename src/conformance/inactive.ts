import { isDid } from '../protocol/index.ts';
import { Finding } from './check.ts';
import type { Context } from './context.ts';
import { eventOf } from './firehose-seen.ts';
import { mustRefuse } from './host.ts';
import type { Host, Params } from './host.ts';

const NAMES = ['RepoDeactivated', 'RepoTakendown', 'RepoSuspended', 'RepoNotFound'];

/**
 * Asks for everything of an account that is not active.
 * @param head its commit, as it is listed @param nobodys a blob that nobody has
 * @throws Finding; NotSeen
 */
export async function mustNotServe(host: Host, did: string, { head, nobodys }: { readonly head: string; readonly nobodys: string }): Promise<void> {
  const [collection, rkey] = ['app.bsky.feed.post', 'none'];
  const questions: readonly (readonly [name: string, params: Params, more?: readonly string[]])[] = [
    ['getRepo', {}], ['getLatestCommit', {}], ['getBlocks', { cids: [head] }, ['BlockNotFound']], ['getRecord', { collection, rkey }, ['RecordNotFound']],
    // That there is no such thing is no less true of an account that is not served.
    ['getBlob', { cid: nobodys }, ['BlobNotFound']], ['listBlobs', {}],
  ];
  for (const [name, params, more = []] of questions) {
    mustRefuse(await host.get(`com.atproto.sync.${name}`, { did, ...params }), `${name} of an inactive account`, [...NAMES, ...more]);
  }
  // Its lexicon has no names. getRecord of `repo` may be passed on to a server that has records of everybody.
  mustRefuse(await host.get('com.atproto.repo.listRecords', { repo: did, collection }), 'listRecords of an inactive account');
}

/**
 * Holds what the firehose told of an account to that it is not active. Nothing is said where it was not read to its end, or
 * told of the account nothing that says so.
 * @throws Finding
 */
export async function mustBeTold({ firehose }: Context, did: string): Promise<void> {
  const replay = await firehose.replay().catch(() => undefined);
  const trail = isDid(did) ? replay?.audit.trails.get(did) : undefined;
  if (replay?.isWhole !== true || replay.audit.isUnreadable || trail === undefined || trail.isBroken) return;
  // One that committed, and now is not active, has become so after that.
  if (trail.isActive === false || (trail.isActive === undefined && trail.told === undefined)) return;
  const since = await firehose.from(replay.audit.seq);
  if (since.frames.some((frame) => isInactive(frame, did))) return;
  throw new Finding('AccountStatus', `${did} is listed as inactive, and the firehose did not tell that`);
}

function isInactive(frame: Uint8Array | string, did: string): boolean {
  const event = eventOf(frame);
  return event?.type === '#account' && event.body['did'] === did && event.body['active'] === false;
}
