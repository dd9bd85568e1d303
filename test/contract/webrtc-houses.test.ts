// Two houses of one account that call each other through a mirror. Needs node-datachannel, and a network interface beside loopback.
import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import { HouseLines } from '../../src/bridge/house-line.ts';
import { receiveVisit, Visit } from '../../src/bridge/visit.ts';
import { parseNsid, signServiceAuth } from '../../src/protocol/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { hidingPeers } from '../support/peers.ts';
import { MirrorHouse, note, startTestMirror } from '../support/running-mirror.ts';
import { Talk } from '../support/talk.ts';
import type { HouseCalls } from '../../src/bridge/house-calls.ts';
import type { Family, SignFingerprints } from '../../src/bridge/house-line.ts';
import type { Peer } from '../../src/bridge/webrtc/index.ts';
import type { Call, Channel } from '../../src/mirroring/index.ts';
import type { Signer } from '../../src/protocol/index.ts';
import type { RunningTestMirror } from '../support/running-mirror.ts';

const page = globalThis as { RTCPeerConnection?: new (settings: object) => Peer };
const stranger = await seededP256Signer(new Uint8Array(32).fill(99));
const THIEF = Array.from({ length: 32 }, () => 'AB').join(':');

/** Whoever calls hides its addresses, so that the other does not call at the same time; see PeerStreet. */
let hiding: new (settings: object) => Peer;
let plain: new (settings: object) => Peer;
let mirror: RunningTestMirror;
let house: MirrorHouse;
let talk: Talk;
let family: Family;
before(async () => {
  hiding = await hidingPeers();
  plain = (await import('node-datachannel/polyfill')).RTCPeerConnection as unknown as typeof plain;
  // It takes no direct connections itself, and need not.
  mirror = await startTestMirror();
  house = await MirrorHouse.paired(mirror, 1, [note('one')]);
  family = { did: house.did, key: house.signer.publicKey, url: mirror.url, mirrorDid: mirror.did, clockAheadMs: 0 };
});
after(async () => {
  await mirror.close();
  (await import('node-datachannel')).cleanup();
});
afterEach(() => talk.close());

const signedBy = (signer: Signer, change: (fingerprints: readonly string[]) => readonly string[] = (each) => each): SignFingerprints => (purpose, fingerprints) => (
  signServiceAuth(signer, { iss: house.did, aud: mirror.did, lxm: parseNsid(`app.holdfast.mirror.${purpose}`), fingerprints: change(fingerprints) })
);

interface Meddling {
  readonly sign?: SignFingerprints;
  /** What the mirror makes of the call before it rings, and of the answer before it passes it back. */
  readonly ring?: (call: Call) => Call;
  readonly answer?: (answer: Call, call: Call) => Call;
  readonly by?: Family;
}

interface OpenHouse {
  readonly ready: Promise<void>;
  readonly coming: Promise<Channel | undefined>;
  /** What it has heard, and said. */
  readonly talked: string[];
}

/** An open house that is rung once; what comes in, if it lets somebody in. It is there when `ready` resolves. */
function openHouse({ sign = signedBy(house.signer), ring = (call) => call, answer = (each) => each, by = family }: Meddling = {}): OpenHouse {
  const ready = Talk.begin(house).then((begun) => void (talk = begun));
  const talked: string[] = [];
  const coming = ready.then(async () => {
    const heard = await talk.hear();
    talked.push(String(heard?.type));
    if (heard?.type !== '#ring') return undefined;
    page.RTCPeerConnection = plain;
    const signal = AbortSignal.timeout(2_000);
    return new HouseLines().take(by, ring(heard), sign, (said) => {
      talked.push('#answer');
      void talk.say({ ...answer(said, heard), type: '#answer' });
    }, signal).catch(() => undefined);
  });
  return { ready, coming, talked };
}

function call(sign = signedBy(house.signer), ms = 20_000, lines = new HouseLines()): Promise<Channel> {
  page.RTCPeerConnection = hiding;
  return lines.call(family, sign, AbortSignal.timeout(ms));
}

