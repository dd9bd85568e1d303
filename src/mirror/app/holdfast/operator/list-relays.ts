import { defineHostMethod } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import type { OperatorHost } from '../../../operator/operator-host.ts';
import { relayView } from '../../../operator/views.ts';

export const listRelays = defineHostMethod<OperatorHost>()(lexicons.AppHoldfastOperatorListRelays.mainSchema, async ({ host }) => (
  { relays: host.crawlers.states().map(relayView) }
));
