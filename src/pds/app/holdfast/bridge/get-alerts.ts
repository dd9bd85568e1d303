import { lexicons } from '../../../../protocol/index.ts';
import { alertsAtMirror } from '../../../mirroring/alerts-at-mirror.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const getMirrorAlerts = defineMethod(lexicons.AppHoldfastBridgeGetAlerts.mainSchema, async ({ house, params }) => (
  alertsAtMirror(house, await pairedAccount(house, params.did), params.mirror)));
