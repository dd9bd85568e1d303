import { lexicons } from '../../../../protocol/index.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const describeHouse = defineMethod(lexicons.AppHoldfastHouseDescribe.mainSchema, async ({ house }) => ({
  version: house.version,
  ...(await house.usage?.() ?? { usage: 0, quota: 0 }),
}));
