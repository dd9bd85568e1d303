import { GRACE_MS, isStandby, NOTICE_MS, repoQuota } from '../mirroring/index.ts';
import type { CopyAccount } from '../mirroring/index.ts';
import { datetimeFromMs } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';
import type { MirrorSettings } from './settings.ts';

/** From this part of a quota on its owner is warned. */
const NEARLY = 0.9;

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
