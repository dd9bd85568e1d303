import { isTid, tidTime } from '../../protocol/index.ts';

/** When a rev was made, by the clock of who made it, as an ISO datetime; undefined where it says none that can be. */
export function revTime(rev: string): string | undefined {
  if (!isTid(rev)) return undefined;
  const date = new Date(tidTime(rev) / 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
