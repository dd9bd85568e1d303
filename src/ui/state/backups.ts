import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { keep, kept } from './keep.ts';

/** A backup that was saved from this browser: when, and at which rev. */
export interface Backup {
  /** ISO datetime. */
  readonly time: string;
  readonly rev: string | undefined;
  /** Bytes and name of the file, where they are known. */
  readonly bytes?: number;
  readonly name?: string;
}

const keyOf = (did: string): string => `holdfast.backup.${did}`;
const fileKeyOf = (did: string): string => `holdfast.backup-file.${did}`;
const elsewhereKeyOf = (did: string): string => `holdfast.backup-elsewhere.${did}`;

/** The newest backup of an account that was saved from this browser, by hand or by itself. */
export const lastBackup = (did: string): Backup | undefined => readBackup(keyOf(did));

/** The newest that its owner saved by hand. */
export const lastFile = (did: string): Backup | undefined => readBackup(fileKeyOf(did));

/** Notes a file that its owner saved by hand. */
export const rememberFile = (did: string, file: Backup): void => keep(fileKeyOf(did), JSON.stringify(file));

/** When the owner said that a copy of the file is kept away from this device: an ISO datetime. The pages cannot see that. */
export const keptElsewhere = (did: string): string | undefined => kept(elsewhereKeyOf(did)) ?? undefined;

/** Notes what the owner says of that. */
export const rememberElsewhere = (did: string, time: string | undefined): void => keep(elsewhereKeyOf(did), time);

function readBackup(key: string): Backup | undefined {
  const noted: unknown = JSON.parse(kept(key) ?? 'null');
  if (typeof noted !== 'object' || noted === null || !('time' in noted) || typeof noted.time !== 'string') return undefined;
  return {
    time: noted.time, rev: 'rev' in noted && typeof noted.rev === 'string' ? noted.rev : undefined,
    ...('bytes' in noted && typeof noted.bytes === 'number' && { bytes: noted.bytes }),
    ...('name' in noted && typeof noted.name === 'string' && { name: noted.name }),
  };
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
