import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { keep, kept } from './keep.ts';

/** A backup that was saved from this browser: when, and at which rev. */
export interface Backup {
  /** ISO datetime. */
  readonly time: string;
  readonly rev: string | undefined;
}

const keyOf = (did: string): string => `holdfast.backup.${did}`;

/** The newest backup of an account that was saved from this browser. */
export function lastBackup(did: string): Backup | undefined {
  const noted: unknown = JSON.parse(kept(keyOf(did)) ?? 'null');
  if (typeof noted !== 'object' || noted === null || !('time' in noted) || typeof noted.time !== 'string') return undefined;
  return { time: noted.time, rev: 'rev' in noted && typeof noted.rev === 'string' ? noted.rev : undefined };
}

/** Notes finished backups as long as the page is open: the house forgets its jobs after a day. */
export function watchBackups(): () => void {
  return houseEvents.subscribe((event) => {
    if (event.type === 'jobs' || event.type === 'hello') void note().catch(() => undefined);
  });
}

/** Asks the house for its jobs and notes the backups among them. @throws what the house answers */
export async function note(): Promise<void> {
  const { jobs } = await house.get('app.holdfast.job.list', {});
  for (const { kind, state, did, endedAt, result } of jobs) {
    if (kind !== 'save' || state !== 'done' || did === undefined || endedAt === undefined) continue;
    rememberBackup(did, { time: endedAt, rev: result?.rev });
  }
}

/** Notes a file that the owner has, unless a newer one is known. */
export function rememberBackup(did: string, backup: Backup): void {
  const known = lastBackup(did);
  if (known === undefined || known.time < backup.time) keep(keyOf(did), JSON.stringify(backup));
}
