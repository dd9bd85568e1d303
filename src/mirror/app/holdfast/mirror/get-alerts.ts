import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { alertsOf } from '../../../alerts/ways.ts';
import { keptAccount } from '../../../standing.ts';

export const getAlerts = defineAccountMethod(lexicons.AppHoldfastMirrorGetAlerts.mainSchema, async ({ host, did }) => {
  await keptAccount(host, did);
  return { alerts: await alertsOf(host, did) };
});
