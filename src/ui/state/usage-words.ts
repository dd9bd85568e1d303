import { formatBytes, formatNumber, formatTime, msg, str } from '../i18n.ts';
import { hostOf } from './mirror-words.ts';
import type { Mirror } from './mirror-store.ts';

type Usage = NonNullable<Mirror['usage']>;
type Standby = NonNullable<Mirror['standbys']>[number];

/** What an account takes at its mirror, of what it may. */
export function roomWords({ repoBytes, repoLimit, blobBytes, blobLimit, writes, writesLimit }: Usage): string {
  const room = msg(str`Records: ${formatBytes(repoBytes)} of ${formatBytes(repoLimit)}. Pictures and other blobs: ${formatBytes(blobBytes)} of ${formatBytes(blobLimit)}.`);
  return writesLimit === undefined ? room : `${room} ${msg(str`Changes in the last hour: ${formatNumber(writes ?? 0)} of ${formatNumber(writesLimit)}.`)}`;
}

/** As `usageWarnings`, of a standby. */
export function standbyWarnings({ url, usage }: Standby): readonly string[] {
  const host = hostOf(url);
  if (usage?.status === 'suspended') {
    return [msg(str`${host} gets nothing new just now: its time is over, or the operator has suspended it. What it holds is kept. Ask the operator, or add another standby.`)];
  }
  return (usage?.warnings ?? []).flatMap((warning) => {
    switch (warning) {
      case 'records':
        return msg(str`Your records have nearly used up their room at ${host}. Soon it gets no new ones. Ask the operator for more, or add another standby.`);
      case 'blobs':
        return msg(str`Your pictures have nearly used up their room at ${host}. Soon it gets no new ones. Ask the operator for more, or add another standby.`);
      case 'time':
        return usage?.until === undefined || usage.end === undefined ? [] : msg(str`${host} stands by until ${formatTime(usage.until)}, and stops nothing before ${formatTime(usage.end)}. Ask the operator for more time, or add another standby before that.`);
      default:
        return [];
    }
  });
}

/** What its owner has to see to, and what happens otherwise; each is a sentence or two. */
export function usageWarnings({ url, usage }: Pick<Mirror, 'url' | 'usage'>): readonly string[] {
  const host = hostOf(url);
  if (usage?.status === 'suspended') {
    return [msg(str`${host} does not serve this account just now: its time there is over, or the operator has suspended it. Its copy is kept. Ask the operator, or move to another mirror.`)];
  }
  return (usage?.warnings ?? []).flatMap((warning) => {
    switch (warning) {
      case 'records':
        return msg(str`Your records have nearly used up their room at ${host}. Soon nothing new is taken there; it stays here and waits. Ask the operator for more, delete some, or move to another mirror.`);
      case 'blobs':
        return msg(str`Your pictures have nearly used up their room at ${host}. Soon new ones are not taken there; they stay here and wait. Ask the operator for more, or move to another mirror.`);
      case 'time':
        return usage?.until === undefined || usage.end === undefined ? [] : msg(str`${host} keeps this account until ${formatTime(usage.until)}, and stops nothing before ${formatTime(usage.end)}. Ask the operator for more time, or move to another mirror before that.`);
      default:
        return [];
    }
  });
}
