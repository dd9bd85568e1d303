import { ChannelError } from '../mirroring/index.ts';
import { readBody } from './http/index.ts';
import type { Peer } from './webrtc/index.ts';

/** How long a mirror may take to answer, in milliseconds. */
const ANSWER_MS = 15_000;
/** Of what a mirror says to this, in bytes. */
const MOST_ANSWER = 64 * 1024;
const MOST_SERVERS = 8;

/**
 * A peer connection of this browser, which asks the servers of the mirror for its own address.
 * @param to whom: two houses need no more of the mirror than that it passes on what they say
 * @throws ChannelError Lost, where the browser has none, or the mirror takes no direct connections
 */
export async function makePeer(to: 'mirror' | 'house', url: string, signal: AbortSignal): Promise<Peer> {
  // What has no peer connections need not ask for them.
  const { RTCPeerConnection: Make } = globalThis as { RTCPeerConnection?: new (settings: object) => Peer };
  if (Make === undefined) throw notTaken();
  const { webrtc } = await askMirror(`${url}/xrpc/app.holdfast.mirror.describe`, signal) as { readonly webrtc?: { readonly iceServers?: unknown } };
  if (webrtc === undefined && to === 'mirror') throw notTaken();
  const told: readonly unknown[] = Array.isArray(webrtc?.iceServers) ? webrtc.iceServers : [];
  const urls = told.filter((server): server is string => typeof server === 'string' && /^stuns?:[^\s]{1,255}$/.test(server)).slice(0, MOST_SERVERS);
  return new Make({ iceServers: urls.length === 0 ? [] : [{ urls }] });
}

/** Calls a method of the mirror for an account, with an offer. @throws ChannelError Lost */
export function offerTo(url: string, method: 'connect' | 'call', sdp: string, token: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
  return askMirror(`${url}/xrpc/app.holdfast.mirror.${method}`, signal, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ sdp }),
  });
}

/** Asks a mirror, which answers with an object. @throws ChannelError Lost */
async function askMirror(address: string, signal: AbortSignal, init: RequestInit = {}): Promise<Readonly<Record<string, unknown>>> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const response = await fetch(address, { ...init, redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: ended });
    const bytes = await readBody(response, MOST_ANSWER);
    if (response.status !== 200) throw notTaken();
    const answer: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof answer === 'object' && answer !== null) return answer as Readonly<Record<string, unknown>>;
  } catch {
    // Whatever it was: there is no such line now.
  }
  throw notTaken();
}

/** There is no direct connection to be had. */
export function notTaken(): ChannelError {
  return new ChannelError('Lost', 'There is no direct connection to be had.');
}
