import { lexicons } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { MirrorError } from './mirror-error.ts';
import { mirrorClient } from './paired.ts';
import type { PairedAccount } from './paired.ts';

/** How a mirror tells the owner of an account, and what it can do. */
export type AlertsAtMirror = lexicons.AppHoldfastMirrorGetAlerts.$output;
/** One thing to change about that. */
export type AlertDeed = lexicons.AppHoldfastMirrorSetAlerts.$input['deed'];

/** What the owner can do something about is told by its own name. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidAlert', 'TooManyAlerts', 'AlertKindUnknown', 'AlertNotFound', 'AlertFailed', 'CodeInvalid', 'RateLimitExceeded',
]);

/** @throws as `MirrorClient.call` */
export async function alertsAtMirror(house: House, account: PairedAccount): Promise<AlertsAtMirror> {
  return (await mirrorClient(house, account, account.mirror)).call(lexicons.AppHoldfastMirrorGetAlerts.mainSchema);
}

/** Nothing of it is kept here. @throws XrpcError by the names of the lexicon; as `MirrorClient.call` */
export async function setAlertsAtMirror(house: House, account: PairedAccount, deed: AlertDeed): Promise<AlertsAtMirror> {
  const client = await mirrorClient(house, account, account.mirror);
  return client.call(lexicons.AppHoldfastMirrorSetAlerts.mainSchema, { input: { deed } }).catch((error: unknown) => {
    if (error instanceof MirrorError && error.reason !== undefined && REFUSALS.has(error.reason)) throw new XrpcError(400, error.reason, error.message, error);
    throw error;
  });
}
