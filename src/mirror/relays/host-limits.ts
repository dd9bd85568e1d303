import type { StoreTotals } from '../../storage/sqlite/index.ts';

/** What public relays take of one host name, unless whoever runs them allows more. */
export const HOST_LIMITS = { accounts: 100, eventsInHour: 2_500 } as const;
/** From here on an operator is warned. */
export const WARNED_FROM = { accounts: 80, eventsInHour: 2_000 } as const;

export type HostWarning = keyof typeof HOST_LIMITS;

/** Which of the limits a mirror is near to, or beyond. */
export function warningsOf({ accounts, eventsInHour }: Pick<StoreTotals, 'accounts' | 'eventsInHour'>): readonly HostWarning[] {
  return [
    ...(accounts.active >= WARNED_FROM.accounts ? ['accounts' as const] : []),
    ...(eventsInHour >= WARNED_FROM.eventsInHour ? ['eventsInHour' as const] : []),
  ];
}
