import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { relayViews } from '../../../operator/views.ts';

export const listRelays = defineOperatorMethod(lexicons.AppHoldfastOperatorListRelays.mainSchema, async ({ host }) => (
  { relays: relayViews(host) }
));
