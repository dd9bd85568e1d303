import { XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';

export const withdrawInvitation = defineOperatorMethod(lexicons.AppHoldfastOperatorWithdrawInvitation.mainSchema, async ({ host, input }) => {
  if (!await host.copies.withdraw(input.code)) {
    throw new XrpcError(400, 'InvitationNotFound', 'There is no invitation with this code, or it was used. Nothing was changed.');
  }
  host.log('The operator has taken an invitation back');
});
