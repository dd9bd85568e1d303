import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { addEmail, addPush, addWebhook, alertsOf, confirmWay, removeWay, testWay } from '../../../alerts/ways.ts';
import { keptAccount } from '../../../standing.ts';

export const setAlerts = defineAccountMethod(lexicons.AppHoldfastMirrorSetAlerts.mainSchema, async ({ host, did, input: { deed } }) => {
  await keptAccount(host, did);
  switch (deed.$type) {
    case 'app.holdfast.mirror.setAlerts#addWebhook':
      await addWebhook(host, did, deed.url, deed.secret);
      break;
    case 'app.holdfast.mirror.setAlerts#addEmail':
      await addEmail(host, did, deed.address);
      break;
    case 'app.holdfast.mirror.setAlerts#addPush':
      await addPush(host, did, deed);
      break;
    case 'app.holdfast.mirror.setAlerts#confirm':
      await confirmWay(host, did, deed.id, deed.code);
      break;
    case 'app.holdfast.mirror.setAlerts#remove':
      await removeWay(host, did, deed.id);
      break;
    case 'app.holdfast.mirror.setAlerts#test':
      await testWay(host, did, deed.id);
  }
  return { alerts: await alertsOf(host, did) };
});
