import { GRACE_MS, isStandby, wordsToCompare } from '../../mirroring/index.ts';
import type { AccountTerms, CopyAccount, Invitation } from '../../mirroring/index.ts';
import { XrpcError } from '../../pds/index.ts';
import { datetimeFromMs, datetimeToMs, formatDidKey, parseDatetime } from '../../protocol/index.ts';
import type { lexicons } from '../../protocol/index.ts';
import type { RelayState } from '../crawlers.ts';
import type { Outlet } from '../outlets.ts';
import { warningsOf } from '../relays/host-limits.ts';
import type { RelaySight } from '../relays/relay-watch.ts';
import { usageOf } from '../usage.ts';
import type { OperatorHost } from './operator-host.ts';

/** Of accounts that a relay does not have as they are, in one view. */
const MOST_FAULTS = 100;
/** What follows the end of its terms in the life of an account is a date too. */
const LAST_UNTIL = datetimeToMs(parseDatetime('9999-12-31T23:59:59.999Z')) - GRACE_MS;

/** What is shown of an outlet. */
interface RelayViewed {
  readonly name: Pick<Outlet['name'], 'name'>;
  readonly crawlers: Pick<Outlet['crawlers'], 'states'>;
  readonly relays: Pick<Outlet['relays'], 'sight'>;
}

/** What every relay knows of every host name. */
export function relayViews({ outlets }: { readonly outlets: { readonly all: readonly RelayViewed[] } }) {
  return outlets.all.flatMap((outlet) => outlet.crawlers.states().map((state) => relayView(outlet, state)));
}

/** `app.holdfast.operator.defs#relay` */
export function relayView({ name: { name }, relays }: RelayViewed, { url, askedAt, takenAt, ...state }: RelayState) {
  const sight = relays.sight(url);
  return {
    url, host: name, ...state, ...(sight !== undefined && { sight: sightView(sight) }),
    ...(askedAt !== undefined && { askedAt: datetimeFromMs(askedAt) }), ...(takenAt !== undefined && { takenAt: datetimeFromMs(takenAt) }),
  };
}

function sightView({ lookedAt, failure, host, place: { lagMs, isAhead }, asked, faults, toldAnew, toldAnewAt }: RelaySight) {
  return {
    lookedAt: datetimeFromMs(lookedAt), isAhead, asked, toldAnew, accountsWrong: faults.length,
    accounts: faults.slice(0, MOST_FAULTS).map(({ since, seenAt, ...fault }) => ({ ...fault, since: datetimeFromMs(since), seenAt: datetimeFromMs(seenAt) })),
    ...(failure !== undefined && { failure }), ...(host !== undefined && { host: host.state }), ...(host?.seq !== undefined && { seq: host.seq }),
    ...(host?.accounts !== undefined && { accountCount: host.accounts }), ...(lagMs !== undefined && { lagSeconds: Math.floor(lagMs / 1_000) }),
    ...(toldAnewAt !== undefined && { toldAnewAt: datetimeFromMs(toldAnewAt) }),
  };
}

/** How the mirror is, as `app.holdfast.operator.describe` tells it. */
export async function mirrorView(host: OperatorHost) {
  const { did, version, now, startedAt, copies, subscribers } = host;
  const hosts = host.hosts().map((totals) => ({ ...totals, warnings: [...warningsOf(totals)] }));
  const isFull = hosts.every((each) => each.isFull);
  return {
    did, version, time: datetimeFromMs(now()), startedAt: datetimeFromMs(startedAt), lastSeq: await copies.lastSeq(), subscribers: subscribers(),
    ...host.totals(), hosts, warnings: [...new Set(hosts.flatMap(({ warnings }) => warnings)), ...(isFull ? ['full' as const] : [])], relays: relayViews(host),
  };
}

/** Whether an account has gone, and there is nothing to decide of it. */
export function hasLeft({ status, held }: CopyAccount): boolean {
  return status === 'deleted' && held === undefined;
}

/** `app.holdfast.operator.defs#account` */
export async function accountView(host: OperatorHost, account: CopyAccount) {
  const { did, handle, host: name, status, held, createdAt, head, collections, terms, signingKey } = account;
  // Of a standby the words are those of its primary.
  const words = signingKey === undefined || isStandby(account) ? undefined
    : wordsToCompare({ did, signingKey, mirrorDid: (host.names.of(account) ?? host.names.first).did, mirrorKey: formatDidKey(host.signer.publicKey) });
  return {
    did, status: held ?? status, createdAt: datetimeFromMs(createdAt), records: [...collections.values()].reduce((sum, count) => sum + count, 0),
    usage: await usageOf(host, account), terms: termsView(terms), ...(handle !== undefined && { handle }), ...(name !== undefined && { host: name }),
    ...(head !== undefined && { rev: head.rev }), ...(words !== undefined && { words }),
  };
}

/** `app.holdfast.operator.defs#invitation` */
export function invitationView({ code, note, terms, days, createdAt, expiresAt, used }: Invitation) {
  return {
    code, note, terms: termsView(terms), createdAt: datetimeFromMs(createdAt), ...(days !== undefined && { days }),
    ...(expiresAt !== undefined && { expiresAt: datetimeFromMs(expiresAt) }),
    ...(used !== undefined && { usedBy: used.by, usedAt: datetimeFromMs(used.at) }),
  };
}

/** Terms, from `app.holdfast.operator.defs#terms`. @throws XrpcError TermsInvalid */
export function termsFromView({ repoBytes, blobBytes, writesPerHour, until: day }: lexicons.AppHoldfastOperatorDefs.Terms): AccountTerms {
  const until = day === undefined ? undefined : datetimeToMs(parseDatetime(day));
  if (until !== undefined && until > LAST_UNTIL) throw new XrpcError(400, 'TermsInvalid', `An account is kept until ${datetimeFromMs(LAST_UNTIL).slice(0, 10)} at the latest, or without an end. Nothing was changed.`);
  return {
    ...(repoBytes !== undefined && { repoBytes }), ...(blobBytes !== undefined && { blobBytes }), ...(writesPerHour !== undefined && { writesPerHour }),
    ...(until !== undefined && { until }),
  };
}

function termsView({ until, ...terms }: AccountTerms) {
  return { ...terms, ...(until !== undefined && { until: datetimeFromMs(until) }) };
}
