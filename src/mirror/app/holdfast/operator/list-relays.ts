import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { relayView } from '../../../operator/views.ts';

export const listRelays = defineOperatorMethod(lexicons.AppHoldfastOperatorListRelays.mainSchema, async ({ host }) => (
  { relays: host.crawlers.states().map((state) => relayView(host, state)) }
));
