import { MirrorRefusal } from '../../../../mirroring/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { usageOf } from '../../../usage.ts';

export const getUsage = defineAccountMethod(lexicons.AppHoldfastMirrorGetUsage.mainSchema, async ({ host, did }) => {
  const account = await host.copies.account(did);
  if (account === undefined || account.status === 'deleted') throw new MirrorRefusal('AccountMissing', 'This mirror does not keep that account.', { did });
  return { usage: await usageOf(host, account) };
});
