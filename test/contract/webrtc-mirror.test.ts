// A house and a mirror that connect directly. Needs node-datachannel, and a network interface beside loopback.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, afterEach, before, it } from 'node:test';
import { openDirectLine } from '../../src/bridge/direct-line.ts';
import { offerChannel } from '../../src/bridge/webrtc/index.ts';
import { decodeMirrorMessage, encodeHouseMessage } from '../../src/mirroring/index.ts';
import { formatDidKey, parseNsid, signServiceAuth } from '../../src/protocol/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { hidingPeers } from '../support/peers.ts';
import { json, MirrorHouse, note, startTestMirror } from '../support/running-mirror.ts';
import type { HouseCalls } from '../../src/bridge/house-calls.ts';
import type { Peer } from '../../src/bridge/webrtc/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { Signer } from '../../src/protocol/index.ts';
import type { RunningTestMirror } from '../support/running-mirror.ts';

const CONNECT = parseNsid('app.holdfast.mirror.connect');
const page = globalThis as { RTCPeerConnection?: new (settings: object) => Peer };
const stranger = await seededP256Signer(new Uint8Array(32).fill(99));
const honest = globalThis.fetch;

let mirror: RunningTestMirror;
let house: MirrorHouse;
before(async () => {
  page.RTCPeerConnection = await hidingPeers();
  mirror = await startTestMirror({ settings: { webrtc: { ports: { from: 40_000, to: 40_100 }, iceServers: [] } } });
  house = await MirrorHouse.paired(mirror, 1, [note('one')]);
});
afterEach(() => {
  globalThis.fetch = honest;
});
after(async () => {
  await mirror.close();
  (await import('node-datachannel')).cleanup();
});

/** What a page asks of its house. */
function callsOf({ key, signer = house.signer, fingerprints: other }: { readonly key: string; readonly signer?: Signer; readonly fingerprints?: readonly string[] }): HouseCalls {
  return {
    get: async () => ({ mirror: { url: mirror.url, key } }),
    post: async (_: string, { fingerprints }: { readonly fingerprints: readonly string[] }) => ({
      token: await signServiceAuth(signer, { iss: house.did, aud: mirror.did, lxm: CONNECT, fingerprints: other ?? fingerprints }),
    }),
  } as unknown as HouseCalls;
}

async function described(url = mirror.url): Promise<{ readonly key: string; readonly webrtc?: { readonly iceServers: readonly string[] } }> {
  return (await fetch(`${url}/xrpc/app.holdfast.mirror.describe`)).json() as Promise<{ key: string; webrtc?: { iceServers: string[] } }>;
}

const open = (calls: HouseCalls): Promise<Channel> => openDirectLine(calls, { did: house.did, url: mirror.url }, AbortSignal.timeout(20_000));

/** Changes what the mirror answers on its way back. */
function meddle(change: (answer: { sdp: string }) => object): void {
  globalThis.fetch = async (input, init) => {
    const response = await honest(input, init);
    if (!String(input).endsWith(CONNECT)) return response;
    return Response.json(change(await response.json() as { sdp: string }), { status: response.status });
  };
}

it('carries the conversation, within the range of ports', async () => {
  const { key } = await described();
  let ports: number[] = [];
  meddle((answer) => {
    ports = [...answer.sdp.matchAll(/a=candidate:\S+ 1 UDP \d+ \S+ (\d+) typ host/gi)].map(([, port]) => Number(port));
    return answer;
  });
  const channel = await open(callsOf({ key }));
  assert.ok(ports.length > 0 && ports.every((port) => port >= 40_000 && port <= 40_100), ports.join());
  const frames = channel.frames[Symbol.asyncIterator]();
  const told = async () => decodeMirrorMessage((await frames.next()).value!);
  await channel.send(encodeHouseMessage({ type: '#hello', did: house.did, token: await house.token('converse'), version: '1' }));
  assert.equal((await told()).type, '#welcome');
  const message = await house.write([note('two')]);
  await channel.send(encodeHouseMessage({ type: '#commit', message }));
  const answer = await told();
  assert.ok(answer.type === '#ack' && answer.receipt.commit.equals(message.commit));
  channel.close();
});

