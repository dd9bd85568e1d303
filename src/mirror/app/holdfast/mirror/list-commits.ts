import { signReceipt } from '../../../../mirroring/index.ts';
import { defineHostMethod, XrpcError } from '../../../../pds/index.ts';
import { decodeFrame, encodeCbor, lexicons, parseCid, parseDid, toJson } from '../../../../protocol/index.ts';
import type { Cid, Did } from '../../../../protocol/index.ts';
import { receiptView } from '../../../views.ts';
import type { MirrorHost } from '../../../mirror-host.ts';

const MOST_COMMITS = 200;
const MOST_BYTES = 8_000_000;
/** Events of all accounts that are looked through for those of one, a page at a time: whoever is further behind takes the whole repository. */
const PAGE = { limit: 500, bytes: MOST_BYTES };
const MOST_PAGES = 8;

export const listCommits = defineHostMethod<MirrorHost>()(lexicons.AppHoldfastMirrorListCommits.mainSchema, async ({ host, params }) => {
  const did = parseDid(params.did);
  const account = await host.copies.account(did);
  if (account?.status !== 'active' || account.head === undefined || account.told === undefined) {
    throw new XrpcError(400, 'RepoNotFound', 'This mirror does not serve that account.');
  }
  const { head: { cid, rev }, told: { seq, time } } = account;
  const commits = params.since === undefined ? [] : await commitsSince(host, did, parseCid(params.since), seq);
  const receipt = receiptView(await signReceipt(host.signer, { did, commit: cid, rev, seq }, time));
  return { receipt, commits: commits.map((bytes) => toJson(bytes) as { readonly $bytes: string }) };
});

/** Up to the event `last`; none where something else than commits lies between. */
async function commitsSince({ copies }: MirrorHost, did: Did, since: Cid, last: number): Promise<readonly Uint8Array[]> {
  let after = (await copies.eventOf(did, since))?.seq;
  if (after === undefined) return [];
  const commits: Uint8Array[] = [];
  let size = 0;
  for (let pages = 0; pages < MOST_PAGES && after < last; pages++) {
    for (const event of await copies.read(after, PAGE)) {
      after = event.seq;
      if (event.did !== did || event.seq > last) continue;
      if (event.type === '#sync') return [];
      if (event.type !== '#commit') continue;
      const bytes = bodyOf(event.frame);
      size += bytes.length;
      if (commits.length > 0 && size > MOST_BYTES) return commits;
      commits.push(bytes);
      if (commits.length >= MOST_COMMITS) return commits;
    }
  }
  return commits;
}

/** As it was before it had a place in the log. */
function bodyOf(frame: Uint8Array): Uint8Array {
  const read = decodeFrame(frame);
  if (read.kind !== 'message') throw new TypeError('A stored event is no message');
  const { seq: _, ...body } = read.body;
  return encodeCbor(body);
}
