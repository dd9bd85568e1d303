import { MeetingError, readOffer, signVow } from '../../../../bridge/webrtc/index.ts';
import { ChannelError } from '../../../../mirroring/index.ts';
import { XrpcError } from '../../../../pds/index.ts';
import { lexicons, toJson } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { keptAccount } from '../../../standing.ts';

export const connect = defineAccountMethod(lexicons.AppHoldfastMirrorConnect.mainSchema, async ({ host, did, token, fingerprints, input }) => {
  const { direct, signer } = host;
  await keptAccount(host, did);
  if (direct === undefined) throw new XrpcError(400, 'NoDirectConnections', 'This mirror takes no direct connections. Use a WebSocket.');
  try {
    const { sdp, session } = await direct.answer(did, readOffer(input.sdp, fingerprints));
    const sig = await signVow(signer, token, session.fingerprint);
    return { sdp, sig: toJson(sig) as unknown as lexicons.AppHoldfastMirrorConnect.$output['sig'] };
  } catch (error) {
    if (error instanceof MeetingError) throw new XrpcError(400, 'InvalidOffer', error.message, error);
    // What was offered was read by then.
    if (error instanceof ChannelError) throw new XrpcError(503, 'NoDirectConnections', 'This mirror has no room for another direct connection now. Use a WebSocket.', error);
    throw error;
  }
});