it('a mirror that stops takes leave after the receipt of what it has begun', async () => {
  const { key } = await described();
  const channel = await open(callsOf({ key }));
  const frames = channel.frames[Symbol.asyncIterator]();
  await channel.send(encodeHouseMessage({ type: '#hello', did: house.did, token: await house.token('converse'), version: '1' }));
  await frames.next();
  const events = (await mirror.frames()).length;
  const messages = [await house.write([note('three')]), await house.write([note('four')]), await house.write([note('five')])];
  for (const message of messages) await channel.send(encodeHouseMessage({ type: '#commit', message }));
  const receipts: unknown[] = [decodeMirrorMessage((await frames.next()).value!).type];
  await mirror.restart();
  for (let next = await frames.next(); next.done !== true; next = await frames.next()) receipts.push(decodeMirrorMessage(next.value).type);
  assert.equal(receipts.length, (await mirror.frames()).length - events);
  assert.ok(receipts.every((type) => type === '#ack'));
  await house.putRepo();
});

const ANOTHER = Array.from({ length: 32 }, () => 'AB').join(':');

/** Refused, and nothing was sent: a peer that was never told of another side has nobody to send to. */
async function refused(calls: HouseCalls, code: string): Promise<void> {
  const made: Peer[] = [];
  let told = 0;
  const Hiding = page.RTCPeerConnection!;
  page.RTCPeerConnection = class extends Hiding {
    constructor(settings: object) {
      super(settings);
      made.push(this);
    }
    override setRemoteDescription(...description: Parameters<Peer['setRemoteDescription']>): Promise<void> {
      told++;
      return super.setRemoteDescription(...description);
    }
  };
  try {
    await assert.rejects(open(calls), { code });
  } finally {
    page.RTCPeerConnection = Hiding;
  }
  assert.deepEqual([made.map(({ connectionState }) => connectionState), told], [['closed'], 0]);
}

it('a fingerprint that was changed on the way back is refused, and nothing is sent', async () => {
  const { key } = await described();
  meddle(({ sdp, ...rest }) => ({ ...rest, sdp: sdp.replace(/(a=fingerprint:sha-256 ).*/, `$1${ANOTHER}`) }));
  await refused(callsOf({ key }), 'FingerprintUnsigned');
});

it('a second fingerprint that was added on the way back is refused', async () => {
  const { key } = await described();
  meddle(({ sdp, ...rest }) => ({ ...rest, sdp: `${sdp}a=fingerprint:sha-256 ${ANOTHER}\r\n` }));
  await refused(callsOf({ key }), 'SessionForm');
});

it('an answer by another key than the one that was pinned is refused', async () => {
  await refused(callsOf({ key: formatDidKey(stranger.publicKey) }), 'FingerprintUnsigned');
});

it('the mirror refuses a fingerprint that was not signed, and a token by another key', async () => {
  const { key } = await described();
  await refused(callsOf({ key, fingerprints: [ANOTHER] }), 'Lost');
  await refused(callsOf({ key, signer: stranger }), 'Lost');
});

async function offer(sdp: string, fingerprints: readonly string[], token?: string, by = house) {
  const authorization = `Bearer ${token ?? await signServiceAuth(by.signer, { iss: by.did, aud: by.mirror.did, lxm: CONNECT, fingerprints })}`;
  const { status, body } = await by.call('connect', { ...json({ sdp }), headers: { authorization, 'content-type': 'application/json' } });
  return [status, body['error']] as const;
}

