import { XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { relayView } from '../../../operator/views.ts';

export const requestCrawl = defineOperatorMethod(lexicons.AppHoldfastOperatorRequestCrawl.mainSchema, async ({ host, input }) => {
  const asked = (await Promise.all(host.outlets.all.map(async (outlet) => (await outlet.crawlers.request(input.relay)).map((state) => relayView(outlet, state))))).flat();
  if (input.relay !== undefined && asked.length === 0) {
    throw new XrpcError(400, 'RelayUnknown', 'This relay is none of those in HOLDFAST_RELAYS. Nothing was changed.');
  }
  for (const { relays } of host.outlets.all) relays.soon();
  return { relays: asked };
});
