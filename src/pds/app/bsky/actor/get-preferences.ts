import { mainSchema } from '@atcute/bluesky/types/app/actor/getPreferences';
import { accountAsked } from '../../../accounts/account-asked.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const getPreferences = defineMethod(mainSchema, async (context) => {
  const stored = await context.house.store.preferences(await accountAsked(context));
  return { preferences: stored === undefined ? [] : JSON.parse(new TextDecoder().decode(stored)) };
});