it('refuses by name what is no offer, what is too large, and a token that was used', async () => {
  const offering = await offerChannel(new page.RTCPeerConnection!({ iceServers: [] }));
  const own = [offering.session.fingerprint];
  assert.deepEqual(await offer('v=0', own), [400, 'InvalidOffer']);
  assert.deepEqual(await offer(offering.sdp, []), [400, 'InvalidOffer']);
  assert.deepEqual(await offer(offering.sdp, [ANOTHER]), [400, 'InvalidOffer']);
  assert.deepEqual(await offer(`${offering.sdp}a=fingerprint:sha-256 ${ANOTHER}\r\n`, own), [400, 'InvalidOffer']);
  assert.deepEqual(await offer('x'.repeat(16_385), own), [400, 'InvalidRequest']);
  const token = await signServiceAuth(house.signer, { iss: house.did, aud: mirror.did, lxm: CONNECT, fingerprints: own });
  assert.deepEqual(await offer(offering.sdp, own, token), [200, undefined]);
  assert.deepEqual(await offer(offering.sdp, own, token), [401, 'BadJwt']);
  offering.giveUp();
});

it('an account has ten direct connections and no more, and others still have theirs', async () => {
  const eager = await MirrorHouse.paired(mirror, 5, [note('one')]);
  const outcomes: (readonly [number, unknown])[] = [];
  const offering = await offerChannel(new page.RTCPeerConnection!({ iceServers: [] }));
  for (let index = 0; index < 12; index++) outcomes.push(await offer(offering.sdp, [offering.session.fingerprint], undefined, eager));
  assert.deepEqual(outcomes, [...Array.from({ length: 10 }, () => [200, undefined]), ...Array.from({ length: 2 }, () => [413, 'QuotaExceeded'])]);
  offering.giveUp();
  const other = await MirrorHouse.paired(mirror, 2, [note('one')]);
  const next = await offerChannel(new page.RTCPeerConnection!({ iceServers: [] }));
  assert.deepEqual(await offer(next.sdp, [next.session.fingerprint], undefined, other), [200, undefined]);
  next.giveUp();
});

it('a mirror says that it has no room when all its ports are taken, by houses or by another program', async () => {
  const narrow = await startTestMirror({ settings: { webrtc: { ports: { from: 40_201, to: 40_201 }, iceServers: [] } } });
  const other = createSocket('udp4');
  const its = await MirrorHouse.paired(narrow, 5, [note('one')]);
  const offered = async () => {
    const offering = await offerChannel(new page.RTCPeerConnection!({ iceServers: [] }));
    const outcome = await offer(offering.sdp, [offering.session.fingerprint], undefined, its);
    offering.giveUp();
    return outcome;
  };
  try {
    other.bind(40_201);
    await once(other, 'listening');
    assert.deepEqual(await offered(), [503, 'NoDirectConnections']);
    other.close();
    await once(other, 'close');
    assert.deepEqual([await offered(), await offered()], [[200, undefined], [503, 'NoDirectConnections']]);
  } finally {
    await narrow.close();
  }
});

it('a mirror that takes none says so', async () => {
  const closed = await startTestMirror();
  try {
    const its = await MirrorHouse.paired(closed, 3, [note('one')]);
    assert.equal((await described(closed.url)).webrtc, undefined);
    const { status, body } = await its.call('connect', json({ sdp: 'v=0' }));
    assert.deepEqual([status, body['error']], [400, 'NoDirectConnections']);
    const key = formatDidKey(stranger.publicKey);
    await assert.rejects(openDirectLine(callsOf({ key }), { did: its.did, url: closed.url }, AbortSignal.timeout(20_000)), { code: 'Lost' });
  } finally {
    await closed.close();
  }
});

it('houses hear of servers that find addresses, and of no password', async () => {
  const iceServers = [{ urls: 'stun:127.0.0.1:9' }, { urls: 'turn:127.0.0.1:9', username: 'a', credential: 'secret' }];
  const other = await startTestMirror({ settings: { webrtc: { iceServers } } });
  try {
    const its = await MirrorHouse.paired(other, 4, [note('one')]);
    const offering = await offerChannel(new page.RTCPeerConnection!({ iceServers: [] }));
    assert.deepEqual(await offer(offering.sdp, [offering.session.fingerprint], undefined, its), [200, undefined]);
    offering.giveUp();
    assert.deepEqual((await described(other.url)).webrtc, { iceServers: ['stun:127.0.0.1:9'] });
  } finally {
    await other.close();
  }
});
