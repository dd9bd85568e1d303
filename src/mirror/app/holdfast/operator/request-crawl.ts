import { XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { relayView } from '../../../operator/views.ts';

export const requestCrawl = defineOperatorMethod(lexicons.AppHoldfastOperatorRequestCrawl.mainSchema, async ({ host, input }) => {
  const asked = await host.crawlers.request(input.relay);
  if (input.relay !== undefined && asked.length === 0) {
    throw new XrpcError(400, 'RelayUnknown', 'This relay is none of those in HOLDFAST_RELAYS. Nothing was changed.');
  }
  host.relays.soon();
  return { relays: asked.map((state) => relayView(host, state)) };
});
