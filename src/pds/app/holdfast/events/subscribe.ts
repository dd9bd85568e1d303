import { lexicons } from '../../../../protocol/index.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const subscribeEvents = defineMethod(
  lexicons.AppHoldfastEventsSubscribe.mainSchema,
  async ({ house }) => house.feed.open(house.version),
);
