import type { lexicons } from '../../protocol/index.ts';

/** How much of the browser's room is left. `full` asks for something to be done now. */
export type Room = 'enough' | 'low' | 'full';

/** Of what the browser allows: warned of from here on, and urgently from here on. */
const LOW = 0.8;
const FULL = 0.95;
/** Of what the owner allows history. */
const HISTORY_LOW = 0.9;

/** How the room stands that the browser gives this site. */
export function roomOf({ usage, quota }: { readonly usage: number; readonly quota: number }): Room {
  const share = quota > 0 ? usage / quota : 0;
  if (share >= FULL) return 'full';
  return share >= LOW ? 'low' : 'enough';
}

/** Whether the oldest changes are about to fall out of history. */
export function isHistoryNearlyFull(
  { historyBytes, historyLimit }: Pick<lexicons.AppHoldfastAccountDescribe.$output, 'historyBytes' | 'historyLimit'>,
): boolean {
  return historyBytes >= historyLimit * HISTORY_LOW;
}