it('find each other, and one is shown what the other has', async () => {
  const { ready, coming } = openHouse();
  await ready;
  const visit = new Visit(await call());
  const calls = { get: async () => new Response(new Uint8Array(700_000).fill(7)) } as unknown as HouseCalls;
  void receiveVisit(calls, house.did, (await coming)!);
  let bytes = 0;
  for await (const part of visit.get({ method: 'getRepo' })) bytes += part.length;
  assert.equal(bytes, 700_000);
  visit.end();
});

const swapped = ({ sdp, ...rest }: Call): Call => ({ ...rest, sdp: sdp.replace(/(a=fingerprint:sha-256 ).*/, `$1${THIEF}`) });

const NO_ENTRY: Readonly<Record<string, () => { readonly callee: Meddling; readonly sign?: SignFingerprints }>> = {
  'the mirror swaps the fingerprint of the call': () => ({ callee: { ring: swapped } }),
  'the call is signed by another key': () => ({ callee: { by: { ...family, key: stranger.publicKey } } }),
  'another fingerprint was signed than the one of the call': () => ({ callee: {}, sign: signedBy(house.signer, () => [THIEF]) }),
};

for (const [what, make] of Object.entries(NO_ENTRY)) {
  it(`nobody is let in where ${what}`, async () => {
    const { callee, sign } = make();
    const { ready, coming, talked } = openHouse(callee);
    await ready;
    // Nobody answers, and the mirror says so in the end.
    await assert.rejects(call(sign, 1_500), { code: 'Lost' });
    assert.equal(await coming, undefined);
    assert.deepEqual(talked, ['#ring']);
  });
}

const REFUSED: Readonly<Record<string, () => readonly [Meddling, string]>> = {
  'the mirror swaps the fingerprint of the answer': () => [{ answer: swapped }, 'FingerprintUnsigned'],
  'the answer is signed by another key': () => [{ sign: signedBy(stranger) }, 'BadJwtSignature'],
  'the answer is to another call': () => [{ sign: signedBy(house.signer, ([, own]) => [THIEF, own!]) }, 'FingerprintUnsigned'],
  'the answer is signed by nobody': () => [{ answer: (answer) => ({ ...answer, token: 'a.b.c' }) }, 'BadJwt'],
  'the mirror answers with the call itself': () => [{ answer: (_, call) => call }, 'SessionForm'],
  'the mirror answers with the call itself, as if it were an answer': () => [{ answer: (_, { sdp, ...rest }) => ({ ...rest, sdp: sdp.replace('setup:actpass', 'setup:active') }) }, 'BadJwtLexiconMethod'],
};

for (const [what, make] of Object.entries(REFUSED)) {
  it(`no answer is taken where ${what}`, async () => {
    const [callee, code] = make();
    const { ready, coming, talked } = openHouse(callee);
    await ready;
    await assert.rejects(call(), { code });
    assert.equal(await coming, undefined);
    assert.deepEqual(talked, ['#ring', '#answer']);
  });
}

it('a call that was taken is not taken twice', async () => {
  talk = await Talk.begin(house);
  const calling = call();
  const ring = await talk.hear();
  assert.ok(ring?.type === '#ring');
  page.RTCPeerConnection = plain;
  const here = new HouseLines();
  const take = () => here.take(family, ring, signedBy(house.signer), (said) => void talk.say({ type: '#answer', ...said }), AbortSignal.timeout(5_000));
  const [first, second] = [await take(), await take()];
  assert.ok(first !== undefined);
  assert.equal(second, undefined);
  (await calling).close();
});

it('whoever calls is rung as well, and does not take its own call', async () => {
  talk = await Talk.begin(house);
  const here = new HouseLines();
  const calling = assert.rejects(call(undefined, 1_500, here), { code: 'Lost' });
  const ring = await talk.hear();
  assert.ok(ring?.type === '#ring');
  assert.equal(await here.take(family, ring, signedBy(house.signer), () => assert.fail('it has answered'), AbortSignal.timeout(5_000)), undefined);
  await calling;
});
