import type { HostTotals } from '../../storage/sqlite/index.ts';

/** What public relays take of one host name, unless whoever runs them allows more. */
export const HOST_LIMITS = { accounts: 100, eventsInHour: 2_500 } as const;
/** From here on an operator is warned. */
export const WARNED_FROM = { accounts: 80, eventsInHour: 2_000 } as const;

export type HostWarning = keyof typeof HOST_LIMITS;

/** Which of the limits a host name is near to, or beyond. */
export function warningsOf({ accounts, eventsInHour }: Pick<HostTotals, 'accounts' | 'eventsInHour'>): readonly HostWarning[] {
  return [
    ...(accounts >= WARNED_FROM.accounts ? ['accounts' as const] : []),
    ...(eventsInHour >= WARNED_FROM.eventsInHour ? ['eventsInHour' as const] : []),
  ];
}

/**
 * Whether another account may come under a host name. Every one that is kept there may be served one day; and where an operator is warned
 * of events already, what is left is for those that are there.
 */
export function hasRoom({ kept, eventsInHour }: Pick<HostTotals, 'kept' | 'eventsInHour'>, most: number = HOST_LIMITS.accounts): boolean {
  return kept < most && eventsInHour < WARNED_FROM.eventsInHour;
}
