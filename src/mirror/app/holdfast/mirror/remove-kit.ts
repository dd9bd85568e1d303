import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';

export const removeKit = defineAccountMethod(lexicons.AppHoldfastMirrorRemoveKit.mainSchema, async ({ host, did, input }) => {
  await host.copies.removeKit(did, input.kind);
  host.log(`${did} took a sealed kit back`);
  return {};
});
