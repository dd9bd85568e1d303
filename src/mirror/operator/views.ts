import { datetimeFromMs } from '../../protocol/index.ts';
import type { RelayState } from '../crawlers.ts';
import type { OperatorHost } from './operator-host.ts';

/** `app.holdfast.operator.defs#relay` */
export function relayView({ askedAt, takenAt, ...state }: RelayState) {
  return {
    ...state,
    ...(askedAt !== undefined && { askedAt: datetimeFromMs(askedAt) }), ...(takenAt !== undefined && { takenAt: datetimeFromMs(takenAt) }),
  };
}

/** How the mirror is, as `app.holdfast.operator.describe` tells it. */
export async function mirrorView({ did, version, now, startedAt, copies, subscribers, totals, crawlers }: OperatorHost) {
  return {
    did, version, time: datetimeFromMs(now()), startedAt: datetimeFromMs(startedAt), lastSeq: await copies.lastSeq(), subscribers: subscribers(),
    ...totals(), relays: crawlers.states().map(relayView),
  };
}
