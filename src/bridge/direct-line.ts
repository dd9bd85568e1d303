import { ChannelError } from '../mirroring/index.ts';
import { fromJson, parseDidKey } from '../protocol/index.ts';
import { offerChannel, verifyVow } from './webrtc/index.ts';
import type { Channel } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { Correspondent } from './talks.ts';
import type { Peer } from './webrtc/index.ts';
import type { DidText } from './xrpc-desk.ts';

/** How long a mirror may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;
/** Of what a mirror says to this, in characters. */
const MOST_ANSWER = 64 * 1024;
const MOST_SERVERS = 8;

/**
 * Opens a direct connection over WebRTC to the mirror of an account. The house signs the fingerprint of this page, the mirror both of
 * them; the answer is taken only if the key says so that was pinned when they were paired.
 * @throws ChannelError Lost, where the mirror takes none, or none comes of it; MeetingError, where the mirror is not who it should be;
 *   what `calls` throws
 */
export async function openDirectLine(calls: HouseCalls, { did, url }: Correspondent, signal: AbortSignal): Promise<Channel> {
  // What has no peer connections need not ask for them.
  const { RTCPeerConnection: Make } = globalThis as { RTCPeerConnection?: new (settings: object) => Peer };
  if (Make === undefined) throw notTaken();
  const urls = await iceServersOf(url, signal);
  const offering = await offerChannel(new Make({ iceServers: urls.length === 0 ? [] : [{ urls }] }), { signal });
  try {
    const account = did as DidText;
    const { mirror } = await calls.get('app.holdfast.bridge.describe', { did: account });
    if (mirror?.key === undefined || mirror.url !== url) throw notTaken();
    const { token } = await calls.post('app.holdfast.bridge.hello', { did: account, purpose: 'connect', fingerprints: [offering.session.fingerprint] });
    const answer = await ask(`${url}/xrpc/app.holdfast.mirror.connect`, signal, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ sdp: offering.sdp }),
    });
    const { sdp, sig } = answer as { readonly sdp?: unknown; readonly sig?: unknown };
    const signature = fromJson(sig);
    if (typeof sdp !== 'string' || !(signature instanceof Uint8Array)) throw notTaken();
    return await offering.accept(await verifyVow({ sdp, sig: signature }, token, parseDidKey(mirror.key)));
  } catch (error) {
    offering.giveUp();
    throw error;
  }
}

/** Servers that a house may ask for its own address. @throws ChannelError Lost, where the mirror takes no direct connections */
async function iceServersOf(url: string, signal: AbortSignal): Promise<readonly string[]> {
  const { webrtc } = await ask(`${url}/xrpc/app.holdfast.mirror.describe`, signal) as { readonly webrtc?: { readonly iceServers?: unknown } };
  if (webrtc === undefined || !Array.isArray(webrtc.iceServers)) throw notTaken();
  return webrtc.iceServers.filter((server): server is string => typeof server === 'string' && /^stuns?:[^\s]{1,255}$/.test(server)).slice(0, MOST_SERVERS);
}

/** Asks the mirror, which answers with an object. @throws ChannelError Lost */
async function ask(address: string, signal: AbortSignal, init: RequestInit = {}): Promise<object> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const response = await fetch(address, { ...init, redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: ended });
    const text = await response.text();
    if (response.status !== 200 || text.length > MOST_ANSWER) throw notTaken();
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Whatever it was: there is no such line now.
  }
  throw notTaken();
}

function notTaken(): ChannelError {
  return new ChannelError('Lost', 'The mirror takes no direct connection.');
}
