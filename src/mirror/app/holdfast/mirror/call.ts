import { XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';

export const callHouse = defineAccountMethod(lexicons.AppHoldfastMirrorCall.mainSchema, async ({ host, did, token, input }) => {
  const account = await host.copies.account(did);
  if (account === undefined || account.status === 'deleted') {
    throw new XrpcError(400, 'AccountNotFound', 'This mirror does not keep that account. Nothing was changed.');
  }
  const answer = await host.switchboard.call(did, { sdp: input.sdp, token });
  if (answer === undefined) throw new XrpcError(400, 'NobodyThere', 'No other house of this account is open just now, or none answers.');
  return answer;
});
