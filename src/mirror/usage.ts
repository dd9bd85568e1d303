import { GRACE_MS, isStandby, mostBytes, NOTICE_MS, repoQuota, stateOf } from '../mirroring/index.ts';
import type { CopyAccount, Invitation } from '../mirroring/index.ts';
import { datetimeFromMs } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';
import type { MirrorSettings } from './settings.ts';

/** From this part of a quota on its owner is warned. */
const NEARLY = 0.9;
const DAY_MS = 24 * 3_600_000;

/** Bytes of all its blobs that an account may take. */
export function blobQuota({ terms }: Pick<CopyAccount, 'terms'>, { allBlobBytes }: Pick<MirrorSettings, 'allBlobBytes'>): number {
  return Math.min(terms.blobBytes ?? allBlobBytes, allBlobBytes);
}

/** When an account is suspended whose time is over, in milliseconds since 1970; undefined where it has no end. */
export function endOf({ terms: { until } }: Pick<CopyAccount, 'terms'>): number | undefined {
  return until === undefined ? undefined : until + GRACE_MS;
}

/** What an account takes here and what it may (`app.holdfast.mirror.defs#usage`). */
export async function usageOf({ blobs, limits, settings, ingest, now }: MirrorHost, account: CopyAccount) {
  const { did, bytes, status, terms: { writesPerHour, until } } = account;
  const blobBytes = (await blobs.usage(did)).bytes;
  const [repoLimit, blobLimit] = [repoQuota(account, limits), blobQuota(account, settings)];
  const end = endOf(account);
  const warnings = [
    ...(bytes > repoLimit * NEARLY ? ['records'] : []), ...(blobBytes > blobLimit * NEARLY ? ['blobs'] : []),
    ...(until !== undefined && now() > until - NOTICE_MS ? ['time'] : []),
  ];
  return {
    status: isStandby(account) ? 'standby' : status, repoBytes: bytes, repoLimit, blobBytes, blobLimit, warnings,
    ...(writesPerHour !== undefined && { writes: ingest.writesOf(did), writesLimit: writesPerHour }),
    ...(until !== undefined && { until: datetimeFromMs(until), end: datetimeFromMs(end!) }),
  };
}

/** What an account gets here by an invitation, or without one (`app.holdfast.mirror.defs#offer`). Says nothing of whom it is for. */
export function offerOf({ limits, settings, now }: Pick<MirrorHost, 'limits' | 'settings' | 'now'>, invitation: Invitation | undefined) {
  const { terms = {}, days, expiresAt } = invitation ?? {};
  return {
    repoBytes: repoQuota({ terms }, limits), mostRepoBytes: mostBytes(terms.repoBytes, limits.repoBytes),
    allBlobBytes: blobQuota({ terms }, settings), mostAllBlobBytes: mostBytes(terms.blobBytes, settings.allBlobBytes), blobBytes: limits.blobBytes,
    warnPercent: NEARLY * 100, noticeDays: NOTICE_MS / DAY_MS, graceDays: GRACE_MS / DAY_MS,
    ...(terms.writesPerHour !== undefined && { writesPerHour: terms.writesPerHour }), ...(days !== undefined && { days }),
    ...(invitation !== undefined && { invitation: stateOf(invitation, now()) }), ...(expiresAt !== undefined && { usableUntil: datetimeFromMs(expiresAt) }),
  };
}
