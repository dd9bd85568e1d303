import type { lexicons } from '../../protocol/index.ts';
import type { KeyUse } from '../jobs/key-types.ts';

type Commit = lexicons.AppHoldfastActivityList.Commit;

/** Which uses are shown. */
export type UseFilter = 'all' | 'commits' | 'identity' | 'kit' | 'passes';

/** One line of the log: a use of a key, or what of a kind happened on one day. Newest first. */
export type SignLine =
  | { readonly kind: 'commits'; readonly time: string; readonly since: string; readonly commits: readonly Commit[] }
  | { readonly kind: 'passes'; readonly time: string; readonly since: string; readonly audience: string; readonly count: number; readonly uses: readonly KeyUse[] }
  | { readonly kind: 'use'; readonly time: string; readonly use: KeyUse };

/**
 * The log of what keys were used for: commits of history, which are not written twice, and the rest. Commits of a day are one line,
 * and so are passes of a day for the same mirror.
 * @param until what is older than this may have commits between that were not read yet, and is left out
 */
export function signLog(commits: readonly Commit[], uses: readonly KeyUse[], filter: UseFilter, until?: string): readonly SignLine[] {
  const lines: SignLine[] = [];
  if (filter === 'all' || filter === 'commits') {
    for (const day of grouped(commits, ({ time }) => dayOf(time))) {
      lines.push({ kind: 'commits', ...span(day), commits: day });
    }
  }
  const shown = uses.filter(({ what, time }) => (filter === 'all' || FILTERS[what] === filter) && (until === undefined || time >= until));
  const passes = shown.filter(({ what }) => what === 'token');
  for (const day of grouped(passes, ({ time, audience }) => `${dayOf(time)} ${audience}`)) {
    lines.push({ kind: 'passes', ...span(day), audience: day[0]!.audience, count: day.reduce((sum, { count }) => sum + count, 0), uses: day });
  }
  for (const use of shown) if (use.what !== 'token') lines.push({ kind: 'use', time: use.time, use });
  return lines.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
}

const FILTERS: Readonly<Record<KeyUse['what'], UseFilter>> = { token: 'passes', operation: 'identity', 'kit-made': 'kit', 'kit-opened': 'kit' };

/** The day where the reader is. */
const dayOf = (time: string): string => new Date(time).toDateString();

function grouped<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item)) ?? [];
    group.push(item);
    groups.set(nameOf(item), group);
  }
  return [...groups.values()];
}

function span(items: readonly { readonly time: string }[]): { readonly time: string; readonly since: string } {
  const times = items.map(({ time }) => time).sort();
  return { time: times.at(-1)!, since: times[0]! };
}
