import { lexicons } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import type { MirrorClient } from './mirror-client.ts';
import { MirrorError } from './mirror-error.ts';
import { mirrorClient, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';

/** How a mirror tells the owner of an account, and what it can do. */
export type AlertsAtMirror = lexicons.AppHoldfastMirrorGetAlerts.$output;
/** One thing to change about that. */
export type AlertDeed = lexicons.AppHoldfastMirrorSetAlerts.$input['deed'];
/** A browser that is to be woken. */
export type PushDeed = lexicons.AppHoldfastMirrorSetAlerts.AddPush;

/** What the owner can do something about is told by its own name. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidAlert', 'TooManyAlerts', 'AlertKindUnknown', 'AlertNotFound', 'AlertFailed', 'CodeInvalid', 'RateLimitExceeded',
]);

/**
 * @param url of a standby; left out, the mirror is asked
 * @throws XrpcError NotStandby; as `MirrorClient.call`
 */
export async function alertsAtMirror(house: House, account: PairedAccount, url?: string): Promise<AlertsAtMirror> {
  return (await clientOf(house, account, url)).call(lexicons.AppHoldfastMirrorGetAlerts.mainSchema);
}

/** Nothing of it is kept here. @throws XrpcError NotStandby, and by the names of the lexicon; as `MirrorClient.call` */
export async function setAlertsAtMirror(house: House, account: PairedAccount, deed: AlertDeed, url?: string): Promise<AlertsAtMirror> {
  const client = await clientOf(house, account, url);
  return client.call(lexicons.AppHoldfastMirrorSetAlerts.mainSchema, { input: { deed } }).catch((error: unknown) => {
    if (error instanceof MirrorError && error.reason !== undefined && REFUSALS.has(error.reason)) throw new XrpcError(400, error.reason, error.message, error);
    throw error;
  });
}

/**
 * Puts this browser in its own place, where its push service knows it by another address from now on. Its owner is not asked again:
 * it is for the worker, and no method.
 * @throws as `setAlertsAtMirror`; XrpcError AccountNotFound, NotPaired
 */
export async function renewPush(house: House, did: string, url: string, push: PushDeed & { readonly replaces: string }): Promise<void> {
  const account = await pairedAccount(house, did);
  await setAlertsAtMirror(house, account, { ...push, $type: 'app.holdfast.mirror.setAlerts#addPush' }, url === account.mirror.url ? undefined : url);
}

async function clientOf(house: House, account: PairedAccount, url: string | undefined): Promise<MirrorClient> {
  const { mirror } = account;
  if (url === undefined) return mirrorClient(house, account, mirror);
  const standby = mirror.standbys?.find((each) => each.url === url);
  if (standby === undefined) throw new XrpcError(400, 'NotStandby', 'There is no standby at this address. Nothing was changed.');
  return mirrorClient(house, account, standby);
}
