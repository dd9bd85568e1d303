import { fromJson, parseDidKey } from '../protocol/index.ts';
import { makePeer, notTaken, offerTo } from './signalling.ts';
import { offerChannel, verifyVow } from './webrtc/index.ts';
import type { Channel } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { Correspondent } from './talks.ts';
import type { DidText } from './xrpc-desk.ts';

/**
 * Opens a direct connection over WebRTC to the mirror of an account. The house signs the fingerprint of this page, the mirror both of
 * them; the answer is taken only if the key says so that was pinned when they were paired.
 * @throws ChannelError Lost, where the mirror takes none, or none comes of it; MeetingError, where the mirror is not who it should be;
 *   JsonFormError, where what it signed with is no bytes; what `calls` throws
 */
export async function openDirectLine(calls: HouseCalls, { did, url }: Correspondent, signal: AbortSignal): Promise<Channel> {
  const account = did as DidText;
  const { mirror } = await calls.get('app.holdfast.bridge.describe', { did: account });
  if (mirror?.key === undefined || mirror.url !== url) throw notTaken();
  const offering = await offerChannel(await makePeer('mirror', url, signal), { signal });
  try {
    const { token } = await calls.post('app.holdfast.bridge.hello', { did: account, purpose: 'connect', fingerprints: [offering.session.fingerprint] });
    const { sdp, sig } = await offerTo(url, 'connect', offering.sdp, token, signal);
    const signature = fromJson(sig);
    if (typeof sdp !== 'string' || !(signature instanceof Uint8Array)) throw notTaken();
    return await offering.accept(await verifyVow({ sdp, sig: signature }, token, parseDidKey(mirror.key)));
  } catch (error) {
    offering.giveUp();
    throw error;
  }
}
