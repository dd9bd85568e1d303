import { lexicons, parseDidKey } from '../../../../protocol/index.ts';
import { armorKit, kitPage } from '../../../../keys/index.ts';
import type { KitPage } from '../../../../keys/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { kitNotKept } from '../../../accounts/kit-check.ts';
import type { Account, KeptKit } from '../../../ports/account.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const getKit = defineMethod(lexicons.AppHoldfastKitGet.mainSchema, async ({ house, params }) => {
  const account = await accountToDescribe(house.store, params.did);
  if (account.kit === undefined) throw kitNotKept();
  return { armored: armorKit(account.kit.file), page: pageOf(account, account.kit) };
});

function pageOf({ did, handle, signingKey, rotationKeys }: Account, { createdAt, rev }: KeptKit): KitPage {
  return kitPage({
    did, createdAt,
    recovery: { publicKey: parseDidKey(rotationKeys[0] ?? '') },
    signing: { publicKey: parseDidKey(signingKey) },
    ...(handle !== undefined && { handle }),
    ...(rev !== undefined && { rev }),
  });
}
