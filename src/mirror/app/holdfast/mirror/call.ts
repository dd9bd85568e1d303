import { XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { keptAccount } from '../../../standing.ts';

export const callHouse = defineAccountMethod(lexicons.AppHoldfastMirrorCall.mainSchema, async ({ host, did, token, input, request }) => {
  await keptAccount(host, did);
  const answer = await host.switchboard.call(did, { sdp: input.sdp, token }, request.signal);
  if (answer === undefined) throw new XrpcError(400, 'NobodyThere', 'No other house of this account is open just now, or none answers.');
  return answer;
});
