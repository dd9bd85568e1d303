/** A backup that was written into a folder, and read back. */
export interface WrittenBackup {
  readonly name: string;
  /** ISO datetime. */
  readonly time: string;
  readonly rev: string;
  readonly records: number;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** How often backups are written into a folder, how many stay, and what became of it so far. */
export interface FolderPlan {
  readonly every: 'day' | 'week';
  /** So many are kept. */
  readonly keep: number;
  /** Those that are there, oldest first. */
  readonly written: readonly WrittenBackup[];
  /** The last attempt, where it failed. */
  readonly failed?: { readonly time: string; readonly message: string };
}

const HOUR_MS = 3_600_000;
const EVERY_MS = { day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;

/** What a folder begins with. */
export const FIRST_PLAN: FolderPlan = { every: 'day', keep: 5, written: [] };

/**
 * Whether a backup is to be written now: something has changed since the last, and that is long enough ago. What failed is tried
 * again after an hour. `now` is in milliseconds since 1970.
 */
export function isFolderDue({ every, written, failed }: FolderPlan, rev: string, now: number): boolean {
  if (failed !== undefined && now - Date.parse(failed.time) < HOUR_MS) return false;
  const last = written.at(-1);
  return last === undefined || (last.rev !== rev && now - Date.parse(last.time) >= EVERY_MS[every]);
}

/** The plan once a backup was written, and the names of those that are one too many. */
export function withWritten(plan: FolderPlan, backup: WrittenBackup): { readonly plan: FolderPlan; readonly surplus: readonly string[] } {
  const { failed: _, ...rest } = plan;
  const all = [...plan.written.filter(({ name }) => name !== backup.name), backup];
  const from = Math.max(0, all.length - plan.keep);
  return { plan: { ...rest, written: all.slice(from) }, surplus: all.slice(0, from).map(({ name }) => name) };
}
