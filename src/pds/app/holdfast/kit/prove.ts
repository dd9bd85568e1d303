import { lexicons } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { checkKit, kitNotKept, ourPassphrase, passphraseText } from '../../../accounts/kit-check.ts';
import { noteUse } from '../../../accounts/note-use.ts';
import { accountView } from '../../../views.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const proveKit = defineMethod(lexicons.AppHoldfastKitProve.mainSchema, async ({ house, input }) => {
  const { did, passphrase, armored } = input;
  const account = await accountToDescribe(house.store, did);
  if (armored !== undefined) await checkKit(new TextEncoder().encode(armored), passphraseText(passphrase), account);
  else if (account.kit !== undefined) await checkKit(account.kit.file, ourPassphrase(passphrase), account);
  else throw kitNotKept();
  await noteUse(house, account.did, { what: 'kit-opened', key: 'kit', subject: 'proof', audience: '' });
  const proven = account.kit === undefined ? account : await house.store.update(account.did, { kit: undefined });
  house.feed.announce({ type: 'accounts' });
  return { account: accountView(proven) };
});
