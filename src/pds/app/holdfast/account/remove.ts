import { lexicons } from '../../../../protocol/index.ts';
import { requireConfirmed } from '../../../accounts/confirmed.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { invalidRequest } from '../../../xrpc/xrpc-error.ts';

export const removeAccount = defineMethod(lexicons.AppHoldfastAccountRemove.mainSchema, async ({ house, input }) => {
  if (input.confirm !== input.did) throw invalidRequest('To remove an account, its DID is given twice. Nothing was changed.');
  const account = await accountToDescribe(house.store, input.did);
  requireConfirmed(account, house.now());
  const { did } = account;
  await house.store.exclusive(did, () => house.store.remove(did));
  house.feed.announce({ type: 'accounts' });
});
