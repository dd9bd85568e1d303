import { signReceipt } from '../../../../mirroring/index.ts';
import { defineHostMethod, XrpcError } from '../../../../pds/index.ts';
import { decodeFrame, encodeCbor, lexicons, parseCid, parseDid, toJson } from '../../../../protocol/index.ts';
import type { Cid, Did } from '../../../../protocol/index.ts';
import { receiptView } from '../../../views.ts';
import type { MirrorHost } from '../../../mirror-host.ts';

const MOST = { limit: 200, bytes: 8_000_000 };
/** So many events of all accounts are looked through for those of one: whoever is further behind takes the whole repository. */
const AMONG = 20_000;

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
  const told = await copies.eventOf(did, since);
  if (told === undefined || told.seq >= last) return [];
  const events = (await copies.readOf(did, told.seq, { ...MOST, among: AMONG })).filter(({ seq, type }) => seq <= last && (type === '#commit' || type === '#sync'));
  return events.some(({ type }) => type === '#sync') ? [] : events.map(({ frame }) => bodyOf(frame));
}

/** As it was before it had a place in the log. */
function bodyOf(frame: Uint8Array): Uint8Array {
  const read = decodeFrame(frame);
  if (read.kind !== 'message') throw new TypeError('A stored event is no message');
  const { seq: _, ...body } = read.body;
  return encodeCbor(body);
}
