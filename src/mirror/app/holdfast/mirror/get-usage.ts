import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { keptAccount } from '../../../standing.ts';
import { usageOf } from '../../../usage.ts';

export const getUsage = defineAccountMethod(lexicons.AppHoldfastMirrorGetUsage.mainSchema, async ({ host, did }) => (
  { usage: await usageOf(host, await keptAccount(host, did)) }
));
